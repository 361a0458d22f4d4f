/* One number, by its id: whose, on which lines, what was said and ordered of it, how it called. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { addressOf } from '../../app/find';
import { count, day, moment } from '../../app/format';
import { called, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { session } from '../../app/session';
import { reasonOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip, VerdictTag } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Field, TextField } from '../../parts/field';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { numberClasses, purposes, restraintKinds, restraintStates, uses } from '../../text/carrier-codes';
import { caseStates } from '../../text/codes';
import { behaviourFigures } from './line';
import { OrderList } from './order';
import { Status } from './states';
import { WhoTabs } from './tabs';

type NumberPage = Schemas['NumberPage'];

function Release({ id, onDone }: { id: string; onDone: () => void }) {
  const [hours, setHours] = useState('24');
  const [why, setWhy] = useState('');
  const [until, setUntil] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/numbers/releases', {
      params: { header: { 'Idempotency-Key': key } },
      body: { id, hours: Number(hours), reason: why },
    }),
  );
  if (until)
    return (
      <Receipt title={say(w.released, { at: moment(until) })}>
        <p>{say(w.releasedNext)}</p>
      </Receipt>
    );
  return (
    <form
      class="form panel"
      onSubmit={async (e) => {
        e.preventDefault();
        const done = await send.send();
        if (done) {
          setUntil(done.until);
          onDone();
        }
      }}
    >
      <h2>{say(w.releaseTitle)}</h2>
      <p class="field-hint">{say(w.releaseLead)}</p>
      <Failed failure={send.failure} />
      <Field
        label={say(w.hours)}
        type="number"
        inputMode="numeric"
        min="1"
        max="168"
        required
        value={hours}
        onValue={setHours}
      />
      <TextField label={say(w.reason)} required rows={2} maxLength={400} value={why} onValue={setWhy} />
      <p>
        <Button kind="primary" type="submit" busy={send.busy} disabled={why.trim() === ''}>
          {say(w.release)}
        </Button>
      </p>
    </form>
  );
}

function Calls({ of }: { of: NumberPage['calls'] }) {
  if (of === null) return <p class="notice notice-info">{say(w.callsOfPersons)}</p>;
  return (
    <>
      <Figures label={say(w.behaviour)} of={behaviourFigures(of.figures, 7)} />
      {of.newest.length === 0 ? (
        <Empty>{say(w.callsNone)}</Empty>
      ) : (
        <Table
          caption={say(w.verdictsCaption)}
          rows={of.newest}
          id={(c) => c.record}
          columns={[
            {
              key: 'record',
              head: say(w.record),
              cell: (c) => <a href={`/carrier/screening?record=${c.record}`}>{c.record}</a>,
            },
            { key: 'at', head: say(w.at), cell: (c) => moment(c.at) },
            {
              key: 'verdict',
              head: say(w.verdict),
              cell: (c) => (
                <VerdictTag
                  verdict={c.verdict}
                  reason={c.verdict === 'allow' ? undefined : reasonOf(c.reason)}
                />
              ),
            },
            {
              key: 'line',
              head: say(w.line),
              cell: (c) => (c.line ? <a href={`/carrier/lines/${c.line}`}>{c.line}</a> : '–'),
            },
            {
              key: 'proven',
              head: say(w.callerProven),
              cell: (c) => (
                <Chip tone={c.proven ? 'success' : 'warning'}>{say(c.proven ? w.proven : w.unproven)}</Chip>
              ),
            },
          ]}
        />
      )}
    </>
  );
}

function Said({ of }: { of: NumberPage }) {
  return (
    <>
      <h2>{say(w.reports)}</h2>
      <p>
        {say(w.reportsSaid, {
          counted: of.reports.counted,
          waiting: of.reports.waiting,
          lead: of.reports.lead,
          untrue: of.reports.untrue,
        })}{' '}
        <a href={`/carrier/reports/${of.cluster}`}>{say(w.openCluster)}</a>
      </p>
      {of.restraints.length > 0 && (
        <Table
          caption={say(w.restraints)}
          rows={of.restraints}
          id={(x) => x.id}
          columns={[
            { key: 'kind', head: say(w.restraint), cell: (x) => say(restraintKinds[x.kind]) },
            { key: 'state', head: say(w.state), cell: (x) => say(restraintStates[x.status]) },
            { key: 'at', head: say(w.since), cell: (x) => moment(x.at) },
            { key: 'until', head: say(w.until), cell: (x) => moment(x.until) },
          ]}
        />
      )}
    </>
  );
}

function Cases({ of }: { of: NumberPage['cases'] }) {
  const link = (id: string) => session.value && addressOf(id, session.value);
  return (
    <>
      <h2>{say(w.cases)}</h2>
      {of.length === 0 ? (
        <Empty>{say(w.casesNone)}</Empty>
      ) : (
        <Table
          caption={say(w.casesCaption)}
          rows={of}
          id={(c) => c.id}
          columns={[
            {
              key: 'id',
              head: say(w.case),
              cell: (c) => {
                const to = link(c.id);
                return to ? <a href={to}>{c.id.slice(0, 12)}</a> : c.id.slice(0, 12);
              },
            },
            { key: 'who', head: say(w.respondent), cell: (c) => nameOf(c.respondent) },
            { key: 'state', head: say(w.state), cell: (c) => say(caseStates[c.status]) },
            { key: 'at', head: say(w.openedAt), cell: (c) => moment(c.opened_at) },
            {
              key: 'why',
              head: say(w.caseWhy),
              cell: (c) => say(c.traced ? w.caseTraced : w.caseHolder),
            },
          ]}
        />
      )}
    </>
  );
}

export function OneNumber() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const load = useLoad(() => api.GET('/v1/numbers/{id}', { params: { path: { id } } }), [id]);
  return (
    <Page title={say(w.numberTitle)} lead={say(w.numberLead)} at={load.at} onRefresh={load.reload}>
      <WhoTabs current="/carrier/numbers" />
      <Loaded of={load} who={say(w.carriersAndAuthorities)}>
        {(p) => (
          <>
            <section class="panel" aria-label={say(w.holder)}>
              <Facts
                of={[
                  [say(w.numberClass), say(numberClasses[p.class])],
                  [say(w.holder), p.range ? (p.range.name ?? p.range.organisation) : say(w.unregistered)],
                  [say(w.use), p.range && called(uses, p.range.use)],
                  [say(w.rangeSize), p.range && count(p.range.size)],
                  [say(w.state), p.range && <Status of={p.range.status} />],
                  [say(w.siblings), p.holder && say(w.siblingsOf, { ...p.holder })],
                  [say(w.releasedUntil), p.released_until && moment(p.released_until)],
                  [
                    say(w.assigned),
                    p.assignments.length === 0
                      ? null
                      : p.assignments
                          .map(
                            (a) =>
                              `${day(a.assigned_at)} – ${a.released_at ? day(a.released_at) : say(w.today)}`,
                          )
                          .join('；'),
                  ],
                ]}
              />
            </section>
            <Calls of={p.calls} />
            <h2>{say(w.linesNaming)}</h2>
            {p.lines.length === 0 ? (
              <Empty>{say(w.linesNamingNone)}</Empty>
            ) : (
              <Table
                caption={say(w.linesNamingCaption)}
                rows={p.lines}
                id={(l) => l.id}
                columns={[
                  {
                    key: 'id',
                    head: say(w.line),
                    cell: (l) => <a href={`/carrier/lines/${l.id}`}>{l.id}</a>,
                  },
                  { key: 'who', head: say(w.holder), cell: (l) => l.name ?? '–' },
                  {
                    key: 'type',
                    head: say(w.type),
                    cell: (l) => (l.purpose ? called(purposes, l.purpose) : '–'),
                  },
                  { key: 'state', head: say(w.state), cell: (l) => <Status of={l.status} /> },
                ]}
              />
            )}
            <Said of={p} />
            <Cases of={p.cases} />
            <h2>{say(w.orders)}</h2>
            <OrderList orders={p.orders} />
            <Release id={p.id} onDone={load.reload} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
