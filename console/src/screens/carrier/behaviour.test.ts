import { describe, expect, it } from 'vitest';
import { type Figures, perTenThousand, share } from './behaviour';

const figures = (calls: number, reports: number): Figures => ({
  calls,
  reports,
  allowed: calls,
  reminded: 0,
  warned: 0,
  blocked: 0,
  declined: 0,
  unproven: 0,
});

describe('rates of a line', () => {
  it('are none without calls', () => {
    expect(share(0, 0)).toBeUndefined();
    expect(perTenThousand(figures(0, 3))).toBeUndefined();
  });
  it('count reports for ten thousand calls', () => {
    expect(perTenThousand(figures(10_000, 1))).toBe(1);
    expect(perTenThousand(figures(30_000, 1))).toBe(0.3);
    expect(perTenThousand(figures(40, 2))).toBe(500);
  });
});
