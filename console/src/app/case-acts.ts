/* case-acts: what a case's acts say together: what each item to correct is, what nobody has received. Pure. */
import type { Schemas } from '../api/client';

type Act = Schemas['Case']['acts'][number];

/** The texts of the items to correct, in their order; item 1 is the first. */
export function itemTexts(acts: readonly Act[]): string[] {
  return acts
    .filter((a) => a.kind === 'rectification' || a.kind === 'recommend')
    .flatMap((a) => ((a.body as { items?: { text?: string }[] }).items ?? []).map((i) => i.text ?? ''));
}

/** What is addressed to the respondent and not acknowledged yet, the newest first. */
export function unreceived(acts: readonly Act[]): Act[] {
  const received = new Set(
    acts.filter((a) => a.kind === 'acknowledge').map((a) => (a.body as { of?: string }).of),
  );
  return acts.filter((a) => a.side !== 'respondent' && !received.has(a.id)).toReversed();
}
