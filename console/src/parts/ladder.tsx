/*
 * Ladder: from one end to the other, hop by hop, each with who answers for it, when it was asked and
 * answered, and what it said. A late one says so with a sign and a word.
 */
import type { ComponentChildren } from 'preact';

export interface Hop {
  id: string;
  name: ComponentChildren;
  state: ComponentChildren; // chips
  late?: boolean;
  open?: boolean; // not answered yet
  children?: ComponentChildren;
}

export function Ladder({ label, hops }: { label: string; hops: readonly Hop[] }) {
  return (
    <ol class="ladder" aria-label={label}>
      {hops.map((h, i) => (
        <li key={h.id} class={`${h.late ? 'ladder-late' : ''}${h.open ? ' ladder-open' : ''}`}>
          <span class="ladder-step" aria-hidden="true">
            {i}
          </span>
          <div class="ladder-hop">
            <p class="ladder-head">
              <strong>{h.name}</strong> {h.state}
            </p>
            {h.children}
          </div>
        </li>
      ))}
    </ol>
  );
}
