/* topics: which changes matter to what was read at an address. Pure. */
import type { Schemas } from './client';

type Change = Schemas['Change'];
export type Kind = Change['kind'];

export interface Topic {
  kinds: ReadonlySet<Kind>;
  subject: string | undefined; // only this one, of the kind that the address is of
  own: Kind | undefined; // … which is this
  stats: boolean; // verdicts are counted anew
}

/*
 * By the address after /v1/: what it is of, and what else shows there. Members' files are not here:
 * to read one is a look, which stands on record and is nothing that a page does by itself.
 */
const READ: readonly (readonly [path: string, own: Kind, also: readonly Kind[]])[] = [
  ['complaints', 'complaint', ['case', 'clock']],
  ['cases', 'case', ['complaint', 'document', 'dispatch', 'clock', 'listing']],
  ['intake', 'complaint', ['case', 'clock']],
  ['rankings', 'complaint', ['case']],
  ['draws', 'draw', []],
  ['clocks', 'clock', []],
  ['inbox', 'inbox', []],
  ['notices', 'notice', ['inbox']],
  ['dispatches', 'dispatch', ['clock']],
  ['documents', 'document', []],
  ['listings', 'listing', []],
  ['penalties', 'listing', []],
  ['traces', 'trace', ['clock']],
  ['takedowns', 'takedown', ['clock']],
  ['reports', 'report', ['restraint']],
  ['restraints', 'restraint', ['report', 'appeal']],
  ['appeals', 'appeal', ['clock']],
  ['lines', 'line', ['order', 'restraint']],
  ['campaigns', 'campaign', ['order']],
  ['ranges', 'range', ['order']],
  ['organisations', 'organisation', ['order']],
  ['pools', 'member', ['pool']],
  ['bindings', 'binding', []],
  ['contracts', 'contract', []],
  ['introductions', 'introduction', []],
  ['corrections', 'correction', []],
  ['openings', 'opening', []],
  ['duties', 'clock', ['order', 'complaint', 'case', 'notice', 'inbox']],
  ['staff', 'staff', ['certificate', 'stop']],
  ['stops', 'stop', []],
  ['bars', 'bar', []],
  ['exams', 'exam', []],
  ['me/complaints', 'complaint', []],
  ['me/consents', 'consent', ['refusal']],
  ['me/consent-requests', 'consent-request', []],
  ['me/preferences', 'preference', []],
  ['me/contracts', 'contract', []],
  ['me/corrections', 'correction', []],
  ['me/introductions', 'introduction', []],
  ['me/bindings', 'binding', []],
  ['me', 'member', ['consent']],
];

const ID = /^[a-z]{3}_[0-9A-Za-z_-]+$/;

/** What to listen for, who read this address; undefined: nothing of it is told. */
export function topicOf(url: string): Topic | undefined {
  const path = new URL(url, 'http://here').pathname;
  if (!path.startsWith('/v1/')) return undefined;
  const rest = path.slice(4);
  if (rest === 'verdicts' || rest.startsWith('verdicts/') || rest === 'observe')
    return { kinds: new Set(), subject: undefined, own: undefined, stats: true };
  const found = READ.find(([p]) => rest === p || rest.startsWith(`${p}/`));
  if (!found) return undefined;
  const [prefix, own, also] = found;
  if (prefix === 'me' && rest !== 'me') return undefined;
  const id = rest.slice(prefix.length + 1).split('/')[0] ?? '';
  return {
    kinds: new Set([own, ...also]),
    subject: ID.test(id) ? id : undefined,
    own,
    stats: false,
  };
}

/** May what was read have changed with this? Without a subject it may. */
export function concerns(topic: Topic, change: Change): boolean {
  if (!topic.kinds.has(change.kind)) return false;
  if (change.kind !== topic.own || topic.subject === undefined || change.subject === undefined) return true;
  return change.subject === topic.subject;
}

/** How long to wait after so many failures: 1 s, doubling up to a minute, and not all at once. */
export function pauseAfter(failures: number, chance: number): number {
  const most = Math.min(60_000, 1000 * 2 ** Math.min(failures, 6));
  return Math.round(most / 2 + (most / 2) * chance);
}
