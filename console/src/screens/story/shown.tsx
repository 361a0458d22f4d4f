/* Shown: what a step of a story got from the server, in the parts that the screens use. */

import type { Schemas } from '../../api/client';
import { type Pair, say } from '../../app/language';
import { Chip, type Tone, VerdictTag } from '../../parts/chip';
import { Explain } from '../../parts/explain';
import { Facts } from '../../parts/facts';
import { Table } from '../../parts/table';
import type { Verdict } from '../../text/codes';
import { w } from '../../text/story';

/** Words of ours in both languages; what is data as it is. */
export type Told = string | Pair;

/** Several in a row, in both languages. */
export function inRow(words: readonly Told[], between = ' · '): Told {
  const one = (i: 0 | 1) => words.map((t) => (typeof t === 'string' ? t : t[i])).join(between);
  return words.length === 0 ? '—' : [one(0), one(1)];
}

const tell = (t: Told) => (typeof t === 'string' ? t : say(t));

/** All of it can be kept as JSON. */
export type Shown =
  | { kind: 'says'; tone: Tone; text: Pair; values?: Record<string, string | number> }
  | { kind: 'call'; who: Pair; verdict: Verdict; reason: string; rule: string | null; basis: string | null }
  | {
      kind: 'refused';
      status: number;
      problem: Pick<Schemas['Problem'], 'code' | 'detail' | 'rule' | 'basis'>;
    }
  | { kind: 'facts'; of: (readonly [Pair, Told])[] }
  | { kind: 'table'; caption: Pair; head: Pair[]; rows: Told[][] };

function One({ of }: { of: Shown }) {
  switch (of.kind) {
    case 'says':
      return (
        <p>
          <Chip tone={of.tone}>{say(of.text, of.values)}</Chip>
        </p>
      );
    case 'call':
      return (
        <div class="story-call">
          <span>{say(of.who)}</span> <VerdictTag verdict={of.verdict} reason={of.reason} />{' '}
          <Explain reason={of.reason} rule={of.rule} basis={of.basis} />
        </div>
      );
    case 'refused':
      return (
        <div class="notice notice-danger">
          <p>
            ■ {of.status} {of.problem.code}
          </p>
          <p>{of.problem.detail}</p>
          <Facts
            of={[
              [say(w.rule), of.problem.rule],
              [say(w.basis), of.problem.basis],
            ]}
          />
        </div>
      );
    case 'facts':
      return <Facts of={of.of.map(([term, value]) => [say(term), tell(value)] as const)} />;
    case 'table':
      return (
        <Table
          caption={say(of.caption)}
          columns={of.head.map((h, i) => ({
            key: String(i),
            head: say(h),
            cell: (row: Told[]) => tell(row[i] ?? ''),
            number: i > 0 && of.rows.every((r) => /^[\d,]+$/.test(tell(r[i] ?? ''))),
          }))}
          rows={of.rows}
          id={(row) => row.map(tell).join(' ')}
        />
      );
  }
}

export function ShownList({ of }: { of: readonly Shown[] }) {
  return (
    <div class="story-shown" role="status">
      {of.map((s, i) => (
        <One key={i} of={s} />
      ))}
    </div>
  );
}
