import { describe, expect, it } from 'vitest';
import { kindsOf, timeToSource } from './triage';

describe('kinds of a cluster', () => {
  it('come by number, then by gravity; those that nobody reported are left out', () => {
    expect(kindsOf({ marketing: 2, malicious: 0, fraud: 2, bombing: 0, spoof: 5 })).toEqual([
      ['spoof', 5],
      ['fraud', 2],
      ['marketing', 2],
    ]);
  });
});

describe('time to source', () => {
  const opened_at = '2026-11-21T10:00:00+08:00';
  const closed = (at: string, status: 'found' | 'lost' = 'found') => ({ status, opened_at, closed_at: at });
  it('counts by span, half-open ends belonging to the shorter one', () => {
    const told = timeToSource([
      closed('2026-11-21T10:00:02+08:00'),
      closed('2026-11-21T11:00:00+08:00'),
      closed('2026-11-21T11:00:01+08:00'),
      closed('2026-11-25T11:00:00+08:00'),
      closed('2026-11-22T10:00:00+08:00', 'lost'),
      { status: 'open', opened_at, closed_at: null },
    ]);
    expect(told).toEqual({ spans: [2, 1, 0, 0, 1], open: 1, lost: 1 });
  });
});
