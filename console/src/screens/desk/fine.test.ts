import { describe, expect, it } from 'vitest';
import { type Benchmark, fenOf, rangeOf, wantsReason } from './fine';

const fine: Benchmark = {
  rule: 'cn.fine.data-misuse.commercial',
  violation: 'data_misuse',
  party: 'commercial',
  title: { zh: '', en: '' },
  basis: { zh: '', en: '' },
  bands: [
    { from: 1, until: 1, min_fen: 100_000, max_fen: 500_000, each: false },
    { from: 2, until: null, min_fen: 500_000, max_fen: 500_000, each: true },
  ],
  cap_fen: 3_000_000,
};

describe('what a violation costs', () => {
  it('is a choice for one case and an amount for more', () => {
    expect(rangeOf(fine, 1)).toEqual({ min_fen: 100_000, max_fen: 500_000 });
    expect(rangeOf(fine, 2)).toEqual({ min_fen: 1_000_000, max_fen: 1_000_000 });
    expect(wantsReason(rangeOf(fine, 1))).toBe(true);
    expect(wantsReason(rangeOf(fine, 2))).toBe(false);
  });
  it('never passes the cap of one decision', () => {
    expect(rangeOf(fine, 9)).toEqual({ min_fen: 3_000_000, max_fen: 3_000_000 });
  });
  it('is nothing without a band', () => {
    expect(rangeOf(fine, 0)).toBeUndefined();
    expect(rangeOf(undefined, 2)).toBeUndefined();
    expect(wantsReason(undefined)).toBe(false);
  });
});

describe('an amount as it is typed', () => {
  it('is fen', () => {
    expect(fenOf('10,000')).toBe(1_000_000);
    expect(fenOf('¥10000.50')).toBe(1_000_050);
    expect(fenOf('0.1')).toBe(10);
  });
  it('is nothing else', () => {
    for (const text of ['', 'ten', '1.005', '-3', '1e5']) expect(fenOf(text)).toBeUndefined();
  });
});
