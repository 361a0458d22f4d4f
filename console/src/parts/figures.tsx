/* Figures: the few numbers that a screen begins with, each a link where there is more. */
import type { ComponentChildren } from 'preact';

export interface Figure {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  href?: string;
  tone?: 'warning' | 'danger';
}

export function Figures({ label, of }: { label: string; of: readonly Figure[] }) {
  return (
    <ul class="figures" aria-label={label}>
      {of.map((f) => (
        <li key={f.label} class={f.tone && `figure-${f.tone}`}>
          <span class="figure-label">{f.href ? <a href={f.href}>{f.label}</a> : f.label}</span>
          <span class="figure-value">{f.value}</span>
          {f.note && <span class="figure-note">{f.note}</span>}
        </li>
      ))}
    </ul>
  );
}
