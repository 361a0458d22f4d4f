/* One line: whose, with which papers, how it behaves, what hangs on it; and the order that stops it. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, day, listed } from '../../app/format';
import { called, say } from '../../app/language';
import { session } from '../../app/session';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { clauses, documents, purposes } from '../../text/carrier-codes';
import { perTenThousandText, shareText } from './behaviour';
import { OrderDialog, Orders } from './order';
import { Ordered, Status } from './states';

export function behaviourFigures(f: Schemas['Figures'], days: number) {
  return [
    { label: say(w.callsOf, { days }), value: count(f.calls) },
    {
      label: say(w.blockedShare),
      value: shareText(f.blocked, f.calls),
      note: say(w.declinedNote, { n: count(f.declined) }),
    },
    { label: say(w.unprovenShare), value: shareText(f.unproven, f.calls) },
    {
      label: say(w.reportsRate),
      value: perTenThousandText(f),
      note: say(w.reportsNote, { n: count(f.reports) }),
    },
  ];
}

export function OneLine() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const [open, setOpen] = useState(false);
  const [given, setGiven] = useState(0);
  const load = useLoad(
    () => api.GET('/v1/lines/{id}', { params: { path: { id }, query: { days: 7 } } }),
    [id],
  );
  const stopped = load.data !== undefined && load.data.order !== null;
  return (
    <Page
      title={say(w.lineTitle)}
      lead={
        <>
          {id} {load.data?.name && `· ${load.data.name}`}
        </>
      }
      at={load.at}
      onRefresh={load.reload}
      primary={
        <Button kind={stopped ? 'primary' : 'danger'} disabled={!load.data} onClick={() => setOpen(true)}>
          {say(stopped ? w.restoreLine : w.suspendLine)}
        </Button>
      }
      why={
        load.data && (
          <Facts
            of={[
              [say(w.holder), load.data.name],
              [say(w.upstream), load.data.carrier_name],
              [say(w.type), load.data.line.purpose && called(purposes, load.data.line.purpose)],
              [say(w.state), <Ordered order={load.data.order} status={load.data.line.status} />],
              [say(w.callersShown), listed(load.data.line.callers)],
              [say(w.peers), listed(load.data.line.peers)],
              [say(w.capDay), load.data.calls_a_day === null ? null : count(load.data.calls_a_day)],
              [say(w.location), load.data.line.location],
            ]}
          />
        )
      }
    >
      <Loaded of={load} who={say(w.carriersAndAuthorities)}>
        {(page) => (
          <>
            <Figures label={say(w.behaviour)} of={behaviourFigures(page.figures, 7)} />
            <h2>{say(w.campaignsOnLine)}</h2>
            {page.campaigns.length === 0 ? (
              <Empty>{say(w.touchesNone)}</Empty>
            ) : (
              <Table
                caption={say(w.campaignsCaption)}
                rows={page.campaigns}
                id={(c) => c.id}
                columns={[
                  {
                    key: 'id',
                    head: say(w.campaign),
                    cell: (c) => <a href={`/carrier/campaigns/${c.id}`}>{c.id}</a>,
                  },
                  { key: 'who', head: say(w.principal), cell: (c) => c.name ?? '–' },
                  { key: 'sector', head: say(w.sector), cell: (c) => titleOf('sectors', c.sector) },
                  { key: 'state', head: say(w.state), cell: (c) => <Status of={c.status} /> },
                  { key: 'other', head: say(w.otherLines), number: true, cell: (c) => count(c.other_lines) },
                ]}
              />
            )}
            <Papers id={id} />
            <h2>{say(w.orders)}</h2>
            <Orders on="lines" id={id} again={given} />
            {open && (
              <OrderDialog
                on="lines"
                id={id}
                addressee={page.name}
                touches={page.campaigns}
                stopped={stopped}
                onClose={() => {
                  setOpen(false);
                  setGiven((n) => n + 1);
                  load.reload();
                }}
              />
            )}
            {session.value?.kind === 'authority' && <p class="field-hint">{say(w.authorityNote)}</p>}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Papers({ id }: { id: string }) {
  const load = useLoad(() => api.GET('/v1/lines/{id}/documents', { params: { path: { id } } }), [id]);
  return (
    <>
      <h2>{say(w.papers)}</h2>
      <Loaded of={load}>
        {(p) =>
          p.documents.length === 0 && p.contracts.length === 0 ? (
            <Empty>{say(w.papersNone)}</Empty>
          ) : (
            <>
              <Table
                caption={say(w.papersCaption)}
                rows={p.documents}
                id={(d) => d.kind}
                columns={[
                  { key: 'kind', head: say(w.document), cell: (d) => say(documents[d.kind]) },
                  { key: 'number', head: say(w.documentNumber), cell: (d) => d.number },
                  {
                    key: 'until',
                    head: say(w.papersUntil),
                    cell: (d) =>
                      d.until ? <DeadlineChip due={d.until} rule="cn.line.complete" /> : say(w.noEnd),
                  },
                ]}
              />
              {p.contracts[0] && (
                <p class="row">
                  {say(w.contractVersion, { n: p.contracts[0].version, at: day(p.contracts[0].signed_at) })}{' '}
                  {(['frequency-limit', 'reporting', 'handling'] as const).map((c) =>
                    p.contracts[0]?.clauses.includes(c) ? (
                      <Chip key={c} tone="success">
                        {say(clauses[c])}
                      </Chip>
                    ) : (
                      <Chip key={c} tone="danger" sign="▲">
                        {say(w.clauseMissing, { clause: say(clauses[c]) })}
                      </Chip>
                    ),
                  )}
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}
