import { beforeEach, expect, it, vi } from 'vitest';

const GET = vi.fn();
vi.mock('../api/client', () => ({ api: { GET } }));
beforeEach(() => {
  vi.resetModules();
  GET.mockReset();
});

const word = (title: string, reasons?: string[]) => ({ title: { zh: title, en: title }, reasons });
const WORDS = {
  sectors: { estate: word('房产') },
  rules: { 'cn.a': word('时段', ['outside-hours']), 'cn.b': word('别的', ['outside-hours', 'cap']) },
};

it('asks once, and calls a code by itself until its word is known', async () => {
  GET.mockResolvedValue({ data: WORDS });
  const { askWords, reasonOf, titleOf, wordsAwaited } = await import('./words');
  expect([titleOf('sectors', 'estate'), wordsAwaited()]).toEqual(['estate', true]);
  await askWords();
  expect([titleOf('sectors', 'estate'), titleOf('sectors', 'loan'), wordsAwaited()]).toEqual([
    '房产',
    'loan',
    false,
  ]);
  expect(['outside-hours', 'cap', 'other'].map(reasonOf)).toEqual(['时段', '别的', 'other']);
  expect(GET).toHaveBeenCalledTimes(1);
});

it('does without words that do not come, and asks again', async () => {
  GET.mockRejectedValueOnce(new Error('offline')).mockResolvedValue({ data: WORDS });
  const { askWords, titleOf, wordsAwaited } = await import('./words');
  await askWords();
  expect([titleOf('sectors', 'estate'), wordsAwaited()]).toEqual(['estate', false]);
  await askWords();
  expect(titleOf('sectors', 'estate')).toBe('房产');
});
