/* C3: what people report, one row a number, the latest first. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, moment } from '../../app/format';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { useQuery } from '../../app/query';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { reportKinds, restraintKinds, restraintStates } from '../../text/carrier-codes';
import { SourceTabs } from './tabs';
import { kindsOf } from './triage';

type Cluster = Schemas['ReportCluster'];

export function Kinds({ of }: { of: Cluster }) {
  return (
    <>
      {kindsOf(of.kinds).map(([kind, n]) => (
        <Chip key={kind} tone={kind === 'marketing' ? 'info' : 'warning'} sign="●">
          {say(reportKinds[kind])} {count(n)}
        </Chip>
      ))}
    </>
  );
}

export function Reports() {
  const q = useQuery();
  const load = useLoad(() => api.GET('/v1/reports/clusters', { params: { query: q.page } }), [q.page.cursor]);
  return (
    <Page title={say(w.reportsTitle)} lead={say(w.reportsLead)} at={load.at} onRefresh={load.reload}>
      <SourceTabs current="/carrier/reports" />
      <Loaded of={load} rows={6} who={say(w.carriersAndAuthorities)}>
        {({ clusters, next }) =>
          clusters.length === 0 ? (
            <Empty act={<a href="/carrier/traces">{say(w.traces)}</a>}>{say(w.reportsEmpty)}</Empty>
          ) : (
            <>
              <Figures
                label={say(w.reportsTitle)}
                of={[
                  { label: say(w.clusters), value: count(clusters.length) },
                  {
                    label: say(w.reportsCounted),
                    value: count(clusters.reduce((n, c) => n + c.states.counted, 0)),
                  },
                  {
                    label: say(w.reportsWaiting),
                    value: count(clusters.reduce((n, c) => n + c.states.waiting, 0)),
                  },
                  {
                    label: say(w.reportsLeads),
                    value: count(clusters.reduce((n, c) => n + c.states.lead, 0)),
                  },
                ]}
              />
              <Table
                caption={say(w.reportsCaption)}
                rows={clusters}
                id={(c) => c.cluster}
                {...q.pages(next)}
                columns={[
                  {
                    key: 'cluster',
                    head: say(w.cluster),
                    cell: (c) => <a href={`/carrier/reports/${c.cluster}`}>{c.cluster.slice(0, 8)}</a>,
                  },
                  { key: 'latest', head: say(w.latest), cell: (c) => moment(c.latest_at) },
                  { key: 'kinds', head: say(w.kinds), cell: (c) => <Kinds of={c} /> },
                  { key: 'n', head: say(w.reports), number: true, cell: (c) => count(c.reports) },
                  { key: 'who', head: say(w.reporters), number: true, cell: (c) => count(c.reporters) },
                  {
                    key: 'line',
                    head: say(w.line),
                    cell: (c) =>
                      c.line ? <a href={`/carrier/lines/${c.line}`}>{c.line}</a> : say(w.noRecordYet),
                  },
                ]}
              />
            </>
          )
        }
      </Loaded>
      <Restraints />
    </Page>
  );
}

/** What the reports have led to by themselves, for an officer to confirm or refuse. */
function Restraints() {
  const load = useLoad(() => api.GET('/v1/restraints'), []);
  return (
    <>
      <h2>{say(w.restraints)}</h2>
      <Loaded of={load}>
        {({ restraints }) =>
          restraints.length === 0 ? (
            <Empty>{say(w.restraintsNone)}</Empty>
          ) : (
            <Table
              caption={say(w.restraintsCaption)}
              rows={restraints}
              id={(x) => x.id}
              columns={[
                {
                  key: 'kind',
                  head: say(w.restraint),
                  cell: (x) =>
                    x.sender && x.sender !== x.line ? (
                      <a href={`/carrier/reports/${x.sender}`}>{say(restraintKinds[x.kind])}</a>
                    ) : (
                      <a href={`/carrier/lines/${x.line}`}>{say(restraintKinds[x.kind])}</a>
                    ),
                },
                {
                  key: 'state',
                  head: say(w.state),
                  cell: (x) => (
                    <Chip tone={x.status === 'open' ? 'warning' : 'neutral'}>
                      {say(restraintStates[x.status])}
                    </Chip>
                  ),
                },
                { key: 'line', head: say(w.line), cell: (x) => x.line ?? '–' },
                {
                  key: 'holder',
                  head: say(w.holder),
                  cell: (x) => (x.holder ? nameOf(x.holder) : say(w.aPerson)),
                },
                { key: 'reports', head: say(w.reports), cell: (x) => x.reports },
                {
                  key: 'until',
                  head: say(w.until),
                  cell: (x) => <DeadlineChip due={x.until} done={x.status === 'lifted'} rule={x.rule} />,
                },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}
