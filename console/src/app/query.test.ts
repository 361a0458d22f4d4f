import { describe, expect, it } from 'vitest';
import { address } from './query';

describe('addresses', () => {
  it('keep what was asked, drop the page, and leave out what is empty', () => {
    expect(address('/p', { pool: 'mine', cursor: 'x' }, { view: 'due' })).toBe('/p?pool=mine&view=due');
    expect(address('/p', { view: 'due' }, { view: '' })).toBe('/p');
    expect(address('/p', { q: 'a' }, { cursor: 'next' })).toBe('/p?q=a&cursor=next');
  });
});
