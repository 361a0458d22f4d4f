/** C2SP signed notes (c2sp.org/signed-note) with Ed25519, and cosignatures v1 (c2sp.org/tlog-cosignature). */
import { type Bytes, concat, equal, fromBase64, Malformed, sha256, toHex, utf8 } from './bytes';

const ED25519 = 0x01;
const COSIGNATURE = 0x04;

export interface Signature {
  name: string;
  id: Bytes;
  bytes: Bytes;
}

export interface Note {
  /** What is signed, with its last newline. */
  text: string;
  signatures: Signature[];
}

export interface VerifierKey {
  name: string;
  type: number;
  id: Bytes;
  key: Bytes;
}

function signature(line: string): Signature {
  const parts = /^— ([^\s+]+) (\S+)$/u.exec(line);
  if (!parts) throw new Malformed('a signature line is not "— name base64"');
  const raw = fromBase64(parts[2] as string);
  if (raw.length < 5) throw new Malformed('a signature is too short');
  return { name: parts[1] as string, id: raw.slice(0, 4), bytes: raw.slice(4) };
}

export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new Malformed('not a signed note');
  const lines = note.slice(end + 2, -1).split('\n');
  return { text: note.slice(0, end + 1), signatures: lines.map(signature) };
}

/** First four bytes of SHA-256(name ‖ newline ‖ type ‖ key). */
async function keyId(name: string, type: number, key: Uint8Array): Promise<Bytes> {
  return (await sha256(utf8(`${name}\n`), Uint8Array.of(type), key)).slice(0, 4);
}

/** "name+hash+base64", as `menshen ledger key` prints it and GET /shards names it. */
export async function parseKey(vkey: string): Promise<VerifierKey> {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim());
  if (!parts) throw new Malformed('a verifier key is "name+8 hex digits+base64"');
  const [, name, hash, rest] = parts as unknown as [string, string, string, string];
  const raw = fromBase64(rest);
  const type = raw[0] as number;
  if (raw.length !== 33) throw new Malformed('a verifier key holds 33 bytes');
  const id = await keyId(name, type, raw.slice(1));
  if (toHex(id) !== hash) throw new Malformed('the hash of the verifier key is not its own');
  return { name, type, id, key: raw.slice(1) };
}

/** The same key under another name: a log signs each month under a name of its own. */
export async function renameKey(key: VerifierKey, name: string): Promise<VerifierKey> {
  return { ...key, name, id: await keyId(name, key.type, key.key) };
}

/** Can this browser check Ed25519? Over plain HTTP from another machine it cannot even hash. */
export async function canVerify(): Promise<boolean> {
  if (!globalThis.crypto?.subtle) return false;
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32), 'Ed25519', false, ['verify']);
    return true;
  } catch (e) {
    return !(e instanceof DOMException && e.name === 'NotSupportedError');
  }
}

async function ed25519(key: Bytes, signed: Bytes, bytes: Bytes): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, bytes, signed);
}

/** Has the key signed the note? A line with its name and id that does not verify is an error. */
export async function signedBy(note: Note, key: VerifierKey): Promise<boolean> {
  for (const s of note.signatures) {
    if (s.name !== key.name || !equal(s.id, key.id)) continue;
    if (key.type === ED25519) return ed25519(key.key, utf8(note.text), s.bytes);
    if (key.type === COSIGNATURE && s.bytes.length === 72) {
      const seconds = new DataView(s.bytes.buffer).getBigUint64(0);
      const signed = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), utf8(note.text));
      return ed25519(key.key, signed, s.bytes.slice(8));
    }
    return false;
  }
  return false;
}
