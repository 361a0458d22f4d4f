/** The tree of RFC 6962 §2.1, and what leads from a leaf to its root (RFC 9162 §2.1.3.2). */
import { type Bytes, Malformed, sha256 } from './bytes';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry: Uint8Array): Promise<Bytes> => sha256(LEAF, entry);

/** The root of a tree of `size` leaves in which `leaf` stands at `index`, by its sisters from below. */
export async function rootOf(
  leaf: Bytes,
  index: bigint,
  size: bigint,
  path: readonly Bytes[],
): Promise<Bytes> {
  if (index < 0n || index >= size) throw new Malformed('the entry lies behind the end of the log');
  let at = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sister of path) {
    if (last === 0n) throw new Malformed('the path is too long');
    if (at & 1n || at === last) {
      hash = await sha256(NODE, sister, hash);
      while (!(at & 1n) && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = await sha256(NODE, hash, sister);
    }
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Malformed('the path is too short');
  return hash;
}
