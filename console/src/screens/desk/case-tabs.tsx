/* The other parts of a case: papers, evidence, who complained (sealed), departments. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day, listed, moment, short } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { PaperLink } from '../../parts/paper-link';
import { Table } from '../../parts/table';
import { w } from '../../text/desk';
import { dispatchStates, matters, paperStates } from '../../text/desk-codes';
import type { Case } from './act-form';
import { acts, type Names } from './names';

export function Documents({ of, names }: { of: Case; names: Names }) {
  const load = useLoad(
    () => api.GET('/v1/documents', { params: { query: { case: of.id } } }),
    [of.id, of.acts.length],
  );
  return (
    <Loaded of={load} rows={4}>
      {(data) =>
        data.documents.length === 0 ? (
          <Empty>{say(w.noDocument)}</Empty>
        ) : (
          <Table
            caption={say(w.documentsCaption)}
            rows={data.documents.toReversed()}
            id={(d) => d.id}
            columns={[
              {
                key: 'title',
                head: say(w.document),
                cell: (d) => <PaperLink of={d} />,
              },
              {
                key: 'state',
                head: say(w.state),
                cell: (d) => (
                  <Chip tone={d.status === 'issued' ? 'success' : 'danger'}>
                    {say(paperStates[d.status])}
                  </Chip>
                ),
              },
              { key: 'number', head: say(w.documentNumber), cell: (d) => d.number },
              { key: 'to', head: say(w.addressee), cell: (d) => (d.addressee ? names.of(d.addressee) : '—') },
              { key: 'at', head: say(w.issuedAt), cell: (d) => day(d.issued_at) },
              {
                key: 'read',
                head: say(w.readAt),
                cell: (d) => (d.read_at ? day(d.read_at) : <Chip>{say(w.unread)}</Chip>),
              },
              {
                key: 'hash',
                head: 'SHA-256',
                cell: (d) => <code title={d.hash}>{d.hash.slice(0, 12)}…</code>,
              },
            ]}
          />
        )
      }
    </Loaded>
  );
}

export function EvidenceOf({ of, names }: { of: Case; names: Names }) {
  const load = useLoad(
    () => api.GET('/v1/cases/{id}/evidence', { params: { path: { id: of.id } } }),
    [of.id],
  );
  return (
    <Loaded of={load} rows={4} who={say(w.supervisors)}>
      {(data) =>
        data.evidence.length === 0 ? (
          <Empty>{say(w.noEvidence)}</Empty>
        ) : (
          <Table
            caption={say(w.evidenceCaption)}
            rows={data.evidence}
            id={(e) => e.id}
            columns={[
              {
                key: 'source',
                head: say(w.source),
                cell: (e) => <a href={`/desk/complaints/${e.complaint}`}>{short(e.complaint)}</a>,
              },
              { key: 'media', head: say(w.kind), cell: (e) => e.media },
              { key: 'at', head: say(w.receivedAt), cell: (e) => moment(e.at) },
              {
                key: 'hash',
                head: 'SHA-256',
                cell: (e) => <code title={e.hash}>{e.hash.slice(7, 19)}…</code>,
              },
              { key: 'level', head: say(w.level), cell: () => <Chip sign="◇">{say(w.sealedFile)}</Chip> },
              {
                key: 'opened',
                head: say(w.openedBy2),
                cell: (e) =>
                  e.opened.length === 0
                    ? say(w.nobody)
                    : listed(e.opened.map((o) => `${names.of(o.staff)} ${day(o.at)}`)),
              },
            ]}
          />
        )
      }
    </Loaded>
  );
}

/** Who complains: behind a reason, which she reads. */
function Reveal({ complaint, onClose }: { complaint: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [who, setWho] = useState<Schemas['ComplaintReporter'] | undefined>(undefined);
  const send = useSend(() =>
    api.POST('/v1/complaints/{id}/reporter', {
      params: { path: { id: complaint }, header: { Purpose: 'complaint' } },
      body: { reason },
    }),
  );
  return (
    <Dialog title={say(w.revealTitle)} onClose={onClose}>
      {who ? (
        <>
          <Facts
            of={[
              [say(w.name), who.name ?? say(w.anonymous)],
              [say(w.telephone), who.number],
              [say(w.address), who.address],
            ]}
          />
          <p class="muted">{say(w.onRecord, { record: who.record })}</p>
        </>
      ) : (
        <form
          class="form"
          onSubmit={async (e) => {
            e.preventDefault();
            const got = await send.send();
            if (got) setWho(got);
          }}
        >
          <p>{say(w.revealWarning)}</p>
          <Failed failure={send.failure} />
          <TextField
            label={say(w.reason)}
            hint={say(w.revealHint)}
            required
            value={reason}
            onValue={setReason}
          />
          <p>
            <Button kind="danger" type="submit" busy={send.busy} disabled={reason.trim() === ''}>
              {say(w.reveal)}
            </Button>
          </p>
        </form>
      )}
    </Dialog>
  );
}

export function People({ of }: { of: Case }) {
  const [asked, setAsked] = useState('');
  const complaints = of.complaints ?? [];
  if (complaints.length === 0) return <Empty>{say(w.nobodyComplained)}</Empty>;
  return (
    <>
      <p class="sealed">◇ {say(w.reportersSealed)}</p>
      <ul class="rows">
        {complaints.map((id, i) => (
          <li key={id} class="row">
            <a href={`/desk/complaints/${id}`}>{say(w.reporterNumber, { n: i + 1, id: short(id) })}</a>
            {acts() && <Button onClick={() => setAsked(id)}>{say(w.reveal)}</Button>}
          </li>
        ))}
      </ul>
      {asked && <Reveal complaint={asked} onClose={() => setAsked('')} />}
    </>
  );
}

export function Departments({ of, names }: { of: Case; names: Names }) {
  const load = useLoad(
    () => api.GET('/v1/dispatches', { params: { query: { case: of.id } } }),
    [of.id, of.acts.length],
  );
  return (
    <Loaded of={load} rows={3} who={say(w.supervisors)}>
      {(data) =>
        data.dispatches.length === 0 ? (
          <Empty>{say(w.noDispatch)}</Empty>
        ) : (
          <Table
            caption={say(w.dispatchCaption)}
            rows={data.dispatches}
            id={(d) => d.id}
            columns={[
              {
                key: 'to',
                head: say(w.department),
                cell: (d) =>
                  d.organisation ? names.of(d.organisation) : `${d.department} · ${say(w.onPaper)}`,
              },
              {
                key: 'matter',
                head: say(w.matter),
                cell: (d) => listed(d.matters.map((m) => say(matters[m]))),
              },
              {
                key: 'state',
                head: say(w.state),
                cell: (d) => <Chip tone="info">{say(dispatchStates[d.status])}</Chip>,
              },
              {
                key: 'due',
                head: say(w.due),
                cell: (d) => <DeadlineChip due={d.due} done={d.clock === 'met' || d.clock === 'dropped'} />,
              },
              { key: 'sent', head: say(w.sentAt), cell: (d) => moment(d.sent_at) },
              { key: 'reply', head: say(w.answer), cell: (d) => d.reply ?? '—' },
            ]}
          />
        )
      }
    </Loaded>
  );
}
