/* My account: who I am here, as what I am let in, and my password. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { lastDay } from '../../app/format';
import { called, say } from '../../app/language';
import type { Session } from '../../app/session';
import { Button } from '../../parts/button';
import { CodeField } from '../../parts/code-field';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Page } from '../../parts/page';
import { PasswordField } from '../../parts/password-field';
import { Receipt } from '../../parts/receipt';
import { organisationKinds, roles } from '../../text/codes';
import { w } from '../../text/settings';
import { SignedIn } from './signed-in';
import { SettingsTabs } from './tabs';

const READS_REGISTRY: readonly Session['access'][] = [
  'manager',
  'compliance',
  'carrier',
  'association',
  'auditor',
  'authority',
];

function Organisation({ of: s }: { of: Session }) {
  const list = useLoad(() => api.GET('/v1/organisations'), []);
  const own = list.data?.organisations.find((o) => o.id === s.organisation);
  if (!own) return null;
  return (
    <Facts
      of={[
        [say(w.kind), say(organisationKinds[own.kind as keyof typeof organisationKinds])],
        [say(w.region), own.region],
        [say(w.licence), own.licence],
        [say(w.filing), own.filing],
      ]}
    />
  );
}

function Who({ of: s }: { of: Session }) {
  const c = s.certificate;
  return (
    <section class="card">
      <Facts
        of={[
          [say(w.name), s.name],
          [say(w.role), called(roles, s.role)],
          [say(w.organisation), s.organisation_name],
          [
            say(w.certificate),
            s.access === 'person'
              ? null
              : c
                ? say(w.certificateUntil, { number: c.number, day: lastDay(c.until) })
                : say(w.noCertificate),
          ],
          [say(w.number), s.id],
        ]}
      />
      {READS_REGISTRY.includes(s.access) && <Organisation of={s} />}
    </section>
  );
}

function Password() {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [code, setCode] = useState('');
  const [done, setDone] = useState(false);
  const change = useSend(() => api.PUT('/v1/session/password', { body: { old, password: fresh, code } }));
  return (
    <section class="card">
      <h2>{say(w.password)}</h2>
      <p class="muted">{say(w.passwordLead)}</p>
      {done && <Receipt title={say(w.changed)} />}
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          setDone(false);
          const changed = await change.send();
          setCode('');
          if (!changed) return;
          setOld('');
          setFresh('');
          setDone(true);
        }}
      >
        <Failed failure={change.failure} />
        <PasswordField label={say(w.old)} value={old} onValue={setOld} />
        <PasswordField fresh label={say(w.fresh)} hint={say(w.freshHint)} value={fresh} onValue={setFresh} />
        <CodeField label={say(w.code)} hint={say(w.codeHint)} value={code} onValue={setCode} />
        <Button kind="primary" type="submit" busy={change.busy}>
          {say(w.change)}
        </Button>
      </form>
    </section>
  );
}

export function Account() {
  return (
    <Page title={say(w.title)}>
      <SettingsTabs current="/settings" />
      <SignedIn>
        {(s) => (
          <div class="columns">
            <Who of={s} />
            {s.access !== 'person' && <Password />}
          </div>
        )}
      </SignedIn>
    </Page>
  );
}
