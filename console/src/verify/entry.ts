/** What a ledger entry says in the open, and what its opening adds (docs/ledger.md, "Entries"). */
import { type Bytes, Cursor, equal, fromUtf8, Malformed, sha256, toHex } from './bytes';
import type { Opened } from './proof';

const KINDS = [
  '',
  'call',
  'look',
  'fact',
  'scrub',
  'not-answered',
  'start',
  'outage',
  'shard',
  'scrub-part',
] as const;
const VERDICTS = ['block', 'warn', 'remind', 'allow'] as const;
const SURFACES = ['detail', 'list', 'search', 'export', 'feed'] as const;
const ANSWERS = ['deny', 'mask', 'show'] as const;
const BASES = ['consent', 'contract', 'legal-duty', 'order'] as const;
const CATEGORIES = [
  'basic',
  'contact',
  'photo',
  'education',
  'property',
  'identity',
  'chat',
  'history',
] as const;

export type Kind = Exclude<(typeof KINDS)[number], ''>;

interface Common {
  recorded: Date;
  /** Each hides an opening; empty where this page knows none of the kind. */
  commitments: Bytes[];
}
export interface CallEntry extends Common {
  kind: 'call';
  verdict: (typeof VERDICTS)[number];
  dry: boolean;
  asked: Date;
  rule: string;
  reason: string;
}
export interface LookEntry extends Common {
  kind: 'look';
  dry: boolean;
  host: boolean;
  imported: boolean;
  surface: (typeof SURFACES)[number];
  asked: Date;
  purpose: string;
}
export interface FactEntry extends Common {
  kind: 'fact';
  journal: bigint;
  entered: Date;
  of: string;
}
export interface OtherEntry extends Common {
  kind: Exclude<Kind, 'call' | 'look' | 'fact'>;
}
export type Entry = CallEntry | LookEntry | FactEntry | OtherEntry;

function word<T extends string>(words: readonly T[], n: number): T {
  const found = words[n];
  if (found === undefined) throw new Malformed(`${n} is none of ${words.join(', ')}`);
  return found;
}

function version(c: Cursor, most: number): number {
  const v = c.u8();
  if (v < 1 || v > most) throw new Malformed(`version ${v} is newer than this page`);
  return v;
}

function readCall(c: Cursor, recorded: Date): CallEntry {
  version(c, 1);
  const flags = c.u8();
  const verdict = word(VERDICTS, c.u8());
  c.u8();
  const asked = c.time();
  c.take(8 + 8 + 2);
  c.word();
  c.word();
  const rule = c.word();
  const reason = c.word();
  return {
    kind: 'call',
    recorded,
    verdict,
    dry: (flags & 1) !== 0,
    asked,
    rule,
    reason,
    commitments: [c.take(32)],
  };
}

function readLook(c: Cursor, recorded: Date): LookEntry {
  version(c, 1);
  const flags = c.u8();
  const surface = word(SURFACES, c.u8());
  const asked = c.time();
  c.take(8 + 8);
  const purpose = c.word();
  c.take(32);
  const commitments = Array.from({ length: c.u8() }, () => c.take(32));
  const dry = (flags & 1) !== 0;
  return {
    kind: 'look',
    recorded,
    dry,
    host: (flags & 2) !== 0,
    imported: (flags & 4) !== 0,
    surface,
    asked,
    purpose,
    commitments,
  };
}

function readFact(c: Cursor, recorded: Date): FactEntry {
  version(c, 1);
  const journal = c.u64();
  const entered = c.time();
  return { kind: 'fact', recorded, journal, entered, of: c.word(), commitments: [c.take(32)] };
}

export function readEntry(bytes: Bytes): Entry {
  const c = new Cursor(bytes);
  version(c, 1);
  const n = c.u8();
  const kind = word(KINDS, n);
  const recorded = c.time();
  if (kind === '') throw new Malformed('no kind of entry');
  if (kind !== 'call' && kind !== 'look' && kind !== 'fact') return { kind, recorded, commitments: [] };
  const entry =
    kind === 'call' ? readCall(c, recorded) : kind === 'look' ? readLook(c, recorded) : readFact(c, recorded);
  c.end();
  return entry;
}

/** What an opening tells, as rows for people. */
export type Disclosure =
  | { kind: 'call'; caller: string; callee: string; number: number; line: string; organisation: string }
  | {
      kind: 'look';
      number: number;
      person: string;
      looker: string;
      organisation: string;
      task: string;
      host: string;
      categories: { category: string; answer: (typeof ANSWERS)[number]; basis?: string; check: string }[];
    }
  | { kind: 'fact'; actor: string; change: Record<string, unknown> };

const shown = (n: bigint): string => (n === 0n ? '' : `+${n}`);

function discloseCall(c: Cursor): Disclosure {
  version(c, 3);
  const caller = shown(c.u64());
  const callee = shown(c.u64());
  c.take(8);
  const number = c.u32();
  c.take(24);
  const line = c.word();
  c.word();
  return { kind: 'call', caller, callee, number, line, organisation: c.word() };
}

function discloseLook(c: Cursor): Disclosure {
  const v = version(c, 2);
  const number = c.u32();
  c.take(8);
  const [person, looker, organisation, task, host] = [
    c.word(),
    c.word(),
    c.word(),
    c.word(),
    c.word(),
  ] as const;
  const asked = c.u16();
  const categories = CATEGORIES.flatMap((category, bit) => {
    if (((asked >> bit) & 1) === 0) return [];
    const answer = word(ANSWERS, c.u8());
    const on = word(BASES, c.u8()); // of a denial there is none, whatever stands there
    const basis = answer === 'deny' ? undefined : on;
    const check = c.word();
    if (v > 1) c.u32();
    return [{ category, answer, check, ...(basis ? { basis } : {}) }];
  });
  c.end();
  return { kind: 'look', number, person, looker, organisation, task, host, categories };
}

function discloseFact(c: Cursor, content: Bytes): Disclosure {
  version(c, 1);
  const actor = c.word();
  return { kind: 'fact', actor, change: JSON.parse(fromUtf8(content)) as Record<string, unknown> };
}

/** Does the entry commit to it, and a fact's opening to the change? Throws if not. */
export async function disclose(entry: Entry, opened: Opened): Promise<Disclosure> {
  const hash = await sha256(opened.opening);
  if (!entry.commitments.some((c) => equal(c, hash)))
    throw new Malformed(`the entry does not commit to the opening ${toHex(hash).slice(0, 16)}…`);
  const c = new Cursor(opened.opening);
  c.take(32);
  if (entry.kind === 'call') return discloseCall(c);
  if (entry.kind === 'look') return discloseLook(c);
  if (entry.kind !== 'fact') throw new Malformed('this kind of entry hides nothing that this page can show');
  if (!equal(await sha256(opened.content), opened.opening.slice(-32)))
    throw new Malformed('the opening is of another change');
  return discloseFact(c, opened.content);
}
