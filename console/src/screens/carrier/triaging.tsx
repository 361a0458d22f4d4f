/* What reports are taken for: the reporter's choice, or an officer's where that was wrong. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/carrier';
import { reportKinds } from '../../text/carrier-codes';
import { KINDS, type Kind, takenFor } from './triage';

type Report = Schemas['Report'];

export function TakenFor({ of }: { of: Report }) {
  const kind = takenFor(of);
  return (
    <>
      {say(reportKinds[kind])}
      {kind !== of.kind && (
        <small class="muted">
          {' '}
          {say(w.reportedAs, { kind: say(reportKinds[of.kind]) })}
          {of.triage_reason && ` · ${of.triage_reason}`}
        </small>
      )}
    </>
  );
}

const ALL = '';

export function Triage({ reports, onDone }: { reports: readonly Report[]; onDone: () => void }) {
  const [which, setWhich] = useState(ALL);
  const [as, setAs] = useState<Kind>('marketing');
  const [note, setNote] = useState('');
  const [done, setDone] = useState('');
  const left = reports.filter(
    (r) => (which === ALL || r.id === which) && r.status !== 'untrue' && takenFor(r) !== as,
  );
  const send = useSend((key, id: string) =>
    api.POST('/v1/reports/{id}/acts', {
      params: { path: { id }, header: { 'Idempotency-Key': `${key}-${id}` } },
      body: { kind: 'triage', as, note },
    }),
  );
  return (
    <form
      class="form panel"
      onSubmit={async (e) => {
        e.preventDefault();
        setDone('');
        let n = 0;
        for (const r of left) {
          if (!(await send.send(r.id))) break;
          n++;
        }
        if (n > 0) {
          setDone(say(w.triaged, { n, kind: say(reportKinds[as]) }));
          onDone();
        }
        if (n === left.length) setNote('');
      }}
    >
      <h2>{say(w.triage)}</h2>
      <p>{say(w.triageLead)}</p>
      {done && <Receipt title={done} />}
      <Failed failure={send.failure} />
      <Choice
        label={say(w.triageWhich)}
        value={which}
        onValue={setWhich}
        options={[
          [ALL, say(w.triageAll, { n: reports.length })],
          ...reports.map((r) => [r.id, `${r.id.slice(0, 12)} · ${moment(r.at)}`] as const),
        ]}
      />
      <Choice
        label={say(w.triageAs)}
        value={as}
        onValue={(v) => setAs(v as Kind)}
        options={KINDS.map((k) => [k, say(reportKinds[k])] as const)}
      />
      <TextField
        label={say(w.triageReason)}
        required
        rows={2}
        maxLength={2000}
        value={note}
        onValue={setNote}
      />
      <p>
        <Button type="submit" busy={send.busy} disabled={left.length === 0}>
          {say(w.triageDo)}
        </Button>{' '}
        {left.length === 0 && !done && <small class="muted">{say(w.triageNone)}</small>}
      </p>
    </form>
  );
}
