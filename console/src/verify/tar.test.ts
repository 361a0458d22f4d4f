/* The one form of a tar that is read: any other byte is found. */
import { describe, expect, it } from 'vitest';
import { type Bytes, concat, utf8 } from './bytes';
import { readTar } from './tar';

/* As `tar --format=ustar --mode=644 --owner=0 --group=0 --mtime=@0` writes a file's head, without names. */
function file(name: string, text: string): Bytes {
  const head = new Uint8Array(512);
  const put = (at: number, s: string) => head.set(utf8(s), at);
  put(0, name);
  put(100, '0000644\0' + '0000000\0' + '0000000\0');
  put(124, `${text.length.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(148, '        ');
  put(156, '0');
  put(257, 'ustar\x0000');
  put(
    148,
    `${head
      .reduce((a, b) => a + b, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return concat(head, utf8(text), new Uint8Array((512 - (text.length % 512)) % 512));
}

const whole = concat(
  file('index.json', '{}'),
  file('records/0001.tlog-proof', 'a'.repeat(512)),
  new Uint8Array(1024),
);

describe('a tar', () => {
  it('gives its files in order', () => {
    expect(readTar(whole).map((f) => [f.name, f.bytes.length])).toEqual([
      ['index.json', 2],
      ['records/0001.tlog-proof', 512],
    ]);
  });

  it('has no byte that may be another, but those of its files', () => {
    for (let i = 0; i < whole.length; i++) {
      const inside = (i >= 512 && i < 514) || (i >= 1536 && i < 2048);
      const other = whole.slice();
      other[i] = (other[i] as number) ^ 1;
      if (inside) expect(readTar(other)).toHaveLength(2);
      else expect(() => readTar(other), `byte ${i}`).toThrow();
    }
  });

  it('is not shorter, longer, or of other names', () => {
    for (const n of [0, 511, 600, whole.length - 1024, whole.length - 1])
      expect(() => readTar(whole.slice(0, n))).toThrow();
    expect(() => readTar(concat(whole, new Uint8Array(512)))).toThrow();
    for (const name of ['../x', '/x', 'A', 'a//b', '.x', 'a/'])
      expect(() => readTar(concat(file(name, ''), new Uint8Array(1024)))).toThrow();
  });
});
