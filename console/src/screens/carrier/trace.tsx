/* One trace as a ladder: from the called person's carrier to the line, its user and the campaign. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { called, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip, type Tone } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Ladder } from '../../parts/ladder';
import { Loaded, Waiting } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Timeline } from '../../parts/timeline';
import { w } from '../../text/carrier';
import { hopStates, noticeGrounds, purposes, traceWhys } from '../../text/carrier-codes';
import { SourceTabs } from './tabs';
import { TraceState } from './traces';

type Trace = Schemas['Trace'];
type Hop = Schemas['TraceHop'];
const TONES: Record<Hop['status'], Tone> = {
  asked: 'warning',
  answered: 'success',
  overdue: 'danger',
  refused: 'danger',
  unknown: 'neutral',
};

function HopStates({ of }: { of: Hop }) {
  return (
    <>
      <Chip tone={TONES[of.status]}>{say(hopStates[of.status])}</Chip>{' '}
      {of.late && (
        <Chip tone="danger" sign="▲">
          {say(w.late)}
        </Chip>
      )}{' '}
      {of.proven && <Chip tone="success">{say(w.provenByLog)}</Chip>}{' '}
      {of.known && (
        <Chip tone="danger" sign="▲" title={of.known}>
          {say(w.knownBefore)}
        </Chip>
      )}{' '}
      {of.due && of.answered_at === null && <DeadlineChip due={of.due} rule="cn.clock.trace-hop" />}
    </>
  );
}

function HopFacts({ of }: { of: Hop }) {
  return (
    <Facts
      of={[
        [say(w.askedAt), of.due ? moment(of.asked_at) : say(w.ownRecords)],
        [say(w.answeredAt), of.answered_at && moment(of.answered_at)],
        [say(w.rangAt), of.at && moment(of.at)],
        [say(w.line), of.line && `${of.line}${of.purpose ? ` · ${called(purposes, of.purpose)}` : ''}`],
        [say(w.holder), of.holder_name ?? of.holder],
        [say(w.principal), of.principal === of.holder ? null : nameOf(of.principal)],
        [say(w.campaign), of.campaign && <a href={`/carrier/campaigns/${of.campaign}`}>{of.campaign}</a>],
        [say(w.record), of.record],
        [say(w.cameFrom), of.previous],
        [say(w.result), of.why && called(traceWhys, of.why)],
      ]}
    />
  );
}

/** Carriers are ids; who uses a trunk is told by name, and one's own one knows. */
function named(of: Trace, id: string | null): string | undefined {
  if (id === null) return undefined;
  const s = session.value;
  if (s?.organisation === id && s.organisation_name) return s.organisation_name;
  return of.hops.find((h) => h.holder === id)?.holder_name ?? id;
}

/** The journey of the call in the order in which it happened. */
function Journey({ of }: { of: Trace }) {
  const rang = of.hops
    .filter((h) => h.at)
    .map((h) => ({
      id: `rang-${h.n}`,
      at: h.at ?? '',
      title: say(w.rangOver, { line: h.line ?? '–' }),
      by: named(of, h.carrier),
    }))
    .reverse();
  const asked = of.hops.flatMap((h) => [
    { id: `asked-${h.n}`, at: h.asked_at, title: say(w.hopAsked, { n: h.n }), by: named(of, h.carrier) },
    ...(h.answered_at
      ? [
          {
            id: `told-${h.n}`,
            at: h.answered_at,
            title: say(hopStates[h.status]),
            by: named(of, h.carrier),
          },
        ]
      : h.due
        ? [{ id: `due-${h.n}`, at: h.due, due: true, title: say(w.answerDue), by: named(of, h.carrier) }]
        : []),
  ]);
  const end = of.closed_at ? [{ id: 'end', at: of.closed_at, title: <TraceState of={of} /> }] : [];
  return <Timeline label={say(w.journey)} items={[...rang, ...asked, ...end]} />;
}

function ServeNotice({ trace, hop }: { trace: Trace; hop: Hop }) {
  const [ground, setGround] = useState(noticeGrounds[0]?.[0] ?? '');
  const [text, setText] = useState('');
  const [done, setDone] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/notices', {
      params: { header: { 'Idempotency-Key': key } },
      body: {
        to: hop.carrier ?? '',
        line: hop.line ?? '',
        ground,
        trace: trace.id,
        ...(text.trim() === '' ? {} : { text }),
      },
    }),
  );
  if (done)
    return (
      <Receipt title={say(w.noticeServed, { who: hop.carrier ?? '' })}>
        <p>{say(w.noticeServedNext, { id: done.slice(0, 12) })}</p>
      </Receipt>
    );
  return (
    <form
      class="form panel"
      onSubmit={async (e) => {
        e.preventDefault();
        const notice = await send.send();
        if (notice) setDone(notice.id);
      }}
    >
      <h2>{say(w.serveNotice)}</h2>
      <p class="field-hint">{say(w.serveNoticeLead, { who: hop.carrier ?? '', line: hop.line ?? '' })}</p>
      <Failed failure={send.failure} />
      <Choice
        label={say(w.ground)}
        value={ground}
        onValue={setGround}
        options={noticeGrounds.map(([id, pair]) => [id, say(pair)])}
      />
      <TextField label={say(w.note)} rows={2} maxLength={4000} value={text} onValue={setText} />
      <p>
        <Button type="submit" busy={send.busy}>
          {say(w.serveNotice)}
        </Button>
      </p>
    </form>
  );
}

export function OneTrace() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const load = useLoad(() => api.GET('/v1/traces/{id}', { params: { path: { id } } }), [id]);
  const last = load.data?.hops.at(-1);
  return (
    <Page
      title={say(w.traceTitle)}
      lead={load.data && <TraceState of={load.data} />}
      at={load.at}
      onRefresh={load.reload}
      primary={
        load.data?.status === 'found' &&
        last?.line && (
          <a class="button danger" href={`/carrier/lines/${last.line}`}>
            {say(w.toLine)}
          </a>
        )
      }
      why={
        load.data ? (
          <Facts
            of={[
              [say(w.trace), load.data.id],
              [say(w.calledAt), moment(load.data.at)],
              [say(w.report), load.data.report],
              [say(w.openedAt), moment(load.data.opened_at)],
              [say(w.by), load.data.by],
              [say(w.rule), <a href="/settings/rules/cn.clock.trace-hop">cn.clock.trace-hop</a>],
            ]}
          />
        ) : (
          !load.failure && <Waiting rows={4} />
        )
      }
    >
      <SourceTabs current="/carrier/traces" />
      <Loaded of={load} rows={4} who={say(w.carriersAndAuthorities)}>
        {(trace) => (
          <>
            <Ladder
              label={say(w.ladder)}
              hops={trace.hops.map((h) => ({
                id: String(h.n),
                name: named(trace, h.carrier) ?? say(w.unknownCarrier),
                state: <HopStates of={h} />,
                late: h.late,
                open: h.answered_at === null,
                children: <HopFacts of={h} />,
              }))}
            />
            <h2>{say(w.journey)}</h2>
            <Journey of={trace} />
            {trace.status === 'found' && last?.carrier && last.line && (
              <ServeNotice trace={trace} hop={last} />
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
