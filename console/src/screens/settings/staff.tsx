/* Staff: who works here, as what; added, changed, suspended by a manager or compliance. */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day } from '../../app/format';
import { say } from '../../app/language';
import type { Session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, type Tone } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Choice, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { positions, staffStatuses } from '../../text/codes';
import { w } from '../../text/settings';
import { SignedIn } from './signed-in';
import { SettingsTabs } from './tabs';

type Member = Schemas['Staff'];
type Role = Schemas['StaffNew']['role'];
type Status = Member['status'];

const TONE: Readonly<Record<Status, Tone>> = {
  active: 'success',
  suspended: 'warning',
  left: 'neutral',
  closed: 'neutral',
};
const roleOptions = () => Object.entries(positions).map(([code, words]) => [code, say(words)] as const);

function Add({
  of: s,
  onClose,
  onAdded,
}: {
  of: Session;
  onClose: () => void;
  onAdded: (m: Member) => void;
}) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('sales');
  const [login, setLogin] = useState('');
  const add = useSend((key) =>
    api.POST('/v1/staff', {
      params: { header: { 'Idempotency-Key': key } },
      body: { organisation: s.organisation, name, role, login: login || null },
    }),
  );
  return (
    <Dialog title={say(w.addStaff)} onClose={onClose}>
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          const m = await add.send();
          if (m) onAdded(m);
        }}
      >
        <Failed failure={add.failure} />
        <Field label={say(w.name)} maxLength={120} required value={name} onValue={setName} />
        <Choice
          label={say(w.role)}
          value={role}
          onValue={(v) => setRole(v as Role)}
          options={roleOptions()}
        />
        <Field label={say(w.login)} maxLength={255} value={login} onValue={setLogin} />
        <Button kind="primary" type="submit" busy={add.busy}>
          {say(w.add)}
        </Button>
      </form>
    </Dialog>
  );
}

/* What is changed was read just before, so that nobody's change is overwritten unseen. */
function Edit({ id, onClose, onSaved }: { id: string; onClose: () => void; onSaved: () => void }) {
  const read = useLoad(() => api.GET('/v1/staff/{id}', { params: { path: { id } } }), [id]);
  return (
    <Dialog title={say(w.editTitle, { name: read.data?.name ?? '' })} onClose={onClose}>
      <Loaded of={read}>
        {(m) => <EditForm of={m} etag={read.etag ?? '*'} onStale={read.reload} onSaved={onSaved} />}
      </Loaded>
    </Dialog>
  );
}

function EditForm({
  of: m,
  etag,
  onStale,
  onSaved,
}: {
  of: Member;
  etag: string;
  onStale: () => void;
  onSaved: () => void;
}) {
  const [role, setRole] = useState(m.role as Role);
  const [status, setStatus] = useState<Status>(m.status);
  const save = useSend(() =>
    api.PATCH('/v1/staff/{id}', {
      params: { path: { id: m.id }, header: { 'If-Match': etag } },
      body: { role, status },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await save.send()) onSaved();
      }}
    >
      <Failed failure={save.failure} onRetry={onStale} />
      <Choice label={say(w.role)} value={role} onValue={(v) => setRole(v as Role)} options={roleOptions()} />
      <Choice
        label={say(w.status)}
        value={status}
        onValue={(v) => setStatus(v as Status)}
        options={Object.entries(staffStatuses).map(([code, words]) => [code, say(words)] as const)}
      />
      <Button kind={status === 'active' ? 'primary' : 'danger'} type="submit" busy={save.busy}>
        {say(w.save)}
      </Button>
    </form>
  );
}

function House({ of: s }: { of: Session }) {
  const { query, route } = useLocation();
  const cursor = query.cursor;
  const list = useLoad(() => api.GET('/v1/staff', { params: { query: cursor ? { cursor } : {} } }), [cursor]);
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<string | undefined>(undefined);
  const [done, setDone] = useState<string | undefined>(undefined);
  const keeper = s.access === 'manager' || s.access === 'compliance';
  return (
    <>
      {done && <Receipt title={done} />}
      {keeper && (
        <p>
          <Button kind="primary" onClick={() => setAdding(true)}>
            {say(w.addStaff)}
          </Button>
        </p>
      )}
      <Loaded of={list} rows={5} who={say(w.keepers)}>
        {({ staff, next }) =>
          staff.length === 0 ? (
            <Empty>{say(w.noStaff)}</Empty>
          ) : (
            <Table
              caption={say(w.staff)}
              rows={staff}
              id={(m) => m.id}
              next={next ? () => route(`/settings/staff?cursor=${encodeURIComponent(next)}`) : undefined}
              first={cursor ? () => route('/settings/staff') : undefined}
              columns={[
                { key: 'name', head: say(w.name), cell: (m) => m.name },
                { key: 'role', head: say(w.role), cell: (m) => say(positions[m.role as Role]) },
                { key: 'login', head: say(w.login), cell: (m) => m.login ?? '—' },
                {
                  key: 'certificate',
                  head: say(w.certificate),
                  cell: (m) =>
                    m.certificate
                      ? say(w.certificateUntil, {
                          number: m.certificate.number,
                          day: day(new Date(Date.parse(m.certificate.until) - 1)),
                        })
                      : '—',
                },
                {
                  key: 'status',
                  head: say(w.status),
                  cell: (m) => <Chip tone={TONE[m.status]}>{say(staffStatuses[m.status])}</Chip>,
                },
                {
                  key: 'edit',
                  head: '',
                  cell: (m) =>
                    keeper && m.id !== s.id ? (
                      <Button kind="plain" onClick={() => setEditing(m.id)}>
                        {say(w.edit)}
                        <span class="unseen"> {m.name}</span>
                      </Button>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Loaded>
      {adding && (
        <Add
          of={s}
          onClose={() => setAdding(false)}
          onAdded={(m) => {
            setAdding(false);
            setDone(say(w.added, { name: m.name, id: m.id }));
            list.reload();
          }}
        />
      )}
      {editing && (
        <Edit
          id={editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            setDone(say(w.saved));
            list.reload();
          }}
        />
      )}
    </>
  );
}

export function Staff() {
  return (
    <Page title={say(w.staffTitle)} lead={say(w.staffLead)}>
      <SettingsTabs current="/settings/staff" />
      <SignedIn>{(s) => <House of={s} />}</SignedIn>
    </Page>
  );
}
