/* C2: lines, who holds them, may they call, how they behave. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count } from '../../app/format';
import { called, say } from '../../app/language';
import { type Query, useQuery } from '../../app/query';
import { DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { purposes } from '../../text/carrier-codes';
import { shareText } from './behaviour';
import { calls, linked, named, reported, shareOf } from './columns';
import { OwnLines, supervises } from './own';
import { LineState } from './states';
import { WhoTabs } from './tabs';

interface Row {
  behaviour: Schemas['LineBehaviour'];
  line: Schemas['RegisteredLine'] | undefined;
}

async function ask(query: Query['page']) {
  const [figures, lines] = await Promise.all([
    api.GET('/v1/lines/figures', { params: { query } }),
    api.GET('/v1/lines', { params: { query } }),
  ]);
  if (!figures.data) return { ...figures, data: undefined };
  const rows: Row[] = figures.data.lines.map((behaviour) => ({
    behaviour,
    line: lines.data?.lines.find((l) => l.id === behaviour.id),
  }));
  return {
    response: figures.response,
    data: { rows, next: figures.data.next, complete: figures.data.complete },
  };
}

export function Lines() {
  return supervises() ? <AllLines /> : <OwnLines />;
}

function AllLines() {
  const q = useQuery();
  const load = useLoad(() => ask(q.page), [q.page.cursor]);
  const patrol = useLoad(() => api.GET('/v1/lines/patrol'), []);
  return (
    <Page title={say(w.linesTitle)} lead={say(w.linesLead)} at={load.at} onRefresh={load.reload}>
      <WhoTabs current="/carrier/lines" />
      <Loaded of={load} rows={6} who={say(w.carriersAndAuthorities)}>
        {({ rows, next, complete }) =>
          rows.length === 0 ? (
            <Empty act={<a href="/carrier/campaigns">{say(w.campaigns)}</a>}>{say(w.linesEmpty)}</Empty>
          ) : (
            <>
              <Figures label={say(w.linesTitle)} of={heads(rows, patrol.data)} />
              <Table
                caption={say(complete ? w.linesCaption : w.linesCaptionSome)}
                rows={rows}
                id={(r) => r.behaviour.id}
                {...q.pages(next)}
                columns={[
                  linked(say(w.line), 'lines'),
                  named(say(w.holder)),
                  {
                    key: 'type',
                    head: say(w.type),
                    cell: (r) => (r.line?.purpose ? called(purposes, r.line.purpose) : '–'),
                  },
                  { key: 'state', head: say(w.state), cell: (r) => <LineState {...r} /> },
                  {
                    key: 'papers',
                    head: say(w.papersUntil),
                    cell: (r) =>
                      r.behaviour.papers_until ? (
                        <DeadlineChip due={r.behaviour.papers_until} rule="cn.line.complete" />
                      ) : (
                        '–'
                      ),
                  },
                  calls(say(w.calls24)),
                  shareOf(say(w.blockedShare), 'blocked'),
                  shareOf(say(w.unprovenShare), 'unproven'),
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

function heads(rows: readonly Row[], patrol: Schemas['Patrol'] | undefined) {
  const sum = (of: (r: Row) => number) => rows.reduce((n, r) => n + of(r), 0);
  const calls = sum((r) => r.behaviour.figures.calls);
  const lapsed = patrol?.lines.filter((l) => l.state !== 'lapsing').length ?? 0;
  return [
    { label: say(w.calls24), value: count(calls) },
    {
      label: say(w.blockedShare),
      value: shareText(
        sum((r) => r.behaviour.figures.blocked),
        calls,
      ),
    },
    {
      label: say(w.reportsCounted),
      value: count(sum((r) => r.behaviour.figures.reports)),
      href: '/carrier/reports',
    },
    {
      label: say(w.papersMissing),
      value: patrol ? count(lapsed) : '–',
      note: patrol && say(w.papersLapsing, { n: patrol.lines.length - lapsed }),
      ...(lapsed > 0 ? { tone: 'warning' as const } : {}),
    },
  ];
}
