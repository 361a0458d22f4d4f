/** C2SP tlog-checkpoint: origin, size and root of a log, signed. */
import { type Bytes, fromBase64, Malformed } from './bytes';
import { type Note, parseNote } from './note';

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Bytes;
  note: Note;
}

export function parseCheckpoint(text: string): Checkpoint {
  const note = parseNote(text);
  const [origin, size, root] = note.text.split('\n');
  if (!origin || !/^(0|[1-9][0-9]{0,18})$/.test(size ?? ''))
    throw new Malformed('a checkpoint has an origin and a size');
  const hash = fromBase64(root ?? '');
  if (hash.length !== 32) throw new Malformed('a checkpoint has a root of 32 bytes');
  return { origin, size: BigInt(size as string), root: hash, note };
}
