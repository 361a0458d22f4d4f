/* Tabs of the two screens that have several pages: who may call, and from report to source. */
import { say } from '../../app/language';
import { Tabs } from '../../parts/tabs';
import { w } from '../../text/carrier';

export function WhoTabs({ current }: { current: string }) {
  return (
    <Tabs
      label={say(w.whoTabs)}
      current={current}
      tabs={[
        { href: '/carrier/lines', label: say(w.lines) },
        { href: '/carrier/campaigns', label: say(w.campaigns) },
        { href: '/carrier/numbers', label: say(w.numbers) },
      ]}
    />
  );
}

export function SourceTabs({ current }: { current: string }) {
  return (
    <Tabs
      label={say(w.sourceTabs)}
      current={current}
      tabs={[
        { href: '/carrier/reports', label: say(w.reports) },
        { href: '/carrier/traces', label: say(w.traces) },
        { href: '/carrier/removals', label: say(w.removals) },
      ]}
    />
  );
}
