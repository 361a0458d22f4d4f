/*
 * What an officer orders about a line, a campaign or an organisation: what it touches and what the
 * one concerned will read stand above the button; what is given acts from the next call on.
 */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { endOfDay } from '../../app/inputs';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Choice, Field, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Receipt } from '../../parts/receipt';
import { Timeline } from '../../parts/timeline';
import { w } from '../../text/carrier';
import { orderActs, orderEffects } from '../../text/carrier-codes';

type Act = Schemas['DeskOrderNew']['act'];
type Order = Schemas['DeskOrder'];
type On = 'lines' | 'campaigns';

const ACTS: readonly Act[] = ['restrict', 'suspend', 'close', 'restore'];

interface Props {
  on: On;
  id: string;
  addressee: string | null | undefined;
  touches: readonly Schemas['LinePage']['campaigns'][number][];
}

/** Its first choice is to stop what may call, and to restore what is stopped. */
export function OrderDialog({ stopped, onClose, ...of }: Props & { stopped: boolean; onClose: () => void }) {
  return (
    <Dialog title={say(w.orderTitle, { id: of.id })} onClose={onClose}>
      <OrderForm {...of} first={stopped ? 'restore' : 'suspend'} />
    </Dialog>
  );
}

function OrderForm({ on, id, addressee, touches, first }: Props & { first: Act }) {
  const [act, setAct] = useState<Act>(first);
  const [reason, setReason] = useState('');
  const [document, setDocument] = useState('');
  const [until, setUntil] = useState('');
  const [given, setGiven] = useState<Order | undefined>(undefined);
  const send = useSend((key) => {
    const params = { path: { id }, header: { 'Idempotency-Key': key } };
    const body = {
      act,
      reason,
      ...(document.trim() === '' ? {} : { document }),
      ...(act === 'restore' || until === '' ? {} : { until: endOfDay(until) }),
    };
    return on === 'lines'
      ? api.POST('/v1/lines/{id}/orders', { params, body })
      : api.POST('/v1/campaigns/{id}/orders', { params, body });
  });
  if (given)
    return (
      <Receipt title={say(w.orderGiven, { act: say(orderActs[given.act]), id })}>
        <p>{say(w.orderGivenTold, { who: addressee ?? say(w.nobody), order: given.id })}</p>
        <p>
          <a href="/carrier/lines">{say(w.lines)}</a>
        </p>
      </Receipt>
    );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        const order = await send.send();
        if (order) setGiven(order);
      }}
    >
      <Failed failure={send.failure} />
      <Choice
        label={say(w.orderAct)}
        hint={say(orderEffects[act])}
        value={act}
        onValue={(v) => setAct(v as Act)}
        options={ACTS.map((a) => [a, say(orderActs[a])])}
      />
      <TextField
        label={say(w.reason)}
        hint={say(w.orderReasonHint)}
        required
        rows={2}
        maxLength={400}
        value={reason}
        onValue={setReason}
      />
      <Field
        label={say(w.document)}
        hint={say(w.documentHint)}
        value={document}
        onValue={setDocument}
        maxLength={200}
      />
      {act !== 'restore' && (
        <Field label={say(w.until)} hint={say(w.untilHint)} type="date" value={until} onValue={setUntil} />
      )}
      <Preview
        on={on}
        id={id}
        act={act}
        reason={reason}
        until={until}
        addressee={addressee}
        touches={touches}
      />
      <p>
        <Button
          kind={act === 'restore' ? 'primary' : 'danger'}
          type="submit"
          busy={send.busy}
          disabled={reason.trim() === ''}
        >
          {say(orderActs[act])}
        </Button>
      </p>
    </form>
  );
}

function Preview({
  on,
  id,
  act,
  reason,
  until,
  addressee,
  touches,
}: Props & { act: Act; reason: string; until: string }) {
  return (
    <section class="panel" aria-label={say(w.preview)}>
      <h3>{say(w.preview)}</h3>
      {on === 'lines' &&
        (touches.length === 0 ? (
          <p>{say(w.touchesNone)}</p>
        ) : (
          <ul>
            {touches.map((c) => (
              <li key={c.id}>
                <a href={`/carrier/campaigns/${c.id}`}>{c.id}</a> · {c.name} ·{' '}
                {say(c.other_lines > 0 ? w.touchesOther : w.touchesLast, { n: c.other_lines })}
              </li>
            ))}
          </ul>
        ))}
      <blockquote class="paper">
        <p>
          <strong>{say(w.noticeHead, { who: addressee ?? '—' })}</strong>
        </p>
        <p>
          {say(w.noticeText, {
            what: say(on === 'lines' ? w.line : w.campaign),
            id,
            effect: say(orderEffects[act]),
            reason: reason.trim() === '' ? '……' : reason,
          })}
        </p>
        {act !== 'restore' && (
          <p>
            {until === '' ? say(w.noticeOpen) : say(w.noticeUntil, { until })} {say(w.noticeAppeal)}
          </p>
        )}
      </blockquote>
    </section>
  );
}

/** What was ordered, the newest first. */
export function Orders({ on, id, again }: { on: On; id: string; again: unknown }) {
  const load = useLoad(
    () =>
      on === 'lines'
        ? api.GET('/v1/lines/{id}/orders', { params: { path: { id } } })
        : api.GET('/v1/campaigns/{id}/orders', { params: { path: { id } } }),
    [on, id, again],
  );
  return <Loaded of={load}>{({ orders }) => <OrderList orders={orders} />}</Loaded>;
}

export function OrderList({ orders }: { orders: readonly Order[] }) {
  if (orders.length === 0) return <Empty>{say(w.ordersNone)}</Empty>;
  return (
    <Timeline
      label={say(w.orders)}
      items={orders.map((o) => ({
        id: o.id,
        at: o.from,
        title: (
          <>
            {say(orderActs[o.act])} {o.in_force && <Chip tone="danger">{say(w.inForce)}</Chip>}
          </>
        ),
        by: o.organisation ?? say(w.thisNode),
        children: (
          <p>
            {o.reason}
            {o.document && ` · ${o.document}`}
            {o.until && ` · ${say(w.untilAt, { at: moment(o.until) })}`}
          </p>
        ),
      }))}
    />
  );
}
