import { describe, expect, it, vi } from 'vitest';

vi.mock('../api/client', () => ({ api: {} }));
const { directory } = await import('./names');

const NAMES: Readonly<Record<string, string>> = { a: 'Anju', b: 'Boya', c: 'Cuizhu' };

describe('a directory', () => {
  it('asks for what a page names together, each once, no more than it may', async () => {
    const ask = vi.fn(async () => NAMES);
    const of = directory(2, ask);
    expect(['a', 'b', 'a', 'c'].map(of.of)).toEqual([undefined, undefined, undefined, undefined]);
    await of.learn('c');
    expect(ask.mock.calls).toEqual([['a,b'], ['c']]);
    expect(['a', 'b', 'c'].map(of.of)).toEqual(['Anju', 'Boya', 'Cuizhu']);
    expect(ask).toHaveBeenCalledTimes(2);
  });
  it('calls by the id who has no name', async () => {
    const of = directory(2, async () => NAMES);
    await of.learn('d');
    expect(of.of('d')).toBe('d');
  });
  it('asks again after no answer', async () => {
    const ask = vi
      .fn<(ids: string) => Promise<typeof NAMES | undefined>>()
      .mockRejectedValueOnce(new Error('offline'))
      .mockResolvedValueOnce(undefined)
      .mockResolvedValue(NAMES);
    const of = directory(2, ask);
    await of.learn('a');
    await of.learn('a');
    expect(of.of('a')).toBeUndefined();
    await of.learn('a');
    expect(of.of('a')).toBe('Anju');
  });
});
