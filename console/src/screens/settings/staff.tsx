/* Staff: who works here, as what; added, changed, suspended by a manager or compliance. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { lastDay } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import type { Session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { positions, staffStatuses } from '../../text/codes';
import { w } from '../../text/settings';
import { SignedIn } from './signed-in';
import { Add, Edit, Invite } from './staff-forms';
import { SettingsTabs } from './tabs';

type Member = Schemas['Staff'];

const TONE: Readonly<Record<Member['status'], Tone>> = {
  active: 'success',
  suspended: 'warning',
  left: 'neutral',
  closed: 'neutral',
};
/* These read the staff of every house; here they see their own. */
const WATCHERS: readonly Session['access'][] = ['examiner', 'association', 'authority'];

function House({ of: s }: { of: Session }) {
  const q = useQuery();
  const list = useLoad(
    () =>
      api.GET('/v1/staff', {
        params: {
          query: {
            ...q.page,
            ...(WATCHERS.includes(s.access) && s.organisation && { organisation: s.organisation }),
          },
        },
      }),
    [q.page.cursor],
  );
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<string | undefined>(undefined);
  const [inviting, setInviting] = useState<Member | undefined>(undefined);
  const [done, setDone] = useState<string | undefined>(undefined);
  const keeper = s.role === 'manager' || s.role === 'compliance';
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
              {...q.pages(next)}
              columns={[
                { key: 'name', head: say(w.name), cell: (m) => m.name },
                {
                  key: 'role',
                  head: say(w.role),
                  cell: (m) => say(positions[m.role as Schemas['StaffNew']['role']]),
                },
                {
                  key: 'login',
                  head: say(w.login),
                  cell: (m) =>
                    m.login && m.account === false ? say(w.noAccount, { login: m.login }) : (m.login ?? '—'),
                },
                {
                  key: 'certificate',
                  head: say(w.certificate),
                  cell: (m) =>
                    m.certificate
                      ? say(w.certificateUntil, {
                          number: m.certificate.number,
                          day: lastDay(m.certificate.until),
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
                      <span class="row">
                        <Button kind="plain" onClick={() => setEditing(m.id)}>
                          {say(w.edit)}
                          <span class="unseen"> {m.name}</span>
                        </Button>
                        {m.account === false && m.login && m.status === 'active' && (
                          <Button kind="plain" onClick={() => setInviting(m)}>
                            {say(w.invite)}
                            <span class="unseen"> {m.name}</span>
                          </Button>
                        )}
                      </span>
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
            setDone(say(w.added, { name: m.name }));
            if (m.login) setInviting(m);
            list.reload();
          }}
        />
      )}
      {editing && (
        <Edit
          of={s}
          id={editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            setDone(say(w.saved));
            list.reload();
          }}
        />
      )}
      {inviting && <Invite of={inviting} onClose={() => setInviting(undefined)} />}
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
