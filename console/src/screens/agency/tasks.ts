/*
 * tasks: everything that an agency has to do, from wherever it stands, in the order of its ends.
 *
 * What is late comes first, what is late without a date before all; what has no end comes last.
 */
import type { Schemas } from '../../api/client';
import type { Pair } from '../../app/language';
import { w } from '../../text/agency';

export interface Task {
  id: string;
  what: Pair;
  values: Readonly<Record<string, string | number>>;
  due: string | undefined;
  state: 'overdue' | 'running' | 'not-started' | 'paused';
  basis: string | undefined;
  reply?: Schemas['ComplaintAbout']; // a complaint to answer
}

export interface Sources {
  clocks: readonly Schemas['Clock'][];
  complaints: readonly Schemas['ComplaintAbout'][];
  corrections: readonly Schemas['Corrections']['corrections'][number][];
  staff: readonly Schemas['Staff'][];
  contracts: readonly Schemas['Contract'][];
}

const CERTIFICATE_DAYS = 60;
const DAY_MS = 86_400_000;

function stateOf(due: string | undefined, now: Date): Task['state'] {
  return due !== undefined && new Date(due) <= now ? 'overdue' : 'not-started';
}

function ofComplaint(c: Schemas['ComplaintAbout'], issue: string, now: Date): Task[] {
  if (c.status !== 'accepted' || c.replied_at !== null) return [];
  const due = c.reply_due ?? undefined;
  return [
    {
      id: c.id,
      what: w.taskComplaint,
      values: { what: issue },
      due,
      state: stateOf(due, now),
      basis: undefined,
      reply: c,
    },
  ];
}

/** Deadlines that no other row tells of. */
function ofClock(c: Schemas['Clock'], told: ReadonlySet<string>): Task[] {
  if (told.has(c.subject) || c.state === 'met' || c.state === 'late' || c.state === 'dropped') return [];
  const title = c.title ?? c.rule;
  return [
    {
      id: c.id,
      what: [title, c.rule],
      values: {},
      due: c.due,
      state: c.state,
      basis: c.basis ?? undefined,
    },
  ];
}

function ofCertificate(s: Schemas['Staff'], now: Date): Task[] {
  if (s.status !== 'active' || (s.role !== 'sales' && s.role !== 'manager')) return [];
  const base = { id: `certificate-${s.id}`, values: { who: `${s.name} ${s.id}` }, basis: undefined };
  if (s.certificate?.status !== 'valid') {
    const due = s.certificate?.status === 'expired' ? s.certificate.until : undefined;
    return [{ ...base, what: w.taskNoCertificate, due, state: 'overdue' }];
  }
  const soon = new Date(s.certificate.until).getTime() - now.getTime() < CERTIFICATE_DAYS * DAY_MS;
  return soon ? [{ ...base, what: w.taskCertificate, due: s.certificate.until, state: 'not-started' }] : [];
}

export function tasksOf(
  s: Sources,
  issue: (code: Schemas['ComplaintAbout']['issue']) => string,
  now: Date,
): Task[] {
  const complaints = s.complaints.flatMap((c) => ofComplaint(c, issue(c.issue), now));
  const told = new Set(s.complaints.map((c) => c.id));
  const all: Task[] = [
    ...complaints,
    ...s.clocks.flatMap((c) => ofClock(c, told)),
    ...s.corrections.map(
      (c): Task => ({
        id: c.id,
        what: w.taskCorrection,
        values: { alias: c.alias, what: c.field },
        due: c.due_at,
        state: c.overdue ? 'overdue' : 'not-started',
        basis: undefined,
      }),
    ),
    ...s.staff.flatMap((x) => ofCertificate(x, now)),
    ...s.contracts
      .filter((c) => c.score !== 'conforms' && c.state !== 'ended')
      .map(
        (c): Task => ({
          id: c.id,
          what: w.taskContract,
          values: { id: c.id },
          due: undefined,
          state: 'running',
          basis: undefined,
        }),
      ),
  ];
  const order = (t: Task) => t.due ?? (t.state === 'overdue' ? '0' : '9');
  return all.sort((a, b) => order(a).localeCompare(order(b)));
}

/** Of valid certificates the one that ends first: what there is to say when nothing is due. */
export function nextCertificate(
  staff: readonly Schemas['Staff'][],
): { who: string; until: string } | undefined {
  return staff
    .flatMap((s) =>
      s.status === 'active' && s.certificate?.status === 'valid'
        ? [{ who: s.id, until: s.certificate.until }]
        : [],
    )
    .sort((a, b) => a.until.localeCompare(b.until))[0];
}
