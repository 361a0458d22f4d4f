/* Ringing a member by a relay number: neither sees the other's. The gate decides when it is asked. */
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { time } from '../../app/format';
import { say } from '../../app/language';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { w } from '../../text/agency';
import { callRefusals } from '../../text/agency-codes';

const MINUTES_30 = 1800;

export function Call({ id, purpose, shared }: { id: string; purpose: string; shared: boolean }) {
  const bindings = useLoad(() => api.GET('/v1/bindings'), [id]);
  const open = bindings.data?.bindings.find(
    (b) => b.person === id && b.state === 'open' && b.staff === session.value?.id,
  );
  const call = useSend((key) =>
    api.POST('/v1/bindings', {
      params: { header: { 'Idempotency-Key': key } },
      body: { person: id, purpose, expires_in: MINUTES_30 },
    }),
  );
  const end = useSend((_key, binding: string) =>
    api.DELETE('/v1/bindings/{id}', { params: { path: { id: binding } } }),
  );
  const refused = call.failure?.kind === 'problem' ? call.failure.problem : undefined;
  if (open?.dial)
    return (
      <div class="notice notice-info" role="status">
        <p>● {say(w.callTold, { number: open.dial.number, until: time(open.expires_at) })}</p>
        <p>
          <Button
            busy={end.busy}
            onClick={async () => {
              if (await end.send(open.id)) bindings.reload();
            }}
          >
            {say(w.callEnd)}
          </Button>
        </p>
      </div>
    );
  return (
    <>
      <p>
        <Button
          busy={call.busy}
          disabled={!shared}
          describedBy="call-why"
          onClick={async () => {
            if (await call.send()) bindings.reload();
          }}
        >
          {say(w.call)}
        </Button>
      </p>
      <p id="call-why" class="shared-ground" role={refused ? 'alert' : undefined}>
        {!shared && say(w.callNo)}
        {refused && (
          <Chip tone="warning" sign="▲">
            {callRefusals[refused.code] ? say(callRefusals[refused.code] ?? w.no) : refused.detail}
          </Chip>
        )}
      </p>
    </>
  );
}
