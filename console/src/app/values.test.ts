import { describe, expect, it } from 'vitest';
import { valuesOf } from './values';

describe('the values of a rule', () => {
  it('leaves its head out', () => {
    expect(valuesOf({ id: 'cn.x', kind: 'rule', title: { zh: '甲' }, from: null, label: 'law' })).toEqual([]);
  });
  it('writes spans, money, lists and bands', () => {
    expect(
      valuesOf({
        hours: ['09:00-12:00', '14:00-20:00'],
        caps: [{ limit: 2, window_s: 86_400, scope: 'all' }],
        within_s: 5400,
        cap_fen: 3_000_000,
        releasable: false,
        until_day: null,
      }),
    ).toEqual([
      ['hours', '09:00-12:00 · 14:00-20:00'],
      ['caps 1 · limit', '2'],
      ['caps 1 · window', '1 d'],
      ['caps 1 · scope', 'all'],
      ['within', '90 min'],
      ['cap', '¥30,000'],
      ['releasable', 'false'],
    ]);
  });
});
