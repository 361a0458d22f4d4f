/* triage: what a cluster of reports is about. */
import type { Schemas } from '../../api/client';

export type Kind = Schemas['Report']['kind'];
export const KINDS: readonly Kind[] = ['bombing', 'fraud', 'spoof', 'malicious', 'marketing']; // the gravest first

/** As an officer says, or else as it was reported. */
export function takenFor(of: Pick<Schemas['Report'], 'kind' | 'triaged'>): Kind {
  return of.triaged ?? of.kind;
}

/** Those that were reported, most first; of equal ones the graver. */
export function kindsOf(kinds: Schemas['ReportCluster']['kinds']): [Kind, number][] {
  return KINDS.map((k): [Kind, number] => [k, kinds[k]])
    .filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1]);
}
