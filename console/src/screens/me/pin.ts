/*
 * pin: the log's key as this browser saw it first. A server that shows another later is found out,
 * as long as the first one was right; better is a key that came another way.
 */
import { forGood } from '../../app/storage';

const KEY = 'menshen.log-key';

/** The Ed25519 key alone, without the month that it signs for. */
export const keyOf = (vkey: string): string => vkey.slice(vkey.lastIndexOf('+') + 1);

export function pinned(): string | undefined {
  return forGood.get(KEY) ?? undefined;
}

/** Keep the first; tells whether this one is the same. */
export function pin(vkey: string): 'first' | 'same' | 'other' {
  const kept = pinned();
  if (kept !== undefined) return keyOf(kept) === keyOf(vkey) ? 'same' : 'other';
  forGood.set(KEY, vkey); // or each visit is the first
  return 'first';
}
