/** C2SP tlog-proof, with an entry that may be opened (docs/ledger.md, "Opened receipts"). */
import { type Bytes, Cursor, fromBase64, Malformed } from './bytes';
import { type Checkpoint, parseCheckpoint } from './checkpoint';

const HEAD = 'c2sp.org/tlog-proof@v1';
const OPENED = 2;

/** What an entry hides, for who keeps it. */
export interface Opened {
  /** Nonce and plaintext; its SHA-256 is a commitment in the entry. */
  opening: Bytes;
  /** Of a fact: the change; its SHA-256 ends the plaintext. Else empty. */
  content: Bytes;
}

export interface Proof {
  entry: Bytes;
  opened?: Opened;
  index: bigint;
  path: Bytes[];
  checkpoint: Checkpoint;
}

function parseExtra(extra: Bytes): Pick<Proof, 'entry' | 'opened'> {
  if (extra[0] !== OPENED) return { entry: extra };
  const c = new Cursor(extra);
  c.u8();
  const entry = c.take(c.u16());
  const opening = c.take(c.u16());
  const content = c.take(c.u32());
  c.end();
  return { entry, opened: { opening, content } };
}

export function parseProof(text: string): Proof {
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  if (end < 0 || lines[0] !== HEAD) throw new Malformed(`the first line is not "${HEAD}"`);
  const extra = lines[1]?.startsWith('extra ') ? lines[1].slice(6) : undefined;
  const index = /^index (0|[1-9][0-9]{0,18})$/.exec(lines[2] ?? '');
  if (extra === undefined)
    throw new Malformed('the second line is not "extra …": the entry is not in the file');
  if (!index) throw new Malformed('the third line is not "index …"');
  const path = lines.slice(3).map(fromBase64);
  if (path.some((hash) => hash.length !== 32)) throw new Malformed('a hash of the path has not 32 bytes');
  return {
    ...parseExtra(fromBase64(extra)),
    index: BigInt(index[1] as string),
    path,
    checkpoint: parseCheckpoint(text.slice(end + 2)),
  };
}
