/*
 * First run: the first organisation and account, by the link that the server printed.
 *
 * Its secret stands behind the "#"; it is taken out of the address at once, so that neither the
 * history nor a screenshot keeps it.
 */
import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { pick, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Check, Choice, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { organisationKinds } from '../../text/codes';
import { w } from '../../text/setup';

type Kind = Schemas['Setup']['organisation']['kind'];

let kept = '';
function tokenOfAddress(): string {
  const token = location.hash.slice(1);
  if (token !== '') {
    kept = token;
    history.replaceState(history.state, '', location.pathname);
  }
  return kept;
}

/** An image of its own, so that nothing of the answer becomes markup of this page. */
export function imageOf(svg: string): string {
  const image = svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `data:image/svg+xml,${encodeURIComponent(image)}`;
}

function Done({ made }: { made: Schemas['SetupDone'] }) {
  const [ready, setReady] = useState(false);
  return (
    <>
      <Receipt title={say(w.doneTitle)}>
        <Facts of={[[say(w.login), made.login]]} />
      </Receipt>
      <section class="card">
        <h2>{say(w.codes)}</h2>
        <p>{say(w.scan)}</p>
        <img src={imageOf(made.qr)} alt={say(w.qr)} width={220} height={220} />
        <Facts
          of={[[say(w.secret), <code key="secret">{made.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>]]}
        />
        <Check label={say(w.kept)} checked={ready} onChecked={setReady} />
        {ready && (
          <p>
            <a class="button primary" href="/sign-in">
              {say(w.signIn)}
            </a>
          </p>
        )}
      </section>
    </>
  );
}

function Form({ token, onDone }: { token: string; onDone: (made: Schemas['SetupDone']) => void }) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('agency');
  const [sector, setSector] = useState('matchmaking');
  const [region, setRegion] = useState('');
  const [person, setPerson] = useState('');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const sectors = useLoad(() => api.GET('/v1/words'), []);
  const make = useSend(() =>
    api.POST('/v1/setup', {
      body: {
        token,
        organisation: { name, kind, sector: sector || null, region: region || null },
        name: person,
        login,
        password,
      },
    }),
  );
  const short = tried && password.length < 10 ? say(w.short) : undefined;
  const differ = tried && !short && again !== password ? say(w.differ) : undefined;
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        setTried(true);
        if (password.length < 10 || password !== again) return;
        const made = await make.send();
        if (made) onDone(made);
      }}
    >
      <Failed failure={make.failure} />
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
          ...Object.entries(sectors.data?.sectors ?? {}).map(
            ([code, words]) => [code, pick(words.title)] as const,
          ),
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
      <Field
        label={say(w.password)}
        hint={say(w.passwordHint)}
        error={short}
        name="password"
        type="password"
        autoComplete="new-password"
        maxLength={128}
        required
        value={password}
        onValue={setPassword}
      />
      <Field
        label={say(w.again)}
        error={differ}
        name="again"
        type="password"
        autoComplete="new-password"
        maxLength={128}
        required
        value={again}
        onValue={setAgain}
      />
      <Button kind="primary" type="submit" busy={make.busy}>
        {say(w.make)}
      </Button>
    </form>
  );
}

export function Setup() {
  const [token, setToken] = useState(tokenOfAddress);
  const [made, setMade] = useState<Schemas['SetupDone'] | undefined>(undefined);
  const state = useLoad(() => api.GET('/v1/setup'), []);
  useEffect(() => {
    // Pasted into the address of this very page.
    const changed = () => setToken(tokenOfAddress());
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return (
    <Page title={say(w.title)} lead={say(w.lead)}>
      {made ? (
        <Done made={made} />
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
