import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint, sha256 } from './sha256';

describe('a file’s fingerprint', () => {
  it.each(['', 'abc', '责令改正决定书\u0000'])('%j', async (text) => {
    expect(await sha256(new Blob([text]))).toBe(createHash('sha256').update(text).digest('hex'));
  });
});

describe('a fingerprint as it is pasted', () => {
  const good = 'ab'.repeat(32);
  it.each([
    [good, good],
    [` ${good.toUpperCase()}\n`, good],
    [`sha256:${good}`, good],
    [good.replace(/(.{8})/g, '$1 '), good],
    [good.slice(1), undefined],
    [`${good}0`, undefined],
    [`g${good.slice(1)}`, undefined],
    ['', undefined],
  ])('%j', (text, found) => {
    expect(fingerprint(text)).toBe(found);
  });
});
