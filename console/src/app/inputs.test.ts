import { expect, it } from 'vitest';
import { endOfDay, inAYear, instant, local } from './inputs';

it('holds times of Shanghai', () => {
  expect(local('2026-11-21T10:29:00Z')).toBe('2026-11-21T18:29');
  expect(local('yesterday')).toBe('');
  expect(instant('2026-11-21T18:29')).toBe('2026-11-21T18:29:00+08:00');
  expect(Date.parse(endOfDay('2026-11-21')) + 1000).toBe(Date.parse('2026-11-21T16:00:00Z'));
  expect(Date.parse(inAYear())).toBeGreaterThan(Date.now() + 363 * 86_400_000);
});

it('keeps seconds that are there', () => {
  expect(instant('2026-12-01T18:00:30')).toBe('2026-12-01T18:00:30+08:00');
});
