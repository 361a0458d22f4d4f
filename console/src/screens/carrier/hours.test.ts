import { describe, expect, it } from 'vitest';
import { hoursOf, outside, permittedIn, shade } from './hours';

const WINDOWS = ['09:00-12:00', '14:00-20:30'];
const grid = (fill: (day: number, hour: number) => number) =>
  Array.from({ length: 7 }, (_, d) => Array.from({ length: 24 }, (_, h) => fill(d, h)));

describe('permitted hours', () => {
  it('are half-open', () => {
    expect(permittedIn(8, WINDOWS)).toBe('none');
    expect(permittedIn(9, WINDOWS)).toBe('all');
    expect(permittedIn(11, WINDOWS)).toBe('all');
    expect(permittedIn(12, WINDOWS)).toBe('none');
    expect(permittedIn(20, WINDOWS)).toBe('part');
    expect(permittedIn(23, ['00:00-24:00'])).toBe('all');
  });
  it('leave none where there is no window', () => {
    expect(permittedIn(10, [])).toBe('none');
  });
});

describe('calls outside of them', () => {
  it('are counted with those that did not ring', () => {
    const hours = hoursOf(
      grid((d, h) => (d === 0 && (h === 10 || h === 22) ? 5 : 0)),
      grid((d, h) => (d === 0 && h === 22 ? 4 : 0)),
      WINDOWS,
    );
    expect(hours).toHaveLength(168);
    expect(outside(hours)).toEqual({ calls: 5, blocked: 4 });
  });
});

describe('shade', () => {
  it('shows any call, and nothing for none', () => {
    expect(shade(0, 100)).toBe(0);
    expect(shade(1, 100)).toBe(1);
    expect(shade(100, 100)).toBe(4);
    expect(shade(0, 0)).toBe(0);
  });
});
