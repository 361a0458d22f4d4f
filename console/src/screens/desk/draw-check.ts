/*
 * draw-check: the commitment of a draw, computed from its lists and seed as src/desk/draw.c does:
 * SHA-256 of the seed, "menshen draw", and each list in order of bytes, ended by an empty text.
 */
import type { Schemas } from '../../api/client';

export type Draw = Schemas['Draw'];

const NUL = '\0';

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const list = (ids: readonly string[]) => ids.map((id) => id + NUL).join('') + NUL;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (x) => Number.parseInt(x, 16));
}

export async function commitOf(d: Draw): Promise<string> {
  const text = new TextEncoder().encode(
    `menshen draw${NUL}${list(d.organisations.toSorted(byBytes))}${list(d.inspectors.toSorted(byBytes))}` +
      `${list(d.recusals)}${d.wanted}${NUL}${d.team}${NUL}`,
  );
  const seed = bytesOf(d.seed ?? '');
  const all = new Uint8Array(seed.length + text.length);
  all.set(seed);
  all.set(text, seed.length);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return [...hash].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/** How many a ratio draws of so many: at least one, and never all. */
export function wantedOf(population: number, ratio: number): number {
  return Math.max(1, Math.min(population - 1, Math.round((population * ratio) / 100)));
}
