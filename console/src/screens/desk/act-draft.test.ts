import { beforeEach, describe, expect, it, vi } from 'vitest';
import { NOTHING } from './act-body';
import { drop, keep, kept } from './act-draft';

const store = new Map<string, string>();
beforeEach(() => {
  store.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (k: string) => store.get(k) ?? null,
    setItem: (k: string, v: string) => store.set(k, v),
    removeItem: (k: string) => store.delete(k),
  });
});

const HELD = { ...NOTHING, texts: { text: '聊天仍开放。' }, lists: { failed: ['1'] } };
const AT = new Date('2026-11-23T10:00:00+08:00');

describe('an act that is being written', () => {
  it('is found again by who wrote it, at its case', () => {
    keep('stf_1', 'cas_a', 'inspection', HELD, AT);
    expect(kept('stf_1', 'cas_a')).toEqual({ kind: 'inspection', held: HELD, at: AT.toISOString() });
    expect(kept('stf_2', 'cas_a')).toBeUndefined();
    expect(kept('stf_1', 'cas_b')).toBeUndefined();
  });
  it('is gone when it is sent', () => {
    keep('stf_1', 'cas_a', 'inspection', HELD, AT);
    drop('stf_1', 'cas_a');
    expect(kept('stf_1', 'cas_a')).toBeUndefined();
  });
  it('is nothing where the storage holds something else', () => {
    store.set('menshen.act.stf_1.cas_a', '{"kind":1}');
    expect(kept('stf_1', 'cas_a')).toBeUndefined();
    store.set('menshen.act.stf_1.cas_a', 'no json');
    expect(kept('stf_1', 'cas_a')).toBeUndefined();
  });
});
