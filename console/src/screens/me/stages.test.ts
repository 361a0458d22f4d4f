import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { awaited, stagesOf } from './stages';

type Clock = Schemas['ComplaintClock'];
const clock = (rule: string, due: string, state: Clock['state']): Clock => ({
  rule,
  due,
  state,
  started_at: '2026-11-01T00:00:00+08:00',
  paused_at: null,
  done_at: null,
});
const accept = clock('cn.clock.samr.accept', '2026-11-11T00:00:00+08:00', 'running');
const mediate = clock('cn.clock.samr.mediate', '2027-01-11T00:00:00+08:00', 'running');
const reply = clock('cn.clock.matchmaker.reply', '2026-11-15T00:00:00+08:00', 'running');
const at = '2026-11-02T00:00:00+08:00';
const new_ = {
  status: 'received',
  received_at: at,
  decided_at: null,
  replied_at: null,
  closed_at: null,
  clocks: [accept],
} as const;
const states = (c: Parameters<typeof stagesOf>[0]) => stagesOf(c).map((s) => s.state);

describe('stages of a complaint', () => {
  it('go on one by one', () => {
    expect(states(new_)).toEqual(['done', 'now', 'ahead', 'ahead']);
    const accepted = {
      ...new_,
      status: 'accepted',
      decided_at: at,
      clocks: [accept, mediate, reply],
    } as const;
    expect(states(accepted)).toEqual(['done', 'done', 'now', 'ahead']);
    expect(states({ ...accepted, replied_at: at })).toEqual(['done', 'done', 'done', 'now']);
    expect(states({ ...accepted, status: 'closed', closed_at: at })).toEqual([
      'done',
      'done',
      'never',
      'done',
    ]);
  });

  it('end where it is refused or taken back', () => {
    expect(states({ ...new_, status: 'refused', decided_at: at })).toEqual([
      'done',
      'done',
      'never',
      'never',
    ]);
    expect(states({ ...new_, status: 'withdrawn' })).toEqual(['done', 'never', 'never', 'never']);
  });

  it('have the clock that the law sets', () => {
    const stages = stagesOf({ ...new_, clocks: [accept, mediate, reply] });
    expect(stages.map((s) => s.clock?.rule)).toEqual([undefined, accept.rule, reply.rule, mediate.rule]);
  });

  it('wait for the next that runs', () => {
    expect(awaited([mediate, reply])).toBe(reply);
    expect(awaited([{ ...reply, state: 'met' }, mediate])).toBe(mediate);
    expect(awaited([{ ...reply, state: 'dropped' }])).toBeUndefined();
  });
});
