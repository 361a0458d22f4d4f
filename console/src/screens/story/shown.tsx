/* Shown: what a step of a story got from the server, in the parts that the screens use. */

import type { Schemas } from '../../api/client';
import { keep } from '../../app/keep';
import { type Pair, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip, type Tone, VerdictTag } from '../../parts/chip';
import { Explain } from '../../parts/explain';
import { Facts } from '../../parts/facts';
import { Table } from '../../parts/table';
import type { Verdict } from '../../text/codes';
import { actNos } from '../../text/desk-codes';
import { problems } from '../../text/problems';
import { w } from '../../text/story';
import { fromBase64 } from '../../verify/bytes';
import type { State } from '../../verify/receipt';

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
  | { kind: 'call'; who: Pair; verdict: Verdict; reason: Told; rule: string | null; basis: string | null }
  | {
      kind: 'refused';
      status: number;
      reason: Told; // of its rule, where it names one
      problem: Pick<Schemas['Problem'], 'code' | 'detail' | 'rule' | 'basis'>;
    }
  | { kind: 'facts'; of: (readonly [Pair, Told])[] }
  | { kind: 'table'; caption: Pair; head: Pair[]; rows: Told[][] }
  | { kind: 'checks'; title: Pair; of: { state: State; text: Pair; detail?: string }[] }
  | { kind: 'file'; name: string; type: string; base64: string } // to keep
  | { kind: 'command'; text: Pair; command: string }
  | { kind: 'link'; href: string; text: Pair };

const SIGN: Record<State, string> = { good: '✓', bad: '■', none: '○' };

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
          <span>{say(of.who)}</span> <VerdictTag verdict={of.verdict} reason={tell(of.reason)} />{' '}
          <Explain reason={tell(of.reason)} rule={of.rule} basis={of.basis} />
        </div>
      );
    case 'refused': {
      const known = actNos[of.problem.code] ?? problems[of.problem.code];
      return (
        <div class="notice notice-danger">
          <p>
            ■ {of.status} {known ? say(known) : tell(of.reason)}
          </p>
          {!known && <p>{of.problem.detail}</p>}
          <Explain reason={tell(of.reason)} rule={of.problem.rule} basis={of.problem.basis} />
        </div>
      );
    }
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
    case 'checks':
      return (
        <div>
          <h3>{say(of.title)}</h3>
          <ul class="story-checks">
            {of.of.map((c) => (
              <li key={c.text[1]} data-state={c.state}>
                {SIGN[c.state]} {say(c.text)}
                {c.detail && (
                  <span class="muted" lang="en">
                    {' '}
                    ({c.detail})
                  </span>
                )}
              </li>
            ))}
          </ul>
        </div>
      );
    case 'file':
      return (
        <p>
          <Button onClick={() => keep(of.name, of.type, fromBase64(of.base64))}>
            {say(w.keepFile, { name: of.name })}
          </Button>
        </p>
      );
    case 'command':
      return (
        <div>
          <p>{say(of.text)}</p>
          <pre class="story-command">{of.command}</pre>
        </div>
      );
    case 'link':
      return (
        <p>
          <a class="story-link" href={of.href}>
            {say(of.text)}
          </a>
        </p>
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
