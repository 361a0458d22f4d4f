import { describe, expect, it } from 'vitest';
import { begin, finish, goTo, isDone, isOver, restore } from './machine';
import type { Shown } from './shown';

const said: Shown[] = [{ kind: 'says', tone: 'success', text: ['好', 'good'] }];

describe('a story', () => {
  it('goes on only over what is done', () => {
    expect(goTo(begin, 3, 5).at).toBe(0);
    const one = finish(begin, said);
    expect(isDone(one, 0)).toBe(true);
    expect(one.at).toBe(0); // what it showed is looked at first
    expect(goTo(one, 3, 5).at).toBe(1);
    expect(goTo(one, -1, 5).at).toBe(0);
    expect(goTo(one, Number.NaN, 5).at).toBe(0);
  });

  it('does a step again in its place', () => {
    const two = finish(goTo(finish(begin, said), 1, 3), said);
    const again = finish(goTo(two, 0, 3), []);
    expect(again.done).toEqual([[], said]);
    expect(again.at).toBe(0);
  });

  it('is over after its last step, which stays in sight', () => {
    let p = begin;
    for (let i = 0; i < 3; i++) p = finish(goTo(p, i, 3), said);
    expect(isOver(p, 3)).toBe(true);
    expect(goTo(p, 9, 3).at).toBe(2);
  });

  it('survives a reload, and nothing else', () => {
    const one = goTo(finish(begin, said), 1, 3);
    expect(restore(JSON.stringify(one), 3)).toEqual(one);
    expect(restore(null, 3)).toEqual(begin);
    expect(restore('{"done":"x"}', 3)).toEqual(begin);
    expect(restore('{"done":[[],[],[],[]],"at":1}', 3)).toEqual(begin); // of a longer story
    expect(restore('{"done":[[]],"at":7}', 3).at).toBe(1);
  });
});
