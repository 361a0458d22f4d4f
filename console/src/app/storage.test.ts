import { afterEach, expect, it, vi } from 'vitest';
import { forGood, inTab } from './storage';

afterEach(() => vi.unstubAllGlobals());

it('keeps what the browser keeps', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => kept.set(k, v),
    removeItem: (k: string) => kept.delete(k),
    clear: () => kept.clear(),
  });
  expect([inTab.get('a'), inTab.getJson('a')]).toEqual([null, null]);
  expect([inTab.set('a', 'x'), inTab.get('a'), inTab.getJson('a')]).toEqual([true, 'x', null]);
  expect([inTab.setJson('b', { n: 1 }), inTab.getJson('b')]).toEqual([true, { n: 1 }]);
  inTab.drop('b');
  expect(inTab.get('b')).toBeNull();
  inTab.clear();
  expect(inTab.get('a')).toBeNull();
});

it('does without', () => {
  expect([forGood.get('a'), forGood.getJson('a'), forGood.set('a', 'x')]).toEqual([null, null, false]);
  forGood.drop('a');
  forGood.clear();
});
