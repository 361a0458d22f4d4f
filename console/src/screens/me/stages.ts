/* stages: where a complaint stands, with the deadline that the law sets for each step. */
import type { Schemas } from '../../api/client';

type Clock = Schemas['ComplaintClock'];
type Status = Schemas['MyComplaint']['status'];

export type StageState = 'done' | 'now' | 'ahead' | 'never';
export interface Stage {
  name: 'received' | 'decided' | 'replied' | 'closed';
  state: StageState;
  at: string | null;
  clock: Clock | undefined;
}

const ACCEPT = /\.accept$/;
const REPLY = /reply$/;
const MEDIATE = /\.mediat/;

const find = (clocks: readonly Clock[], of: RegExp) => clocks.find((c) => of.test(c.rule));

/** The deadline that is met next, of those that run. */
export function awaited(clocks: readonly Clock[]): Clock | undefined {
  return clocks
    .filter((c) => c.state === 'running' || c.state === 'overdue')
    .sort((a, b) => Date.parse(a.due) - Date.parse(b.due))[0];
}

interface Of {
  status: Status;
  received_at: string;
  decided_at: string | null;
  replied_at: string | null;
  closed_at: string | null;
  clocks: readonly Clock[];
}

/** Received, accepted or not, answered by the respondent, closed. */
export function stagesOf(c: Of): Stage[] {
  const over = c.status === 'refused' || c.status === 'withdrawn';
  const accepted = c.status === 'accepted' || c.status === 'closed' || c.status === 'joined';
  const closed = c.status === 'closed';
  const later = (done: boolean, before: boolean): StageState =>
    done ? 'done' : over || closed ? 'never' : before ? 'now' : 'ahead';
  return [
    { name: 'received', state: 'done', at: c.received_at, clock: undefined },
    {
      name: 'decided',
      state: c.decided_at ? 'done' : over ? 'never' : 'now',
      at: c.decided_at,
      clock: find(c.clocks, ACCEPT),
    },
    {
      name: 'replied',
      state: later(c.replied_at !== null, accepted),
      at: c.replied_at,
      clock: find(c.clocks, REPLY),
    },
    {
      name: 'closed',
      state: later(closed, c.replied_at !== null),
      at: c.closed_at,
      clock: find(c.clocks, MEDIATE),
    },
  ];
}
