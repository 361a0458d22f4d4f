/* How a colleague is added, changed, and invited to set her password. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import type { Session } from '../../app/session';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { Choice, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { ToldOnce } from '../../parts/told-once';
import { positions, staffStatuses } from '../../text/codes';
import { w } from '../../text/settings';

type Member = Schemas['Staff'];
type Role = Schemas['StaffNew']['role'];

/** The positions that there are in such an organisation; a manager's first does not stand first. */
const POSITIONS: Readonly<Record<string, readonly Role[]>> = {
  carrier: ['operator', 'compliance', 'manager'],
  association: ['officer', 'approver', 'examiner', 'auditor', 'compliance', 'manager'],
  authority: ['officer', 'approver', 'compliance', 'manager'],
};
const IN_BUSINESS: readonly Role[] = ['sales', 'manager', 'compliance'];

function positionsIn(kind: string | null): readonly (readonly [Role, string])[] {
  return (POSITIONS[kind ?? ''] ?? IN_BUSINESS).map((code) => [code, say(positions[code])] as const);
}

export function Add({
  of: s,
  onClose,
  onAdded,
}: {
  of: Session;
  onClose: () => void;
  onAdded: (m: Member) => void;
}) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(positionsIn(s.kind)[0]?.[0] ?? 'sales');
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
          options={positionsIn(s.kind)}
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
export function Edit({
  of: s,
  id,
  onClose,
  onSaved,
}: {
  of: Session;
  id: string;
  onClose: () => void;
  onSaved: () => void;
}) {
  const read = useLoad(() => api.GET('/v1/staff/{id}', { params: { path: { id } } }), [id]);
  return (
    <Dialog title={say(w.editTitle, { name: read.data?.name ?? '' })} onClose={onClose}>
      <Loaded of={read}>
        {(m) => (
          <EditForm of={m} kind={s.kind} etag={read.etag ?? '*'} onStale={read.reload} onSaved={onSaved} />
        )}
      </Loaded>
    </Dialog>
  );
}

function EditForm({
  of: m,
  kind,
  etag,
  onStale,
  onSaved,
}: {
  of: Member;
  kind: string | null;
  etag: string;
  onStale: () => void;
  onSaved: () => void;
}) {
  const [role, setRole] = useState(m.role as Role);
  const [status, setStatus] = useState<Member['status']>(m.status);
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
      <Choice
        label={say(w.role)}
        value={role}
        onValue={(v) => setRole(v as Role)}
        options={positionsIn(kind)}
      />
      <Choice
        label={say(w.status)}
        value={status}
        onValue={(v) => setStatus(v as Member['status'])}
        options={Object.entries(staffStatuses).map(([code, words]) => [code, say(words)] as const)}
      />
      <Button kind={status === 'active' ? 'primary' : 'danger'} type="submit" busy={save.busy}>
        {say(w.save)}
      </Button>
    </form>
  );
}

/** A link by which she sets her password. */
export function Invite({ of: m, onClose }: { of: Member; onClose: () => void }) {
  const make = useSend(() => api.POST('/v1/staff/{id}/invitation', { params: { path: { id: m.id } } }));
  const [made, setMade] = useState<Schemas['Invitation'] | undefined>(undefined);
  return (
    <Dialog title={say(w.inviteTitle, { name: m.name })} onClose={onClose}>
      <Failed failure={make.failure} />
      {made ? (
        <>
          <p>{say(w.inviteMade, { time: moment(made.until) })}</p>
          <ToldOnce text={`${location.origin}/join#${made.token}`} />
        </>
      ) : (
        <>
          <p>{say(w.inviteLead)}</p>
          <p>
            <Button kind="primary" busy={make.busy} onClick={async () => setMade(await make.send())}>
              {say(w.inviteMake)}
            </Button>
          </p>
        </>
      )}
    </Dialog>
  );
}
