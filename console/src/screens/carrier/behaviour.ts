/* behaviour: shares and rates out of counts; without calls there are none. */
import type { Schemas } from '../../api/client';
import { count, percent } from '../../app/format';

export type Figures = Schemas['Figures'];

export function share(part: number, of: number): number | undefined {
  return of > 0 ? part / of : undefined;
}

export function shareText(part: number, of: number): string {
  const s = share(part, of);
  return s === undefined ? '–' : percent(s, s > 0 && s < 0.1 ? 1 : 0);
}

/** So many for `each` calls, to one digit. */
export function rate(part: number, of: number, each: number): number | undefined {
  const s = share(part, of);
  return s === undefined ? undefined : Math.round(s * each * 10) / 10;
}

export function rateText(part: number, of: number, each: number): string {
  const n = rate(part, of, each);
  return n === undefined ? '–' : count(n);
}

export const perTenThousand = (f: Figures) => rate(f.reports, f.calls, 10_000);
export const perTenThousandText = (f: Figures) => rateText(f.reports, f.calls, 10_000);
