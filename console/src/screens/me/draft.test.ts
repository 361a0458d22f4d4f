import { beforeEach, describe, expect, it, vi } from 'vitest';
import { drop, emptyDraft, load, missing, STEPS, store, toBody } from './draft';

const kept = new Map<string, string>();
vi.stubGlobal('sessionStorage', {
  getItem: (k: string) => kept.get(k) ?? null,
  setItem: (k: string, v: string) => void kept.set(k, v),
  removeItem: (k: string) => void kept.delete(k),
});

const whole = {
  ...emptyDraft(),
  respondent: 'org_a',
  issue: 'privacy' as const,
  facts: ' They told. ',
  request: 'Stop.',
};

describe('a draft', () => {
  beforeEach(() => kept.clear());

  it('is there again with its key, and gone when it was sent', () => {
    expect(store(whole)).toBe(true);
    expect(load({})).toEqual(whole);
    drop();
    expect(load({}).key).not.toBe(whole.key);
  });

  it('begins with what a link knew, unless it is about the same', () => {
    store(whole);
    expect(load({ about: 'org_a' }).facts).toBe(whole.facts);
    const other = load({
      about: 'org_b',
      issue: 'privacy',
      record: 'rec_1_2',
      at: '2026-11-21T18:29:00+08:00',
    });
    expect(other).toMatchObject({
      respondent: 'org_b',
      issue: 'privacy',
      facts: 'rec_1_2\n',
      happened: '2026-11-21T18:29',
    });
    expect(load({ about: 'org_b', issue: 'nonsense' }).issue).toBe('');
  });

  it('is no draft if storage holds something else', () => {
    kept.set('menshen.complaint', '{');
    expect(load({}).respondent).toBe('');
    kept.set('menshen.complaint', '3');
    expect(load({}).respondent).toBe('');
  });

  it('tells what is missing, step by step', () => {
    expect(STEPS.filter((s) => missing(emptyDraft(), s))).toEqual(['who', 'what', 'when', 'want', 'review']);
    expect(STEPS.filter((s) => missing(whole, s))).toEqual([]);
    expect(missing({ ...whole, facts: '  ' }, 'review')).toBe(true);
  });

  it('becomes a body without what was not said', () => {
    expect(toBody(whole)).toEqual({
      respondent: 'org_a',
      issue: 'privacy',
      facts: 'They told.',
      request: 'Stop.',
      anonymous: false,
    });
    const named = { ...whole, name: 'Lin', happened: '2026-11-21T18:29' };
    expect(toBody(named)).toMatchObject({ name: 'Lin', happened_at: '2026-11-21T18:29:00+08:00' });
    expect(toBody({ ...named, anonymous: true })).not.toHaveProperty('name');
  });
});
