/* C2: campaigns, for whom, with which consent, in which hours, and how people take them. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { say } from '../../app/language';
import { type Query, useQuery } from '../../app/query';
import { titleOf } from '../../app/words';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { calls, linked, named, reported, shareOf } from './columns';
import { OwnCampaigns, supervises } from './own';
import { ConsentProof, Ordered, termOf } from './states';
import { WhoTabs } from './tabs';

interface Row {
  behaviour: Schemas['CampaignBehaviour'];
  campaign: Schemas['RegisteredCampaign'] | undefined;
}

async function ask(query: Query['page']) {
  const [figures, list] = await Promise.all([
    api.GET('/v1/campaigns/figures', { params: { query: { ...query, days: 7 } } }),
    api.GET('/v1/campaigns', { params: { query } }),
  ]);
  if (!figures.data) return { ...figures, data: undefined };
  const rows: Row[] = figures.data.campaigns.map((behaviour) => ({
    behaviour,
    campaign: list.data?.campaigns.find((c) => c.id === behaviour.id),
  }));
  // Those that wait for a decision come first.
  rows.sort((a, b) => Number(b.campaign?.status === 'draft') - Number(a.campaign?.status === 'draft'));
  return { response: figures.response, data: { rows, next: figures.data.next } };
}

export function Campaigns() {
  return supervises() ? <AllCampaigns /> : <OwnCampaigns />;
}

function AllCampaigns() {
  const q = useQuery();
  const load = useLoad(() => ask(q.page), [q.page.cursor]);
  return (
    <Page title={say(w.campaignsTitle)} lead={say(w.campaignsLead)} at={load.at} onRefresh={load.reload}>
      <WhoTabs current="/carrier/campaigns" />
      <Loaded of={load} rows={6} who={say(w.carriersAndAuthorities)}>
        {({ rows, next }) =>
          rows.length === 0 ? (
            <Empty act={<a href="/carrier/lines">{say(w.lines)}</a>}>{say(w.campaignsEmpty)}</Empty>
          ) : (
            <>
              {!rows.some((r) => r.campaign?.status === 'draft') && (
                <p class="notice notice-info">{say(w.noneAwaits)}</p>
              )}
              <Table
                caption={say(w.campaignsTable)}
                rows={rows}
                id={(r) => r.behaviour.id}
                {...q.pages(next)}
                columns={[
                  linked(say(w.campaign), 'campaigns'),
                  named(say(w.principal)),
                  {
                    key: 'sector',
                    head: say(w.sector),
                    cell: (r) => (r.campaign ? titleOf('sectors', r.campaign.sector) : '–'),
                  },
                  {
                    key: 'window',
                    head: say(w.term),
                    cell: (r) => termOf(r.campaign),
                  },
                  {
                    key: 'consent',
                    head: say(w.consentProof),
                    cell: (r) => <ConsentProof of={r.campaign?.consent_basis} />,
                  },
                  {
                    key: 'state',
                    head: say(w.state),
                    cell: (r) => <Ordered order={r.behaviour.order} status={r.campaign?.status} />,
                  },
                  calls(say(w.reach7)),
                  shareOf(say(w.declinedShare), 'declined'),
                  reported(),
                ]}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
