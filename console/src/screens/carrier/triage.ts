/* triage: what a cluster of reports is about, and how long traces take. */
import type { Schemas } from '../../api/client';

export type Kind = Schemas['Report']['kind'];
const KINDS: readonly Kind[] = ['bombing', 'fraud', 'spoof', 'malicious', 'marketing']; // the gravest first

/** Those that were reported, most first; of equal ones the graver. */
export function kindsOf(kinds: Schemas['ReportCluster']['kinds']): [Kind, number][] {
  return KINDS.map((k): [Kind, number] => [k, kinds[k]])
    .filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1]);
}

type Trace = Pick<Schemas['Trace'], 'status' | 'opened_at' | 'closed_at'>;

/** Upper ends in hours; the last one has none. */
export const SPANS = [1, 6, 24, 72, Number.POSITIVE_INFINITY] as const;

/** How many traces found their source within each span, and how many did not find it. */
export function timeToSource(traces: readonly Trace[]): { spans: number[]; open: number; lost: number } {
  const spans = SPANS.map(() => 0);
  let open = 0;
  let lost = 0;
  for (const t of traces) {
    if (t.status === 'open' || !t.closed_at) open++;
    else if (t.status === 'lost') lost++;
    else {
      const hours = (Date.parse(t.closed_at) - Date.parse(t.opened_at)) / 3_600_000;
      const at = SPANS.findIndex((most) => hours <= most);
      spans[at] = (spans[at] ?? 0) + 1;
    }
  }
  return { spans, open, lost };
}
