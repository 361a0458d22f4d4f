import { describe, expect, it } from 'vitest';
import { heardDate, now } from './clock';
import { daysUntil } from './format';

const DAY_MS = 86_400_000;

describe('the server’s clock', () => {
  it('is what an answer says, not what the browser believes', () => {
    heardDate(new Date(Date.now() + 13 * DAY_MS).toUTCString());
    expect(Math.abs(now().getTime() - Date.now() - 13 * DAY_MS)).toBeLessThan(2000);
    expect(daysUntil(new Date(Date.now() + 15 * DAY_MS))).toBe(2);
    heardDate(new Date().toUTCString());
    expect(now().getTime() - Date.now()).toBeLessThan(50);
  });

  it('stays what it was for an answer without a Date', () => {
    heardDate(new Date(Date.now() + DAY_MS).toUTCString());
    heardDate(null);
    heardDate('soon');
    expect(now().getTime()).toBeGreaterThan(Date.now() + DAY_MS / 2);
    heardDate(new Date().toUTCString());
  });
});
