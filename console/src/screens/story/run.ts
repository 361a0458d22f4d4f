/* run: what the steps of the stories are made of: they ask the API as any screen does. */
import { type Answer, api, type Schemas } from '../../api/client';
import { askDemo, type DemoRole, sit } from '../../app/demo';
import { moment } from '../../app/format';
import type { Pair } from '../../app/language';
import { askWords, reasonWord, wordOf } from '../../app/words';
import { categories as labels, purposes } from '../../text/agency-codes';
import type { Verdict } from '../../text/codes';
import { inRow, type Shown, type Told } from './shown';

export interface Step {
  id: string;
  title: Pair;
  text: Pair; // what happens, in one or two sentences
  button: Pair;
  run: () => Promise<Shown[]>;
  links: readonly { href: string; text: Pair }[]; // the real screens
  crm?: readonly Pair[]; // what the CRM of the report does at the same time
}

/** A step could not be done; it says why and can be tried again. */
export class Stuck extends Error {
  constructor(readonly shown: Shown) {
    super(shown.kind);
  }
}

/** Why, in the words of the rule; the code where the pack has none. */
function why(rule: string | null | undefined, code: string): Told {
  const title = rule ? wordOf('rules', rule)?.title : undefined;
  return title ? [title.zh, title.en] : code;
}

/** The same of a reason without its rule. */
export function whyOf(reason: string): Told {
  const title = reasonWord(reason)?.title;
  return title ? [title.zh, title.en] : reason;
}

export function refusal(answer: Answer<unknown>): Shown {
  const p = (answer.error ?? {}) as Partial<Schemas['Problem']>;
  return {
    kind: 'refused',
    status: answer.response.status,
    reason: why(p.rule, p.code ?? 'unknown'),
    problem: {
      code: p.code ?? 'unknown',
      detail: p.detail ?? '',
      rule: p.rule ?? null,
      basis: p.basis ?? null,
    },
  };
}

/** What it says, or the step is stuck. */
export function need<T>(answer: Answer<T>): T {
  if (answer.response.ok) return answer.data as T;
  throw new Stuck(refusal(answer));
}

/** The same of a route that can answer as text too. */
export function needJson<T>(answer: Answer<T>): Exclude<T, string> {
  return need(answer) as Exclude<T, string>;
}

/** What a look answered, category by category: "基本情况 ✓ · 联系方式 ×". */
export function categories(of: object): Told {
  return inRow(
    Object.entries(of as Record<string, { verdict: string }>).map(([k, v]): Told => {
      const name = labels[k] ?? [k, k];
      const sign = v.verdict === 'deny' ? '×' : v.verdict === 'mask' ? '◐' : '✓';
      return [`${name[0]} ${sign}`, `${name[1]} ${sign}`];
    }),
  );
}

/** The newest looks at a person, as she reads them: when, who, what for, what she was shown. */
export function lookRows(looks: Schemas['MyLooks']['looks']): Told[][] {
  return looks
    .slice(0, 5)
    .map((l) => [
      moment(l.at),
      l.looker ?? '—',
      purposes[l.purpose ?? ''] ?? l.purpose ?? '—',
      categories(l.categories),
    ]);
}

/** A number of the city's subscribers. None stands in the page's code, nor in what it is given. */
export const subscriber = (n: number) => `138${String(n).padStart(8, '0')}`;

/** What organisations are called: what a step shows is kept as it was. */
export async function names(ids: readonly (string | null)[]): Promise<(id: string) => string> {
  const some = [...new Set(ids)].filter(Boolean).join(',');
  const all = some
    ? need(await api.GET('/v1/organisations/names', { params: { query: { ids: some } } }))
    : undefined;
  const known = new Map(all?.organisations.map((o) => [o.id, o.name]));
  return (id) => known.get(id) ?? id;
}

export async function as(role: DemoRole, seat?: string): Promise<void> {
  await askWords();
  need(await sit(role, seat));
}

export async function ring(
  who: Pair,
  caller: string,
  callee: string,
  line: string,
  campaign?: string,
): Promise<Shown> {
  const v = need(
    await api.POST('/v1/calls', { body: { caller, callee, line, ...(campaign ? { campaign } : {}) } }),
  );
  return {
    kind: 'call',
    who,
    verdict: v.verdict as Verdict,
    reason: why(v.rule, v.reason),
    rule: v.rule ?? null,
    basis: v.basis ?? null,
  };
}

export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Send calls and wait until all are answered. */
export async function traffic(
  body: Schemas['DemoTraffic'],
): Promise<NonNullable<Schemas['Demo']['traffic']>> {
  need(await api.POST('/v1/demo/traffic', { body }));
  for (let i = 0; i < 300; i++) {
    await pause(400);
    const t = (await askDemo())?.traffic;
    if (t && t.state === 'done') return t;
  }
  throw new Stuck({
    kind: 'says',
    tone: 'danger',
    text: ['还没有答完，请重试。', 'Not all answered yet; try again.'],
  });
}
