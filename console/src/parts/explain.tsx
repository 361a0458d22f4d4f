/*
 * Explain: why something is so, where it is met.
 *
 * The rule is read when it is asked for: its law or our choice, since when, who can change it.
 * `more` is the way out: how to appeal, whom to ask.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { say } from '../app/language';
import { w } from '../text/app';
import { Facts } from './facts';
import { RuleFacts } from './rule';

export interface Reason {
  about?: string; // what, where several stand together
  reason?: ComponentChildren;
  rule?: string | null | undefined;
  basis?: string | null | undefined; // where there is no rule to read it from
  record?: string | null | undefined;
  more?: ComponentChildren;
}

export function Explain({ about, reason, rule, basis, record, more }: Reason) {
  const [open, set] = useState(false);
  return (
    <div class="explain">
      <button type="button" class="plain explain-ask" aria-expanded={open} onClick={() => set(!open)}>
        <span aria-hidden="true">?</span> {about ? say(w.whyAbout, { about }) : say(w.whyTitle)}
      </button>
      {open && (
        <div class="explain-box" role="note">
          {reason && <strong>{reason}</strong>}
          {rule && <RuleFacts id={rule} />}
          <Facts
            of={[
              [say(w.basis), rule ? undefined : basis],
              [say(w.record), record],
            ]}
          />
          {more}
        </div>
      )}
    </div>
  );
}
