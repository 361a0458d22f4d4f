/* B1: what came in, whose clock runs out, who stands out. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Tabs } from '../../parts/tabs';
import { w } from '../../text/desk';
import { useNames } from './names';
import { Queue } from './queue';
import { Ranking } from './ranking';
import { Weeks } from './weeks';

function Numbers({ of }: { of: Schemas['Intake'] }) {
  return (
    <Figures
      label={say(w.numbers)}
      of={[
        { label: say(w.today), value: count(of.today), href: '/desk/complaints' },
        {
          label: say(w.waitingLong),
          value: count(of.waiting_long),
          note: say(w.waitingOf, { n: of.waiting }),
          href: '/desk/complaints?status=received',
          ...(of.waiting_long > 0 ? { tone: 'warning' as const } : {}),
        },
        {
          label: say(w.mediationDue),
          value: count(of.mediation_due),
          href: '/desk/complaints?status=accepted',
          ...(of.mediation_due > 0 ? { tone: 'warning' as const } : {}),
        },
        {
          label: say(w.verifyDue),
          value: count(of.verify),
          href: '/desk/cases?status=open',
          ...(of.verify > 0 ? { tone: 'warning' as const } : {}),
        },
        {
          label: say(w.overdue),
          value: count(of.overdue),
          href: '/desk/cases?status=open',
          ...(of.overdue > 0 ? { tone: 'danger' as const } : {}),
        },
      ]}
    />
  );
}

export function Complaints() {
  const q = useQuery();
  const names = useNames();
  const view = q.get('view');
  const intake = useLoad(() => api.GET('/v1/intake'), []);
  const at = (to: string) => (to === '' ? '/desk/complaints' : `/desk/complaints?view=${to}`);
  return (
    <Page
      title={say(w.complaintsTitle)}
      lead={say(w.complaintsLead)}
      at={intake.at}
      onRefresh={intake.reload}
    >
      <Loaded of={intake} rows={0} figures={5} who={say(w.supervisors)}>
        {(data) => <Numbers of={data} />}
      </Loaded>
      <Tabs
        label={say(w.views)}
        current={at(view)}
        tabs={[
          { href: at(''), label: say(w.queue), count: intake.data?.waiting },
          { href: at('ranking'), label: say(w.ranking) },
          { href: at('weeks'), label: say(w.weeks) },
        ]}
      />
      {view === 'ranking' ? (
        <Ranking names={names} />
      ) : view === 'weeks' ? (
        <Loaded of={intake}>{(data) => <Weeks of={data} />}</Loaded>
      ) : (
        <Queue names={names} />
      )}
    </Page>
  );
}
