/* chacha20: the stream of RFC 8439 from its first block, as a draw takes its chance from it. Pure. */

const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));

function quarter(s: Uint32Array, a: number, b: number, c: number, d: number): void {
  const step = (x: number, y: number, z: number, by: number) => {
    s[x] = (s[x] as number) + (s[y] as number);
    s[z] = rotate((s[z] as number) ^ (s[x] as number), by);
  };
  step(a, b, d, 16);
  step(c, d, b, 12);
  step(a, b, d, 8);
  step(c, d, b, 7);
}

/** 64 bytes: the block of this number. Key: 32 bytes; nonce: 12. */
export function block(key: Uint8Array, nonce: Uint8Array, counter: number): Uint8Array {
  const words = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
  };
  const begin = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...words(key), counter, ...words(nonce)];
  const s = new Uint32Array(begin);
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 4; i++) quarter(s, i, i + 4, i + 8, i + 12);
    for (let i = 0; i < 4; i++) quarter(s, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
  }
  const out = new Uint8Array(64);
  const view = new DataView(out.buffer);
  for (const [i, word] of s.entries()) view.setUint32(4 * i, word + (begin[i] as number), true);
  return out;
}
