/** Bytes that came from elsewhere: read by a cursor that cannot run over, compared, shown. */

export type Bytes = Uint8Array<ArrayBuffer>;

/** What is not as its format says. The message is for the page's details, in English. */
export class Malformed extends Error {}

/** Strict: no white space, canonical padding. */
export function fromBase64(text: string): Bytes {
  let raw: string;
  try {
    raw = atob(text);
  } catch {
    throw new Malformed('not base64');
  }
  if (btoa(raw) !== text) throw new Malformed('not canonical base64');
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let raw = '';
  for (const b of bytes) raw += String.fromCharCode(b);
  return btoa(raw);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function concat(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

/** Throws on what is not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed('not UTF-8');
  }
}

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
}

/** Numbers are big-endian, as in all that is hashed (docs/ledger.md). */
export class Cursor {
  private at = 0;
  constructor(private readonly bytes: Bytes) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(n: number): Bytes {
    if (n > this.left) throw new Malformed(`${n} bytes wanted, ${this.left} left`);
    this.at += n;
    return this.bytes.slice(this.at - n, this.at);
  }

  u8(): number {
    return this.view(1).getUint8(0);
  }

  u16(): number {
    return this.view(2).getUint16(0);
  }

  u32(): number {
    return this.view(4).getUint32(0);
  }

  u64(): bigint {
    return this.view(8).getBigUint64(0);
  }

  /** Nanoseconds since 1970. */
  time(): Date {
    return new Date(Number(this.u64() / 1_000_000n));
  }

  /** One length byte, so many bytes of UTF-8. */
  word(): string {
    return fromUtf8(this.take(this.u8()));
  }

  end(): void {
    if (this.left > 0) throw new Malformed(`${this.left} bytes too many`);
  }

  private view(n: number): DataView {
    return new DataView(this.take(n).buffer);
  }
}
