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

/** Reports for ten thousand calls, to one digit. */
export function perTenThousand(f: Figures): number | undefined {
  const s = share(f.reports, f.calls);
  return s === undefined ? undefined : Math.round(s * 100_000) / 10;
}

export function perTenThousandText(f: Figures): string {
  const n = perTenThousand(f);
  return n === undefined ? '–' : count(n);
}
