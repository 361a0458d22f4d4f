/* First run: the first organisation and account, by the link that the server printed. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { say } from '../../app/language';
import { sectorCodes, titleOf } from '../../app/words';
import { Empty } from '../../parts/empty';
import { Choice, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { organisationKinds } from '../../text/codes';
import { w } from '../../text/setup';
import { useLinkSecret } from './link';
import { Made } from './made';
import { PasswordForm } from './password-form';

type Kind = Schemas['Setup']['organisation']['kind'];

function Form({ token, onDone }: { token: string; onDone: (made: Schemas['AccountMade']) => void }) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('agency');
  const [sector, setSector] = useState('matchmaking');
  const [region, setRegion] = useState('');
  const [person, setPerson] = useState('');
  const [login, setLogin] = useState('');
  return (
    <PasswordForm
      act={say(w.make)}
      make={(password) =>
        api.POST('/v1/setup', {
          body: {
            token,
            organisation: { name, kind, sector: sector || null, region: region || null },
            name: person,
            login,
            password,
          },
        })
      }
      onDone={onDone}
    >
      <h2>{say(w.organisation)}</h2>
      <Field
        label={say(w.organisationName)}
        name="organization"
        autoComplete="organization"
        required
        value={name}
        onValue={setName}
      />
      <Choice
        label={say(w.kind)}
        required
        value={kind}
        onValue={(v) => setKind(v as Kind)}
        options={Object.entries(organisationKinds).map(([value, words]) => [value, say(words)])}
      />
      <Choice
        label={say(w.sector)}
        hint={say(w.sectorHint)}
        value={sector}
        onValue={setSector}
        options={[
          ['', say(w.sectorNone)],
          ...sectorCodes().map((code) => [code, titleOf('sectors', code)] as const),
        ]}
      />
      <Field label={say(w.region)} hint={say(w.regionHint)} value={region} onValue={setRegion} />
      <h2>{say(w.you)}</h2>
      <Field
        label={say(w.name)}
        name="name"
        autoComplete="name"
        required
        value={person}
        onValue={setPerson}
      />
      <Field
        label={say(w.login)}
        hint={say(w.loginHint)}
        name="username"
        autoComplete="username"
        maxLength={255}
        required
        value={login}
        onValue={setLogin}
      />
    </PasswordForm>
  );
}

export function Setup() {
  const token = useLinkSecret();
  const [made, setMade] = useState<Schemas['AccountMade'] | undefined>(undefined);
  const state = useLoad(() => api.GET('/v1/setup'), []);
  return (
    <Page title={say(w.title)} lead={say(w.lead)}>
      {made ? (
        <Made of={made} />
      ) : (
        <Loaded of={state} rows={6}>
          {({ open }) =>
            !open ? (
              <Empty act={<a href="/sign-in">{say(w.signIn)}</a>}>{say(w.closed)}</Empty>
            ) : token === '' ? (
              <Empty>{say(w.noToken)}</Empty>
            ) : (
              <Form token={token} onDone={setMade} />
            )
          }
        </Loaded>
      )}
    </Page>
  );
}
