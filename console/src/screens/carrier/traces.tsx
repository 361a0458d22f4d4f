/* C3: traces under way and done, and how long it takes to reach a source. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, day, duration, moment } from '../../app/format';
import { called, say } from '../../app/language';
import { type Query, useQuery } from '../../app/query';
import { Chip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { spanWords, traceStates, traceWhys } from '../../text/carrier-codes';
import { SourceTabs } from './tabs';

type Trace = Schemas['Trace'];
const TONES: Record<Trace['status'], Tone> = { open: 'warning', found: 'success', lost: 'danger' };

export function TraceState({ of }: { of: Trace }) {
  return (
    <Chip tone={TONES[of.status]}>
      {say(traceStates[of.status])}
      {of.why && ` · ${called(traceWhys, of.why)}`}
    </Chip>
  );
}

function Distribution({ of }: { of: Schemas['TraceStats'] }) {
  const most = Math.max(1, ...of.spans.map((x) => x.found));
  return (
    <section class="panel" aria-label={say(w.timeToSource)}>
      <h2>{say(w.timeToSource)}</h2>
      <ul class="shares">
        {of.spans.map((x, i) => (
          <li key={x.hours}>
            <span>{say(spanWords[i] ?? ['', ''])}</span>
            <progress max={most} value={x.found} aria-label={say(spanWords[i] ?? ['', ''])} />
            <span>{count(x.found)}</span>
          </li>
        ))}
      </ul>
      <p class="field-hint">
        {of.median_s !== null && say(w.medianToSource, duration(of.median_s))}{' '}
        {say(w.timeToSourceRest, { open: count(of.open), lost: count(of.lost) })}{' '}
        {say(w.hopsLate, { late: count(of.late_hops), hops: count(of.hops) })}{' '}
        {say(w.tracesSince, { at: day(of.since) })}
      </p>
    </section>
  );
}

/* Together, so that nothing moves when the second comes. */
async function ask(query: Query['page']) {
  const [list, stats] = await Promise.all([
    api.GET('/v1/traces', { params: { query } }),
    api.GET('/v1/traces/stats'),
  ]);
  if (!list.data) return { ...list, data: undefined };
  return { response: list.response, data: { ...list.data, stats: stats.data } };
}

export function Traces() {
  const q = useQuery();
  const load = useLoad(() => ask(q.page), [q.page.cursor]);
  return (
    <Page title={say(w.tracesTitle)} lead={say(w.tracesLead)} at={load.at} onRefresh={load.reload}>
      <SourceTabs current="/carrier/traces" />
      <Loaded of={load} rows={5} who={say(w.carriersAndAuthorities)}>
        {({ traces, next, stats }) =>
          traces.length === 0 ? (
            <Empty act={<a href="/carrier/reports">{say(w.reports)}</a>}>{say(w.tracesEmpty)}</Empty>
          ) : (
            <>
              {stats && <Distribution of={stats} />}
              <Table
                caption={say(w.tracesCaption)}
                rows={traces}
                id={(t) => t.id}
                {...q.pages(next)}
                columns={[
                  {
                    key: 'id',
                    head: say(w.trace),
                    cell: (t) => <a href={`/carrier/traces/${t.id}`}>{t.id.slice(0, 12)}</a>,
                  },
                  { key: 'state', head: say(w.state), cell: (t) => <TraceState of={t} /> },
                  { key: 'at', head: say(w.calledAt), cell: (t) => moment(t.at) },
                  { key: 'opened', head: say(w.openedAt), cell: (t) => moment(t.opened_at) },
                  { key: 'hops', head: say(w.hops), number: true, cell: (t) => count(t.hops.length) },
                  {
                    key: 'source',
                    head: say(w.source),
                    cell: (t) =>
                      t.status === 'found'
                        ? (t.hops.at(-1)?.holder_name ?? t.hops.at(-1)?.holder ?? '–')
                        : '–',
                  },
                  {
                    key: 'late',
                    head: say(w.late),
                    cell: (t) =>
                      t.hops.some((h) => h.late) ? (
                        <Chip tone="danger" sign="▲">
                          {say(w.late)}
                        </Chip>
                      ) : (
                        '–'
                      ),
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
