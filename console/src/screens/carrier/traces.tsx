/* C3: traces under way and done, and how long it takes to reach a source. */
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, moment } from '../../app/format';
import { say } from '../../app/language';
import { Chip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { spanWords, traceStates, traceWhys } from '../../text/carrier_codes';
import { SourceTabs } from './tabs';
import { timeToSource } from './triage';

type Trace = Schemas['Trace'];
const TONES: Record<Trace['status'], Tone> = { open: 'warning', found: 'success', lost: 'danger' };

export function TraceState({ of }: { of: Trace }) {
  return (
    <Chip tone={TONES[of.status]}>
      {say(traceStates[of.status])}
      {of.why && ` · ${say(traceWhys[of.why] ?? [of.why, of.why])}`}
    </Chip>
  );
}

function Distribution({ traces }: { traces: readonly Trace[] }) {
  const { spans, open, lost } = timeToSource(traces);
  const most = Math.max(1, ...spans);
  return (
    <section class="panel" aria-label={say(w.timeToSource)}>
      <h2>{say(w.timeToSource)}</h2>
      <ul class="shares">
        {spans.map((n, i) => (
          <li key={spanWords[i]?.[1]}>
            <span>{say(spanWords[i] ?? ['', ''])}</span>
            <progress max={most} value={n} aria-label={say(spanWords[i] ?? ['', ''])} />
            <span>{count(n)}</span>
          </li>
        ))}
      </ul>
      <p class="field-hint">{say(w.timeToSourceRest, { open: count(open), lost: count(lost) })}</p>
    </section>
  );
}

export function Traces() {
  const { query, route } = useLocation();
  const cursor = query.cursor ?? '';
  const load = useLoad(
    () => api.GET('/v1/traces', { params: { query: cursor === '' ? {} : { cursor } } }),
    [cursor],
  );
  return (
    <Page title={say(w.tracesTitle)} lead={say(w.tracesLead)} at={load.at} onRefresh={load.reload}>
      <SourceTabs current="/carrier/traces" />
      <Loaded of={load} rows={5} who={say(w.carriersAndAuthorities)}>
        {({ traces, next }) =>
          traces.length === 0 ? (
            <Empty act={<a href="/carrier/reports">{say(w.reports)}</a>}>{say(w.tracesEmpty)}</Empty>
          ) : (
            <>
              <Distribution traces={traces} />
              <Table
                caption={say(w.tracesCaption)}
                rows={traces}
                id={(t) => t.id}
                next={next ? () => route(`/carrier/traces?cursor=${next}`) : undefined}
                first={cursor ? () => route('/carrier/traces') : undefined}
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
