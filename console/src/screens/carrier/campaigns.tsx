/* C2: campaigns, for whom, with which consent, in which hours, and how people take them. */
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, day } from '../../app/format';
import { say } from '../../app/language';
import { Chip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { perTenThousandText, shareText } from './behaviour';
import { Ordered } from './states';
import { WhoTabs } from './tabs';
import { sector } from './words';

interface Row {
  behaviour: Schemas['CampaignBehaviour'];
  campaign: Schemas['RegisteredCampaign'] | undefined;
}

async function ask(cursor: string) {
  const query = cursor === '' ? {} : { cursor };
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

export function ConsentProof({ of }: { of: string | null | undefined }) {
  return of ? (
    <Chip tone="success" title={of}>
      {of}
    </Chip>
  ) : (
    <Chip tone="danger" sign="▲">
      {say(w.consentMissing)}
    </Chip>
  );
}

export function Campaigns() {
  const { query, route } = useLocation();
  const cursor = query.cursor ?? '';
  const load = useLoad(() => ask(cursor), [cursor]);
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
                next={next ? () => route(`/carrier/campaigns?cursor=${next}`) : undefined}
                first={cursor ? () => route('/carrier/campaigns') : undefined}
                columns={[
                  {
                    key: 'id',
                    head: say(w.campaign),
                    cell: (r) => <a href={`/carrier/campaigns/${r.behaviour.id}`}>{r.behaviour.id}</a>,
                  },
                  { key: 'who', head: say(w.principal), cell: (r) => r.behaviour.name ?? '–' },
                  {
                    key: 'sector',
                    head: say(w.sector),
                    cell: (r) => (r.campaign ? sector(r.campaign.sector) : '–'),
                  },
                  {
                    key: 'window',
                    head: say(w.term),
                    cell: (r) =>
                      `${r.campaign?.from ? day(r.campaign.from) : '–'} – ${r.campaign?.until ? day(r.campaign.until) : '–'}`,
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
                  {
                    key: 'reach',
                    head: say(w.reach7),
                    number: true,
                    cell: (r) => count(r.behaviour.figures.calls),
                  },
                  {
                    key: 'declined',
                    head: say(w.declinedShare),
                    number: true,
                    cell: (r) => shareText(r.behaviour.figures.declined, r.behaviour.figures.calls),
                  },
                  {
                    key: 'reports',
                    head: say(w.reportsRate),
                    number: true,
                    cell: (r) => perTenThousandText(r.behaviour.figures),
                  },
                ]}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
