/* What was done with a member, and the form that records what is done now. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { instant } from '../../app/inputs';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Choice, Field, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Receipt } from '../../parts/receipt';
import { type Happening, Timeline } from '../../parts/timeline';
import { w } from '../../text/agency';
import { type Kind, kinds, type Outcome, outcomeOf, outcomes } from '../../text/agency-codes';

function Composer({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
  const [kind, setKind] = useState<Kind>('call');
  const [outcome, setOutcome] = useState<Outcome>('reached');
  const [note, setNote] = useState('');
  const [next, setNext] = useState('');
  const [sure, setSure] = useState(false);
  const send = useSend((key) =>
    api.POST('/v1/persons/{id}/followups', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body: {
        kind,
        outcome,
        ...(note.trim() === '' ? {} : { note: note.trim() }),
        ...(next === '' ? {} : { next_at: instant(next) }),
      },
    }),
  );
  const terminal = outcome === 'refuses-contact';
  return (
    <Dialog title={say(w.record)} onClose={onClose}>
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          if (terminal && !sure) setSure(true);
          else if (await send.send()) onDone();
        }}
      >
        <Choice
          label={say(w.kind)}
          value={kind}
          onValue={(to) => setKind(to as Kind)}
          options={(['call', 'meeting', 'message', 'visit', 'note'] as const).map(
            (k) => [k, say(kinds[k])] as const,
          )}
        />
        <Choice
          label={say(w.outcome)}
          value={outcome}
          onValue={(to) => {
            setOutcome(to as Outcome);
            setSure(false);
          }}
          options={Object.entries(outcomes).map(([code, pair]) => [code, say(pair)] as const)}
        />
        {terminal && (
          <p class="notice notice-danger" role="alert">
            ■ {say(w.terminal)}
          </p>
        )}
        <TextField
          label={say(w.note)}
          hint={say(w.noteHint)}
          value={note}
          onValue={setNote}
          rows={3}
          maxLength={600}
        />
        {!terminal && <Field label={say(w.nextAt)} type="datetime-local" value={next} onValue={setNext} />}
        <Failed failure={send.failure} />
        <Button kind={terminal && sure ? 'danger' : 'primary'} type="submit" busy={send.busy}>
          {say(terminal && sure ? w.terminalDo : w.record)}
        </Button>
      </form>
    </Dialog>
  );
}

export function Followups({
  id,
  purpose,
  open,
  onOpen,
  onDone,
}: {
  id: string;
  purpose: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  onDone: () => void;
}) {
  const [done, setDone] = useState(false);
  const list = useLoad(
    () => api.GET('/v1/persons/{id}/followups', { params: { path: { id }, header: { Purpose: purpose } } }),
    [id, purpose],
  );
  return (
    <section>
      <h2>{say(w.timeline)}</h2>
      {done && <Receipt title={say(w.recorded)} />}
      <Loaded of={list} rows={4}>
        {(l) => {
          const items: Happening[] = l.followups.map((f) => ({
            id: f.id,
            at: f.at,
            title: `${say(kinds[f.kind])} · ${say(outcomeOf(f.outcome))}`,
            by: f.staff,
            children: (
              <>
                {f.note && <p>{f.note}</p>}
                {f.next_at && (
                  <p class="shared-ground">
                    {say(w.nextAt)} {moment(f.next_at)}
                  </p>
                )}
              </>
            ),
          }));
          return items.length === 0 ? (
            <Empty>{say(w.timelineEmpty)}</Empty>
          ) : (
            <Timeline label={say(w.timeline)} items={items} />
          );
        }}
      </Loaded>
      {open && (
        <Composer
          id={id}
          onClose={() => onOpen(false)}
          onDone={() => {
            setDone(true);
            onOpen(false);
            list.reload();
            onDone();
          }}
        />
      )}
    </section>
  );
}
