/* Receipts of a real log (testdata, of the sample city): each step holds, and each changed byte is found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './bytes';
import { parseKey } from './note';
import { parseProof } from './proof';
import { type Checked, checkReceipt } from './receipt';

const data = (name: string): string => readFileSync(join(__dirname, 'testdata', name), 'utf8');
const key = parseKey(data('key.txt'));
const openedKey = parseKey(data('opened-key.txt'));
const check = async (text: string): Promise<Checked> => checkReceipt(text, { log: await key });
const states = (c: Checked): Record<string, string> =>
  Object.fromEntries(c.findings.map((f) => [f.step, f.state]));

describe('a receipt', () => {
  it('of a consent opens to what was agreed', async () => {
    const c = await check(data('consent.tlog-proof'));
    expect(states(c)).toEqual({
      form: 'good',
      path: 'good',
      signature: 'good',
      witness: 'none',
      opening: 'good',
    });
    expect(c.good).toBe(true);
    expect(c.entry).toMatchObject({ kind: 'fact', of: 'consents' });
    expect(c.disclosure).toMatchObject({
      kind: 'fact',
      change: { organisation: 'org_xique', purposes: 'matchmaking.followup', status: 'asserted' },
    });
  });

  it('of a look says what for, and hides who', async () => {
    const c = await check(data('look.tlog-proof'));
    expect(c.good).toBe(true);
    expect(states(c).opening).toBe('none');
    expect(c.entry).toMatchObject({
      kind: 'look',
      surface: 'detail',
      purpose: 'matchmaking.introduce',
      dry: false,
    });
  });

  it('of a call says the verdict and the reason', async () => {
    const c = await check(data('call.tlog-proof'));
    expect(c.good).toBe(true);
    expect(c.entry).toMatchObject({
      kind: 'call',
      verdict: 'block',
      reason: 'order-in-force',
      rule: 'cn.call.order',
    });
  });

  it('of a look opens to who it was, and what was answered', async () => {
    const c = await checkReceipt(data('look-opened.tlog-proof'), { log: await openedKey });
    expect(states(c)).toMatchObject({ signature: 'good', opening: 'good' });
    expect(c.disclosure).toMatchObject({
      kind: 'look',
      person: 'per_x004',
      looker: 'stf_x01',
      organisation: 'org_xique_xuhui',
      number: 2,
      categories: [
        { category: 'basic', answer: 'show', basis: 'consent' },
        { category: 'contact', answer: 'deny' },
        { category: 'photo', answer: 'deny' },
        { category: 'education', answer: 'show', basis: 'consent' },
        { category: 'property', answer: 'deny' },
      ],
    });
  });

  it('of a call opens to who rang whom', async () => {
    const c = await checkReceipt(data('call-opened.tlog-proof'), { log: await openedKey });
    expect(states(c)).toMatchObject({ signature: 'good', opening: 'good' });
    expect(c.disclosure).toMatchObject({
      kind: 'call',
      caller: '+8657982500008',
      callee: '+8613800000104',
      line: 'lin_hospital',
    });
  });

  it('survives the line ends of another system', async () => {
    expect((await check(data('look.tlog-proof').replaceAll('\n', '\r\n'))).good).toBe(true);
  });

  it('without the key proves nothing', async () => {
    const c = await checkReceipt(data('look.tlog-proof'));
    expect(c.good).toBe(false);
    expect(states(c).signature).toBe('none');
  });
});

describe('what is wrong is found', () => {
  it('any byte of the entry or the opening', async () => {
    const text = data('consent.tlog-proof');
    const extra = /^extra (.*)$/m.exec(text)?.[1] as string;
    const bytes = fromBase64(extra);
    for (let i = 0; i < bytes.length; i += 7) {
      const flipped = bytes.slice();
      flipped[i] = (flipped[i] as number) ^ 1;
      const c = await check(text.replace(extra, toBase64(flipped)));
      expect(c.good, `byte ${i}`).toBe(false);
      expect(c.disclosure, `byte ${i}`).toBeUndefined();
    }
  });

  it('any line but the first signature line of others', async () => {
    const text = data('look.tlog-proof');
    const lines = text.trimEnd().split('\n');
    for (const [i, line] of lines.entries()) {
      if (line === '') continue;
      const at = Math.floor(line.length / 2);
      const other = line[at] === 'B' ? 'C' : 'B';
      const changed = [...lines];
      changed[i] = line.slice(0, at) + other + line.slice(at + 1);
      expect((await check(`${changed.join('\n')}\n`)).good, line).toBe(false);
    }
  });

  it('a path that is too long or too short', async () => {
    const lines = data('look.tlog-proof').split('\n');
    const shorter = [...lines.slice(0, 3), ...lines.slice(4)].join('\n');
    const longer = [...lines.slice(0, 4), ...lines.slice(3)].join('\n');
    for (const text of [shorter, longer]) expect(states(await check(text)).path).toBe('bad');
  });

  it("another log's key", async () => {
    const other = await key;
    const wrong = { ...other, key: other.key.slice() };
    wrong.key[0] = (wrong.key[0] as number) ^ 1;
    const c = await checkReceipt(data('look.tlog-proof'), { log: wrong });
    expect(states(c).signature).toBe('bad');
    await expect(parseKey('vm/menshen/2026-11+00000000+Af4M')).rejects.toThrow();
  });

  it('and what is no receipt at all', async () => {
    for (const text of ['', 'hello', 'c2sp.org/tlog-proof@v1\n\n', '{"type":"about:blank"}'])
      expect((await check(text)).findings).toMatchObject([{ step: 'form', state: 'bad' }]);
    expect(() => parseProof('c2sp.org/tlog-proof@v1\nindex 1\n\nx')).toThrow(/extra/);
  });
});
