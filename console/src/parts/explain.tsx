/* Explain: why something is so: its rule, the law or choice behind it, since when, who can change it. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { say } from '../app/language';
import { w } from '../text/app';
import { Facts } from './facts';

export interface Reason {
  reason?: ComponentChildren;
  rule?: string | null | undefined;
  basis?: string | null | undefined;
  record?: string | null | undefined;
  more?: ComponentChildren; // since when, who can change it, how to appeal
}

export function Explain({ reason, rule, basis, record, more }: Reason) {
  const [open, set] = useState(false);
  return (
    <span class="explain">
      <button type="button" class="plain explain-ask" aria-expanded={open} onClick={() => set(!open)}>
        <span aria-hidden="true">?</span> {say(w.whyTitle)}
      </button>
      {open && (
        <span class="explain-box" role="note">
          {reason && <strong>{reason}</strong>}
          <Facts
            of={[
              [say(w.rule), rule && <a href={`/settings/rules/${rule}`}>{rule}</a>],
              [say(w.basis), basis],
              [say(w.record), record],
            ]}
          />
          {more}
        </span>
      )}
    </span>
  );
}
