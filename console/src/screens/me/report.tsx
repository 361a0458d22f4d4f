/* Report: one call that should not have been, with a receipt number; and what became of the others. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { now } from '../../app/clock';
import { isoDay, moment, time } from '../../app/format';
import { instant } from '../../app/inputs';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Failed } from '../../parts/failed';
import { Choice, Field, TextField } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';
import { reportKinds, reportStages, reportStates } from '../../text/me-codes';

type Kind = Schemas['MyReportNew']['kind'];

export function Report({
  caller: given,
  at: when,
  onDone,
}: {
  caller: string;
  at?: string | undefined;
  onDone: () => void;
}) {
  const begin = when && !Number.isNaN(Date.parse(when)) ? new Date(when) : now();
  const [caller, setCaller] = useState(given);
  const [date, setDate] = useState(isoDay(begin));
  const [clock, setClock] = useState(time(begin));
  const [kind, setKind] = useState<Kind>('marketing');
  const [note, setNote] = useState('');
  const [done, setDone] = useState<Schemas['MyReport'] | undefined>();
  const send = useSend((key) =>
    api.POST('/v1/me/reports', {
      params: { header: { 'Idempotency-Key': key } },
      body: { caller, at: instant(`${date}T${clock}`), kind, ...(note.trim() ? { note } : {}) },
    }),
  );
  return (
    <section class="card" aria-labelledby="report">
      <h2 id="report" tabIndex={-1}>
        {say(w.reportCall)}
      </h2>
      {done && (
        <Receipt title={say(w.reported)}>
          <p>
            {say(w.receiptNumber)} <strong>{done.id}</strong>
          </p>
          <p>{say(reportStates[done.status])}</p>
        </Receipt>
      )}
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          const answer = await send.send();
          if (!answer) return;
          setDone(answer);
          setNote('');
          onDone();
        }}
      >
        <Failed failure={send.failure} />
        <Field
          label={say(w.whoRang)}
          hint={say(w.whoRangHint)}
          type="tel"
          name="caller"
          required
          value={caller}
          onValue={setCaller}
        />
        <div class="me-side">
          <Field label={say(w.day)} type="date" required value={date} onValue={setDate} />
          <Field label={say(w.about)} type="time" required value={clock} onValue={setClock} />
        </div>
        <Choice
          label={say(w.whatKind)}
          value={kind}
          onValue={(v) => setKind(v as Kind)}
          options={(Object.keys(reportKinds) as Kind[]).map((k) => [k, say(reportKinds[k])] as const)}
        />
        <TextField
          label={say(w.note)}
          hint={say(w.noteHint)}
          value={note}
          onValue={setNote}
          maxLength={2000}
        />
        <Button type="submit" busy={send.busy}>
          {say(w.sendReport)}
        </Button>
      </form>
    </section>
  );
}

export function Reports() {
  const reports = useLoad(() => api.GET('/v1/me/reports'), []);
  const all = reports.data?.reports ?? [];
  if (all.length === 0) return null;
  return (
    <section class="card" aria-labelledby="reports">
      <h2 id="reports">{say(w.reports)}</h2>
      <ul class="me-plain-list">
        {all.map((r) => (
          <li key={r.id} class="row">
            <time dateTime={r.at}>{moment(r.at)}</time> {say(reportKinds[r.kind])}
            {r.triaged &&
              r.triaged !== r.kind &&
              ` · ${say(w.takenFor, { kind: say(reportKinds[r.triaged]) })}`}
            <Chip tone={r.status === 'counted' ? 'success' : 'neutral'}>{say(reportStates[r.status])}</Chip>
            <Chip tone="info">{say(reportStages[r.stage])}</Chip>
            <span class="muted">{r.id}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
