/* A2: what may I see, why, and what is the next step? */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, Sealed } from '../../parts/chip';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/agency';
import { claimRefusals, purposes } from '../../text/agency-codes';
import { Asking } from './asking';
import { Call } from './call';
import { Followups } from './followups';
import { Identity } from './identity';
import { Linked } from './linked';
import { fileOf, Seen } from './seen';

function Hold({
  id,
  returns,
  mine,
  free,
  onDone,
}: {
  id: string;
  returns: string | null;
  mine: boolean;
  free: boolean;
  onDone: () => void;
}) {
  const [done, setDone] = useState(false);
  const claim = useSend((key) =>
    api.POST('/v1/persons/{id}/claim', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
  );
  const refused = claim.failure?.kind === 'problem' ? claim.failure.problem : undefined;
  return (
    <>
      {done && <Receipt title={say(w.claimed)} />}
      {mine && returns && <p>{say(w.returnsAt, { day: day(returns) })}</p>}
      {free && (
        <p>
          <Button
            busy={claim.busy}
            onClick={async () => {
              if (!(await claim.send())) return;
              setDone(true);
              onDone();
            }}
          >
            {say(w.claim)}
          </Button>
        </p>
      )}
      {refused && (
        <p role="alert">
          <Chip tone="warning" sign="▲">
            {claimRefusals[refused.code] ? say(claimRefusals[refused.code] ?? w.no) : refused.detail}
          </Chip>
        </p>
      )}
    </>
  );
}

export function Member() {
  const id = useRoute().params.id ?? '';
  const q = useQuery();
  const purpose = q.get('purpose') || 'matchmaking.introduce';
  const [ask, setAsk] = useState<string | undefined>(undefined);
  const [compose, setCompose] = useState(false);
  const me = session.value;
  const works = me?.role === 'sales' || me?.role === 'manager';
  const file = useLoad(() => fileOf(id, purpose), [id, purpose]);
  const person = file.data?.person;
  const closed = file.failure?.kind === 'problem' && file.failure.status === 403;
  return (
    <Page
      title={say(w.fileTitle)}
      lead={say(w.fileOf, { alias: person ? (person.alias ?? id) : '…' })}
      at={file.at}
      onRefresh={file.reload}
      primary={
        <Button kind="primary" onClick={() => setCompose(true)} disabled={!person}>
          {say(w.record)}
        </Button>
      }
      why={
        <>
          <h2>{say(w.next)}</h2>
          {person && (
            <Hold
              id={id}
              returns={person.returns_at}
              mine={person.owner === me?.id}
              free={works && person.owner === null}
              onDone={file.reload}
            />
          )}
          {works && person && <Call id={id} purpose={purpose} shared={'contact' in person.masked} />}
          {works && (
            <p>
              <Button onClick={() => setAsk('')}>{say(w.ask)}</Button>
            </p>
          )}
          <h2>{say(w.why)}</h2>
          <p>{say(w.whyText)}</p>
          {file.data?.record && <Seen record={file.data.record} />}
        </>
      }
    >
      <Choice
        label={say(w.purpose)}
        value={purpose}
        onValue={(to) => q.set({ purpose: to })}
        options={Object.entries(purposes).map(([code, pair]) => [code, say(pair)] as const)}
      />
      {ask !== undefined && (
        <Asking
          id={id}
          purpose={purpose}
          first={ask}
          onClose={() => setAsk(undefined)}
          onDone={file.reload}
        />
      )}
      <div class="file">
        <div class="file-side">
          <section>
            <h2>{say(w.identity)}</h2>
            {closed ? (
              <p class="notice notice-info" role="status">
                ● {say(w.closed)} {say(w.closedAsk)}
              </p>
            ) : (
              <Loaded of={file} rows={5} who={say(w.whoAgency)}>
                {(f) => <Identity person={f.person} onAsk={works ? setAsk : undefined} />}
              </Loaded>
            )}
            <Sealed />
          </section>
          {!closed && person && <Linked id={id} purpose={purpose} />}
        </div>
        {!closed && person && (
          <Followups id={id} purpose={purpose} open={compose} onOpen={setCompose} onDone={file.reload} />
        )}
      </div>
    </Page>
  );
}
