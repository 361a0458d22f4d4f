/* What an officer does with a complaint: accept, refuse on a ground of law, join, close, open a case. */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { short } from '../../app/format';
import { pick, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { w } from '../../text/desk';
import type { Complaint } from './queue';

interface Props {
  of: Complaint;
  onDone: (what: string) => void;
}

const header = (key: string) => ({ 'Idempotency-Key': key });

function Accept({ of, onDone }: Props) {
  const [summary, setSummary] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/complaints/{id}/accept', {
      params: { path: { id: of.id }, header: header(key) },
      body: summary.trim() === '' ? {} : { summary },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone(say(w.accepted));
      }}
    >
      <Failed failure={send.failure} />
      <TextField
        label={say(w.summary)}
        hint={say(w.summaryHint)}
        value={summary}
        onValue={setSummary}
        rows={3}
      />
      <p>
        <Button kind="primary" type="submit" busy={send.busy}>
          {say(w.accept)}
        </Button>
      </p>
    </form>
  );
}

/** The six grounds of law with their texts; the reason is hers to read. */
function Refuse({ of, onDone }: Props) {
  const grounds = useLoad(
    () => api.GET('/v1/grounds', { params: { query: { of: 'complaint-refusal' } } }),
    [],
  );
  const [ground, setGround] = useState('');
  const [reason, setReason] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/complaints/{id}/refuse', {
      params: { path: { id: of.id }, header: header(key) },
      body: { ground, reason },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone(say(w.refused));
      }}
    >
      <Failed failure={send.failure} />
      <Loaded of={grounds} rows={6}>
        {(data) => (
          <fieldset class="choices">
            <legend>{say(w.groundOfLaw)}</legend>
            {data.grounds.map((g) => (
              <label key={g.code} class="choice">
                <input
                  type="radio"
                  name="ground"
                  required
                  checked={ground === g.code}
                  onInput={() => {
                    setGround(g.code);
                    if (reason === '') setReason(`${pick(g.text)}`);
                  }}
                />
                <span>
                  <strong>{pick(g.title)}</strong>
                  <br />
                  <span class="muted">
                    {pick(g.text)} {pick(g.basis)}
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
      </Loaded>
      <TextField label={say(w.reason)} hint={say(w.reasonHint)} required value={reason} onValue={setReason} />
      <p>
        <Button kind="danger" type="submit" busy={send.busy} disabled={ground === ''}>
          {say(w.refuse)}
        </Button>
      </p>
    </form>
  );
}

function Join({ of, onDone }: Props) {
  const others = [...(of.suggestions?.others ?? []), ...(of.suggestions?.duplicates ?? [])];
  const [to, setTo] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/complaints/{id}/join', {
      params: { path: { id: of.id }, header: header(key) },
      body: { to },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone(say(w.joined));
      }}
    >
      <Failed failure={send.failure} />
      <Choice
        label={say(w.joinTo)}
        hint={say(w.joinHint)}
        required
        value={to}
        onValue={setTo}
        options={[['', '—'], ...others.map((id) => [id, short(id)] as const)]}
      />
      <p>
        <Button type="submit" busy={send.busy} disabled={to === ''}>
          {say(w.join)}
        </Button>
      </p>
    </form>
  );
}

function Close({ of, onDone }: Props) {
  const [upheld, setUpheld] = useState('');
  const [answer, setAnswer] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/complaints/{id}/close', {
      params: { path: { id: of.id }, header: header(key) },
      body: { upheld: upheld === 'yes', answer },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone(say(w.closed));
      }}
    >
      <Failed failure={send.failure} />
      <Choice
        label={say(w.upheld)}
        required
        value={upheld}
        onValue={setUpheld}
        options={[
          ['', '—'],
          ['yes', say(w.yes)],
          ['no', say(w.no)],
        ]}
      />
      <TextField label={say(w.answer)} hint={say(w.answerHint)} required value={answer} onValue={setAnswer} />
      <p>
        <Button type="submit" busy={send.busy} disabled={upheld === ''}>
          {say(w.close)}
        </Button>
      </p>
    </form>
  );
}

function OpenCase({ of }: { of: Complaint }) {
  const { route } = useLocation();
  const send = useSend((key) =>
    api.POST('/v1/cases', {
      params: { header: header(key) },
      body: { respondent: of.respondent, complaints: [of.id] },
    }),
  );
  return (
    <>
      <Failed failure={send.failure} />
      <p>
        <Button
          kind="primary"
          busy={send.busy}
          onClick={async () => {
            const opened = await send.send();
            if (opened) route(`/desk/cases/${opened.id}`);
          }}
        >
          {say(w.openCase)}
        </Button>
      </p>
    </>
  );
}

const ACTS = {
  accept: [w.accept, Accept],
  refuse: [w.refuse, Refuse],
  join: [w.join, Join],
  close: [w.close, Close],
} as const;

export function ComplaintActs({ of, onDone }: Props) {
  const joinable = (of.suggestions?.others.length ?? 0) + (of.suggestions?.duplicates.length ?? 0) > 0;
  const offered: (keyof typeof ACTS)[] =
    of.status === 'received'
      ? ['accept', 'refuse', ...(joinable ? (['join'] as const) : [])]
      : of.status === 'accepted'
        ? [...(joinable && of.case === null ? (['join'] as const) : []), 'close']
        : [];
  const [chosen, setChosen] = useState<keyof typeof ACTS | ''>(of.status === 'received' ? 'accept' : '');
  const act = chosen !== '' && offered.includes(chosen) ? ACTS[chosen] : undefined;
  if (offered.length === 0) return null;
  const Form = act?.[1];
  return (
    <section class="act no-print">
      <h2>{say(w.nextAct)}</h2>
      {of.status === 'accepted' && of.case === null && <OpenCase of={of} />}
      <div class="row">
        {offered.map((k) => (
          <button
            key={k}
            type="button"
            class="button"
            aria-pressed={chosen === k}
            onClick={() => setChosen(chosen === k ? '' : k)}
          >
            {say(ACTS[k][0])}
          </button>
        ))}
      </div>
      {Form && <Form of={of} onDone={onDone} />}
    </section>
  );
}
