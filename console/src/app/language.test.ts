import { beforeEach, describe, expect, it } from 'vitest';
import { language, say } from './language';

describe('a text', () => {
  beforeEach(() => {
    language.value = 'en';
  });
  it('has the word that goes with its number', () => {
    const text = ['逾期 {n} 天', '{n} {n|day|days} late'] as const;
    expect(say(text, { n: 1 })).toBe('1 day late');
    expect(say(text, { n: '1' })).toBe('1 day late');
    expect(say(text, { n: 0 })).toBe('0 days late');
    expect(say(text, { n: '1,001' })).toBe('1,001 days late');
    language.value = 'zh';
    expect(say(text, { n: 1 })).toBe('逾期 1 天');
  });
  it('keeps a place that nothing fills', () => {
    expect(say(['{a}', '{a} {b}'], { a: 'x' })).toBe('x {b}');
  });
});
