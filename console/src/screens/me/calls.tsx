/* D2: which calls she does not want, and what became of those that came. */
import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { awaits, useLoad, useSend } from '../../api/load';
import { listed, moment } from '../../app/format';
import { say } from '../../app/language';
import { named, nameOf } from '../../app/names';
import { titleOf, wordsAwaited } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip, VerdictTag } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Loaded, Waiting } from '../../parts/loaded';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';
import { bindingEnds } from '../../text/me-codes';
import { Page } from './own-page';
import { Refusing } from './refusing';
import { Report, Reports } from './report';
import { Why } from './why';
import { shownNumber } from './wishes';

type Call = Schemas['Calls']['calls'][number];

const SKELETON = 12; // rows: as much as a phone shows
const organisationsIn = ({ calls }: Schemas['Calls']) =>
  calls.flatMap((c) => [c.organisation, ...c.traced_by.map((t) => t.organisation)]);
const plain = (caller: string): string => caller.replace(/^\+/, '');

function Allowing({ call, name, onDone }: { call: Call; name: string; onDone: () => void }) {
  const [done, setDone] = useState(false);
  const send = useSend((_key, what: 'number' | 'organisation') =>
    api.POST('/v1/me/calls/{id}/allow', { params: { path: { id: call.record } }, body: { what } }),
  );
  const allow = async (what: 'number' | 'organisation') => {
    if (!(await send.send(what))) return;
    setDone(true);
    onDone();
  };
  if (done) return <Receipt title={say(w.allowed)} />;
  return (
    <>
      <Failed failure={send.failure} />
      <span>{say(w.wrong)}</span>
      <Button busy={send.busy} onClick={() => allow('number')}>
        {say(w.allowNumber)}
      </Button>
      {call.organisation && (
        <Button busy={send.busy} onClick={() => allow('organisation')}>
          {say(w.allowAll, { who: name })}
        </Button>
      )}
    </>
  );
}

function One({ call, onAllowed }: { call: Call; onAllowed: () => void }) {
  const report = new URLSearchParams({ report: call.caller ?? '', at: call.at });
  return (
    <li class="me-entry">
      <div class="me-entry-head">
        <time dateTime={call.at}>{moment(call.at)}</time>
        <strong class="me-number-like">
          {call.caller ? shownNumber(plain(call.caller)) : say(w.noNumber)}
        </strong>
        <VerdictTag verdict={call.verdict} />
        {call.kind === 'list' && <Chip title={say(w.listHint)}>{say(w.inList)}</Chip>}
      </div>
      <p>
        {call.organisation && `${nameOf(call.organisation)} · `}
        {call.rule ? titleOf('rules', call.rule) : call.reason}
        <Why
          rule={call.rule}
          basis={call.basis}
          record={call.record}
          way={say(call.allowable ? w.wayAllow : call.verdict === 'allow' ? w.wayReport : w.wayNone)}
        />
      </p>
      {call.traced_by.length > 0 && (
        <p class="muted">
          {say(w.tracedBy, { who: listed(call.traced_by.map((t) => nameOf(t.organisation))) })}
        </p>
      )}
      <div class="row">
        {call.allowable && <Allowing call={call} name={nameOf(call.organisation)} onDone={onAllowed} />}
        {call.kind === 'call' && call.caller && (
          <a href={`/me/calls?${report}#report`}>{say(w.reportThis)}</a>
        )}
        <a href={`/v1/records/${call.record}/proof`} download={`${call.record}.tlog-proof`}>
          {say(w.keepProof)}
        </a>
        <a href={`/me/receipt?record=${call.record}`}>{say(w.checkProof)}</a>
      </div>
    </li>
  );
}

function Relays() {
  const bindings = useLoad(() => api.GET('/v1/me/bindings'), []);
  const end = useSend((_key, id: string) => api.DELETE('/v1/me/bindings/{id}', { params: { path: { id } } }));
  const all = bindings.data?.bindings ?? [];
  if (all.length === 0) return null;
  return (
    <section class="card" aria-labelledby="relays">
      <h2 id="relays">{say(w.relays)}</h2>
      <p class="muted">{say(w.relaysText)}</p>
      <Failed failure={end.failure} />
      <ul class="me-plain-list">
        {all.slice(0, 20).map((b) => (
          <li key={b.id} class="row">
            <strong class="me-number-like">{shownNumber(plain(b.relay))}</strong>
            <span>
              {nameOf(b.organisation)} · {titleOf('purposes', b.purpose)} ·{' '}
              {say(w.until, { day: moment(b.expires_at) })}
            </span>
            {b.state === 'open' ? (
              <Button
                kind="danger"
                busy={end.busy}
                onClick={async () => {
                  if (await end.send(b.id)) bindings.reload();
                }}
              >
                {say(w.end)}
              </Button>
            ) : (
              <Chip>{b.why ? say(bindingEnds[b.why]) : say(bindingEnds.expired)}</Chip>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Calls() {
  const { query } = useLocation();
  const [cursor, goTo] = useState<string | undefined>();
  const calls = useLoad(
    () => named(api.GET('/v1/me/calls', { params: { query: cursor ? { cursor } : {} } }), organisationsIn),
    [cursor],
  );
  const [reports, count] = useState(0);
  const wishes = useLoad(() => api.GET('/v1/me/preferences'), []);
  // All at once the first time; a later page of calls is awaited in its own place.
  const shown = useRef(false);
  const words = wordsAwaited();
  shown.current ||= !words && !awaits(calls, wishes);
  return (
    <Page
      title={say(w.callsTitle)}
      lead={say(w.callsLead)}
      at={calls.at}
      onRefresh={calls.reload}
      primary={
        <a class="button primary" href="#report">
          {say(w.reportCall)}
        </a>
      }
    >
      {!shown.current ? (
        <Waiting rows={SKELETON} />
      ) : (
        <>
          <Refusing wishes={wishes} />
          <section class="card" aria-labelledby="calls">
            <h2 id="calls">{say(w.calls)}</h2>
            <Loaded of={calls}>
              {(data) =>
                data.calls.length === 0 ? (
                  <Empty>{say(w.noCalls)}</Empty>
                ) : (
                  <>
                    <ol class="me-entries">
                      {data.calls.map((c) => (
                        <One key={c.record + c.kind} call={c} onAllowed={wishes.reload} />
                      ))}
                    </ol>
                    <div class="row">
                      {cursor && <Button onClick={() => goTo(undefined)}>{say(w.newest)}</Button>}
                      {data.next && <Button onClick={() => goTo(data.next)}>{say(w.older)}</Button>}
                    </div>
                  </>
                )
              }
            </Loaded>
          </section>
          <Relays />
          <Report
            key={`${query.report} ${query.at}`}
            caller={query.report ?? ''}
            at={query.at}
            onDone={() => count(reports + 1)}
          />
          <Reports key={reports} />
        </>
      )}
    </Page>
  );
}
