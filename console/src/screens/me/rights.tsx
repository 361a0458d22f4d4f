/* Rights: a copy, a correction, an erasure. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day, moment } from '../../app/format';
import { language, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { Choice, Field } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';
import { correctionStates, erasureStates, fields } from '../../text/me-codes';
import { Confirm } from './confirm';

type FieldName = keyof typeof fields;
const fieldWord = (name: string): string => {
  const known = fields[name as FieldName];
  return known ? known[language.value === 'zh' ? 1 : 2] : name;
};

function Correct({ organisations, onDone }: { organisations: readonly string[]; onDone: () => void }) {
  const [organisation, setOrganisation] = useState(organisations[0] ?? '');
  const [field, setField] = useState<FieldName>('district');
  const [value, setValue] = useState('');
  const [done, setDone] = useState<Schemas['Correction'] | undefined>();
  const send = useSend((key) =>
    api.POST('/v1/me/corrections', {
      params: { header: { 'Idempotency-Key': key } },
      body: { organisation, category: fields[field][0], field, value },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        const answer = await send.send();
        if (!answer) return;
        setDone(answer);
        setValue('');
        onDone();
      }}
    >
      {done && (
        <Receipt title={say(done.status === 'applied' ? w.corrected : w.correctionOpen)}>
          {done.due_at && <p>{say(w.answerBy, { day: day(done.due_at) })}</p>}
        </Receipt>
      )}
      <Failed failure={send.failure} />
      {organisations.length > 1 && (
        <Choice
          label={say(w.atWhom)}
          value={organisation}
          onValue={setOrganisation}
          options={organisations.map((o) => [o, nameOf(o)] as const)}
        />
      )}
      <Choice
        label={say(w.whichField)}
        value={field}
        onValue={(v) => setField(v as FieldName)}
        options={Object.keys(fields).map((f) => [f, fieldWord(f)] as const)}
      />
      <Field label={say(w.rightValue)} value={value} onValue={setValue} required maxLength={1000} />
      <Button type="submit" busy={send.busy}>
        {say(w.setRight)}
      </Button>
    </form>
  );
}

function Erase({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [typed, setTyped] = useState('');
  const [confirmed, setConfirmed] = useState(false);
  const send = useSend((key) =>
    api.POST('/v1/me/erasure', { params: { header: { 'Idempotency-Key': key } }, body: {} }),
  );
  const word = say(w.eraseWord);
  return (
    <Dialog title={say(w.eraseTitle)} onClose={onClose}>
      <div class="stack">
        <ul class="me-bullets">
          <li>{say(w.eraseWhat)}</li>
          <li>{say(w.eraseKeeps)}</li>
          <li>{say(w.eraseWaits)}</li>
        </ul>
        {!confirmed && (
          <details>
            <summary>{say(w.eraseAtOnce)}</summary>
            <Confirm onDone={() => setConfirmed(true)} />
          </details>
        )}
        <Failed failure={send.failure} />
        <Field label={say(w.typeWord, { word })} value={typed} onValue={setTyped} />
        <div class="row">
          <Button
            kind="danger"
            busy={send.busy}
            disabled={typed.trim() !== word}
            onClick={async () => {
              if (await send.send()) onDone();
            }}
          >
            {say(w.eraseNow)}
          </Button>
          <Button onClick={onClose}>{say(w.no)}</Button>
        </div>
      </div>
    </Dialog>
  );
}

export function Rights() {
  const me = useLoad(() => api.GET('/v1/me'), []);
  const corrections = useLoad(() => api.GET('/v1/me/corrections'), []);
  const erasure = useLoad(() => api.GET('/v1/me/erasure'), []);
  const [erasing, erase] = useState(false);
  const keep = useSend(() => api.DELETE('/v1/me/erasure'));
  const members = me.data?.members ?? [];
  const organisations = [...new Set(members.map((m) => m.organisation))];
  const erasures = erasure.data?.erasures ?? [];
  return (
    <section class="card" aria-labelledby="rights">
      <h2 id="rights">{say(w.rights)}</h2>
      <h3>{say(w.copy)}</h3>
      <p>{say(w.copyText)}</p>
      <p>
        <a class="button" href="/me/extract">
          {say(w.copyGet)}
        </a>
      </p>
      {organisations.length > 0 && (
        <>
          <h3>{say(w.correct)}</h3>
          <details>
            <summary>{say(w.correctOpen)}</summary>
            <Correct organisations={organisations} onDone={corrections.reload} />
          </details>
        </>
      )}
      {(corrections.data?.corrections ?? []).length > 0 && (
        <ul class="me-plain-list">
          {corrections.data?.corrections.map((c) => (
            <li key={c.id}>
              {fieldWord(c.field)} · {moment(c.asked_at)} · <Chip>{say(correctionStates[c.status])}</Chip>{' '}
              {c.status === 'open' && c.due_at && <DeadlineChip due={c.due_at} />} {c.reason}
            </li>
          ))}
        </ul>
      )}
      <h3>{say(w.erase)}</h3>
      <p>{say(w.eraseText)}</p>
      <Failed failure={keep.failure} />
      {erasures.length > 0 && (
        <ul class="me-plain-list">
          {erasures.map((e) => (
            <li key={e.id} class="row">
              <Chip>{e.status && say(erasureStates[e.status])}</Chip>
              {e.due_at && <span>{moment(e.due_at)}</span>}
              {e.status === 'waiting' && (
                <Button
                  busy={keep.busy}
                  onClick={async () => {
                    if (await keep.send()) erasure.reload();
                  }}
                >
                  {say(w.eraseCancel)}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p>
        <Button kind="danger" onClick={() => erase(true)}>
          {say(w.erase)}…
        </Button>
      </p>
      {erasing && (
        <Erase
          onClose={() => erase(false)}
          onDone={() => {
            erase(false);
            erasure.reload();
          }}
        />
      )}
      {(me.data?.tokens ?? []).length > 0 && (
        <p class="notice notice-warning">▲ {say(w.tokens, { n: me.data?.tokens.length ?? 0 })}</p>
      )}
    </section>
  );
}
