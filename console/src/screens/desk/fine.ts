/* fine: what a violation costs by its benchmark (src/rules/fine.c does the same and decides). */
import type { Schemas } from '../../api/client';

export type Benchmark = Schemas['FineBenchmark'];

export interface Range {
  min_fen: number;
  max_fen: number;
}

/** Both included; undefined: the benchmark has no band for so many. */
export function rangeOf(fine: Benchmark | undefined, count: number): Range | undefined {
  const band = fine?.bands.find((b) => b.from <= count && (b.until === null || count <= b.until));
  if (!fine || !band || !Number.isInteger(count)) return undefined;
  const times = band.each ? count : 1;
  return {
    min_fen: Math.min(band.min_fen * times, fine.cap_fen),
    max_fen: Math.min(band.max_fen * times, fine.cap_fen),
  };
}

/** Yuan as somebody types them, in fen: "10,000" or "10000.50"; undefined: no amount. */
export function fenOf(yuan: string): number | undefined {
  const text = yuan.replace(/[,，\s¥]/g, '');
  if (!/^\d+(\.\d{1,2})?$/.test(text)) return undefined;
  return Math.round(Number(text) * 100);
}

/** Does the range leave a choice, so that a reason is stated? */
export function wantsReason(range: Range | undefined): boolean {
  return range !== undefined && range.min_fen !== range.max_fen;
}
