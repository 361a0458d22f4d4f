/* Timeline: what happened, newest or oldest first as given; what is still due is hollow. */
import type { ComponentChildren } from 'preact';
import { moment } from '../app/format';

export interface Happening {
  id: string;
  at: string; // RFC 3339
  due?: boolean; // not happened yet
  title: ComponentChildren;
  by?: ComponentChildren;
  children?: ComponentChildren;
}

export function Timeline({ label, items }: { label: string; items: readonly Happening[] }) {
  return (
    <ol class="timeline" aria-label={label}>
      {items.map((i) => (
        <li key={i.id} class={i.due ? 'timeline-due' : undefined}>
          <time dateTime={i.at}>{moment(i.at)}</time>
          <div>
            <p class="timeline-title">{i.title}</p>
            {i.by && <p class="timeline-by">{i.by}</p>}
            {i.children}
          </div>
        </li>
      ))}
    </ol>
  );
}
