/* The way of a case as a bar: done, skipped, where it is, and what may come. */
import type { Schemas } from '../../api/client';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { w } from '../../text/desk';
import { stageStates, stages } from '../../text/desk-codes';

export type Stage = Schemas['Case']['stages'][number];

/** The first stage that is open after the last that is not, or -1: all are over. */
export function current(of: readonly Stage[]): number {
  const last = of.findLastIndex((s) => s.state !== 'open');
  return last + 1 < of.length ? last + 1 : -1;
}

const SIGN = { done: '●', skipped: '⤼', open: '○' } as const;

export function Stages({ of }: { of: readonly Stage[] }) {
  const now = current(of);
  return (
    <ol class="stages" aria-label={say(w.way)}>
      {of.map((s, i) => (
        <li
          key={s.stage}
          class={`stage stage-${i === now ? 'now' : s.state}`}
          aria-current={i === now ? 'step' : undefined}
        >
          <span aria-hidden="true">{i === now ? '◐' : SIGN[s.state]}</span>{' '}
          <span>{say(stages[s.stage])}</span>
          <span class="stage-at">
            {s.at ? day(s.at) : say(i === now ? w.stageNow : stageStates[s.state])}
            {s.state === 'skipped' && ` · ${say(stageStates.skipped)}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
