/* Asking a member for a consent, in the wording of the rule pack. Nothing changes until the answer. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useSend } from '../../api/load';
import { endOfDay, inAYear } from '../../app/inputs';
import { called, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { Check, Field } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/agency';
import { categories } from '../../text/agency-codes';

const ASKABLE = ['basic', 'contact', 'education', 'photo', 'property', 'identity'];

export function Asking({
  id,
  purpose,
  first,
  onClose,
  onDone,
}: {
  id: string;
  purpose: string;
  first: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const [what, setWhat] = useState<readonly string[]>(first === '' ? ['basic'] : [first]);
  const [until, setUntil] = useState(inAYear());
  const [done, setDone] = useState(false);
  const ask = useSend((_key) =>
    api.POST('/v1/persons/{id}/consent-requests', {
      params: { path: { id } },
      body: {
        purpose,
        categories: [...what],
        channels: what.includes('contact') ? ['call', 'file'] : ['file'],
        until: endOfDay(until),
      },
    }),
  );
  return (
    <Dialog title={say(w.askTitle)} onClose={onClose}>
      {done ? (
        <Receipt title={say(w.asked)} />
      ) : (
        <form
          class="form"
          onSubmit={async (e) => {
            e.preventDefault();
            if (!(await ask.send())) return;
            setDone(true);
            onDone();
          }}
        >
          <fieldset>
            <legend>{say(w.askWhat)}</legend>
            {ASKABLE.map((c) => (
              <Check
                key={c}
                label={called(categories, c)}
                checked={what.includes(c)}
                onChecked={(on) => setWhat(on ? [...what, c] : what.filter((x) => x !== c))}
              />
            ))}
          </fieldset>
          <Field label={say(w.askUntil)} type="date" value={until} onValue={setUntil} required />
          <Failed failure={ask.failure} />
          <Button kind="primary" type="submit" busy={ask.busy} disabled={what.length === 0}>
            {say(w.askDo)}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
