/** A tar in the one form that the server writes (src/core/tar.h): each byte is a file's, or what it must be. */
import { type Bytes, Cursor, equal, Malformed, utf8 } from './bytes';

const BLOCK = 512;
const END = new Uint8Array(2 * BLOCK);
const NAME = /^(?=.{1,99}$)[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;

export interface TarFile {
  name: string;
  bytes: Bytes;
}

const octal = (n: number, digits: number): string => n.toString(8).padStart(digits, '0');

/** POSIX ustar, made of name and size alone. */
function headOf(name: string, size: number): Bytes {
  const head = new Uint8Array(BLOCK);
  head.set(utf8(name));
  head.set(
    utf8(`0000644\0${'0000000\0'.repeat(2)}${octal(size, 11)}\0${octal(0, 11)}\0${' '.repeat(8)}0`),
    100,
  );
  head.set(utf8('ustar\x0000'), 257);
  const sum = head.reduce((a, b) => a + b, 0);
  head.set(utf8(`${octal(sum, 6)}\0`), 148);
  return head;
}

/** In their order. Throws on any other form. */
export function readTar(bytes: Bytes): TarFile[] {
  const files: TarFile[] = [];
  const c = new Cursor(bytes);
  while (c.left !== END.length) {
    const head = c.take(BLOCK);
    const name = String.fromCharCode(...head.slice(0, Math.min(head.indexOf(0), 99)));
    const size = Number.parseInt(String.fromCharCode(...head.slice(124, 135)), 8);
    if (!NAME.test(name) || !(size >= 0) || !equal(head, headOf(name, size)))
      throw new Malformed(`no head of a file where one should be, after ${files.at(-1)?.name ?? 'nothing'}`);
    files.push({ name, bytes: c.take(size) });
    if (c.take((BLOCK - (size % BLOCK)) % BLOCK).some((b) => b !== 0))
      throw new Malformed(`${name} is followed by what is no file's`);
  }
  if (!equal(c.take(END.length), END)) throw new Malformed('it does not end as it must');
  return files;
}
