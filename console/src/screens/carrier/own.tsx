/* What a line's user reads of its own: its lines and campaigns, and why one was paused. How they behave is for officers. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { called, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { useQuery } from '../../app/query';
import { session } from '../../app/session';
import { titleOf } from '../../app/words';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { purposes } from '../../text/carrier-codes';
import { CampaignPauses } from './pauses';
import { ConsentProof, Status, termOf } from './states';
import { WhoTabs } from './tabs';

/** Does she read how lines and campaigns of others behave? */
export function supervises(): boolean {
  const access = session.value?.access;
  return access === 'carrier' || access === 'authority';
}

export function OwnLines() {
  const q = useQuery();
  const load = useLoad(() => api.GET('/v1/lines', { params: { query: q.page } }), [q.page.cursor]);
  return (
    <Page title={say(w.ownLinesTitle)} lead={say(w.ownLead)} at={load.at} onRefresh={load.reload}>
      <WhoTabs current="/carrier/lines" />
      <Loaded of={load} rows={4} who={say(w.ownersWho)}>
        {({ lines, next }) =>
          lines.length === 0 ? (
            <Empty>{say(w.ownLinesEmpty)}</Empty>
          ) : (
            <Table
              caption={say(w.ownLinesCaption)}
              rows={lines}
              id={(l) => l.id}
              {...q.pages(next)}
              columns={[
                { key: 'id', head: say(w.line), cell: (l) => l.id },
                { key: 'carrier', head: say(w.upstream), cell: (l) => (l.carrier ? nameOf(l.carrier) : '–') },
                {
                  key: 'type',
                  head: say(w.type),
                  cell: (l) => (l.purpose ? called(purposes, l.purpose) : '–'),
                },
                { key: 'callers', head: say(w.callersShown), cell: (l) => l.callers.join('、') },
                { key: 'state', head: say(w.state), cell: (l) => <Status of={l.status} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

function OwnPause({ of }: { of: Schemas['RegisteredCampaign'] }) {
  const load = useLoad(
    () => api.GET('/v1/campaigns/{id}/pauses', { params: { path: { id: of.id } } }),
    [of.id],
  );
  return (
    <section class="panel" aria-label={of.id}>
      <p>
        {of.id} <Status of={of.status} />
      </p>
      <Loaded of={load}>{(page) => <CampaignPauses of={page} />}</Loaded>
    </section>
  );
}

export function OwnCampaigns() {
  const q = useQuery();
  const load = useLoad(() => api.GET('/v1/campaigns', { params: { query: q.page } }), [q.page.cursor]);
  return (
    <Page title={say(w.ownCampaignsTitle)} lead={say(w.ownLead)} at={load.at} onRefresh={load.reload}>
      <WhoTabs current="/carrier/campaigns" />
      <Loaded of={load} rows={4} who={say(w.ownersWho)}>
        {({ campaigns, next }) =>
          campaigns.length === 0 ? (
            <Empty>{say(w.ownCampaignsEmpty)}</Empty>
          ) : (
            <>
              <Table
                caption={say(w.ownCampaignsCaption)}
                rows={campaigns}
                id={(c) => c.id}
                {...q.pages(next)}
                columns={[
                  { key: 'id', head: say(w.campaign), cell: (c) => c.id },
                  { key: 'sector', head: say(w.sector), cell: (c) => titleOf('sectors', c.sector) },
                  { key: 'lines', head: say(w.lines), cell: (c) => c.lines.join('、') },
                  { key: 'term', head: say(w.term), cell: termOf },
                  {
                    key: 'consent',
                    head: say(w.consentProof),
                    cell: (c) => <ConsentProof of={c.consent_basis} />,
                  },
                  { key: 'state', head: say(w.state), cell: (c) => <Status of={c.status} /> },
                ]}
              />
              {campaigns
                .filter((c) => c.status === 'paused')
                .map((c) => (
                  <OwnPause key={c.id} of={c} />
                ))}
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
