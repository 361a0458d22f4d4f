/* The numbers of the day: claims, files, members held, and until when the certificate holds. */
import type { Schemas } from '../../api/client';
import { count, daysUntil, lastDay } from '../../app/format';
import { say } from '../../app/language';
import { Figures } from '../../parts/figures';
import { w } from '../../text/agency';

const SOON = 30;

export function Strip({ pools, holds }: { pools: Schemas['Pools']; holds: boolean }) {
  const until = pools.certificate_until;
  const of = (n: number) => say(w.ofMost, { n: count(n) });
  const tone = (left: number) => (left === 0 ? { tone: 'warning' as const } : {});
  return (
    <Figures
      label={say(w.strip)}
      of={[
        {
          label: say(w.claimsLeft),
          value: count(pools.claims_left),
          note: of(pools.claims_per_day),
          ...tone(pools.claims_left),
        },
        {
          label: say(w.viewsLeft),
          value: count(pools.views_left),
          note: of(pools.views_per_day),
          ...tone(pools.views_left),
        },
        {
          label: say(w.held),
          value: count(pools.held),
          note: of(pools.capacity),
          ...tone(pools.capacity - pools.held),
        },
        ...(holds
          ? [
              {
                label: say(w.certificate),
                value: <span class="figure-day">{until ? lastDay(until) : say(w.noCertificate)}</span>,
                ...(!until || daysUntil(until) < SOON ? { tone: 'danger' as const } : {}),
              },
            ]
          : []),
      ]}
    />
  );
}
