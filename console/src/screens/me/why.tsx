/* Why: a rule in words: what it says, whether law or choice, since when, who can change it. */
import type { ComponentChildren } from 'preact';
import { pick, say } from '../../app/language';
import { wordOf } from '../../app/words';
import { Explain } from '../../parts/explain';
import { w } from '../../text/me';
import { ruleLabels } from '../../text/me-codes';

interface Of {
  rule: string | null | undefined;
  basis?: string | null | undefined;
  record?: string | null | undefined;
  way?: ComponentChildren; // what she can do about it
}

export function Why({ rule, basis, record, way }: Of) {
  const word = wordOf('rules', rule ?? '');
  return (
    <Explain
      reason={word && pick(word.title)}
      basis={word ? pick(word.basis) : basis}
      record={record}
      more={
        <>
          {word && <span>{pick(word.text)}</span>}
          {word && (
            <span class="muted">
              {say(ruleLabels[word.label])}
              {word.from && ` · ${say(w.since, { day: word.from })}`}
            </span>
          )}
          {way && <span>{way}</span>}
        </>
      }
    />
  );
}
