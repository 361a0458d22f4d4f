/* sha256: of a file, in the browser, as the papers print it: 64 digits in small letters. */
import { toHex } from '../verify/bytes';

export const FILE_MOST = 64 << 20; // bytes: it is read whole

export async function sha256(file: Blob): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
}

/** A fingerprint as people paste it, with blanks and capitals; undefined: it is none. */
export function fingerprint(text: string): string | undefined {
  const plain = text
    .normalize('NFKC')
    .replace(/^\s*sha-?256\s*:/i, '')
    .replace(/\s+/g, '')
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(plain) ? plain : undefined;
}
