/*
 * draw-check: a draw computed again from its lists and seed as src/desk/draw.h says.
 *
 *     commitOf   SHA-256 of the seed, "menshen draw", and each list in order of bytes, ended by an
 *                empty text; weights and exclusions where there are any
 *     drawnOf    who the seed draws
 */
import type { Schemas } from '../../api/client';
import { sha256, toHex, utf8 } from '../../verify/bytes';
import { block } from './chacha20';

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
  const risks = d.weights.length + d.exclusions.length > 0 ? `${list(d.weights)}${list(d.exclusions)}` : '';
  const text = utf8(
    `menshen draw${NUL}${list(d.organisations.toSorted(byBytes))}${list(d.inspectors.toSorted(byBytes))}` +
      `${list(d.recusals)}${d.wanted}${NUL}${d.team}${NUL}${risks}`,
  );
  return toHex(await sha256(bytesOf(d.seed ?? ''), text));
}

/* Fisher–Yates from the last place down, by 64 bits of the stream each, without favour. */
function shuffled(seed: Uint8Array, nonce: string, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  let at = 64;
  let number = 0;
  let bytes: DataView = new DataView(new ArrayBuffer(64));
  const next = () => {
    if (at === 64) {
      bytes = new DataView(block(seed, utf8(nonce), number++).buffer);
      at = 0;
    }
    at += 8;
    return bytes.getBigUint64(at - 8, true);
  };
  const most = 2n ** 64n - 1n;
  for (let i = count - 1; i > 0; i--) {
    const n = BigInt(i + 1);
    const end = most - (((most % n) + 1n) % n);
    let value = next();
    while (value > end) value = next();
    const j = Number(value % n);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/** Organisations and inspectors, in the order drawn; nothing before the seed is known. */
export function drawnOf(d: Draw): { organisations: string[]; team: string[] } {
  if (!d.seed) return { organisations: [], team: [] };
  const seed = bytesOf(d.seed);
  const times = new Map(d.weights.map((w) => [w.slice(0, -2), Number(w.slice(-1))]));
  const places = d.organisations
    .toSorted(byBytes)
    .flatMap((id) => Array.from({ length: times.get(id) ?? 1 }, () => id));
  const order = shuffled(seed, 'menshen-orgs', places.length).map((i) => places[i] as string);
  const organisations = [...new Set(order)].slice(0, d.wanted);
  const inspectors = d.inspectors.toSorted(byBytes);
  const recused = (id: string) =>
    d.recusals.some((r) => r === `${id}:*` || organisations.some((o) => r === `${id}:${o}`));
  const team = shuffled(seed, 'menshen-team', inspectors.length)
    .map((i) => inspectors[i] as string)
    .filter((id) => !recused(id))
    .slice(0, d.team);
  return { organisations, team };
}

/** Seed and lists make the commitment, and the seed draws who was drawn. */
export async function isFair(d: Draw): Promise<boolean> {
  const { organisations, team } = drawnOf(d);
  return (
    (await commitOf(d)) === d.commit &&
    organisations.join() === d.drawn.join() &&
    team.join() === d.team_drawn.join()
  );
}

/** How many a ratio draws of so many: at least one, and never all. */
export function wantedOf(population: number, ratio: number): number {
  return Math.max(1, Math.min(population - 1, Math.round((population * ratio) / 100)));
}
