/* Tabs: parts of one screen, each with an address of its own, so that back and reload work. */
export interface Tab {
  href: string;
  label: string;
  count?: number | undefined;
}

export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((t) => (
        <a key={t.href} href={t.href} aria-current={t.href === current ? 'page' : undefined}>
          {t.label}
          {t.count !== undefined && <span class="tabs-count"> {t.count}</span>}
        </a>
      ))}
    </nav>
  );
}
