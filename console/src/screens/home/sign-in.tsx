/* Sign-in: staff with login, password and code; persons with their number and a code sent to it. */

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { placeAfter } from '../../app/back';
import { say } from '../../app/language';
import { signedIn } from '../../app/session';
import { Button } from '../../parts/button';
import { CodeField } from '../../parts/code-field';
import { Failed } from '../../parts/failed';
import { Field } from '../../parts/field';
import { Page } from '../../parts/page';
import { PasswordField } from '../../parts/password-field';
import { Tabs } from '../../parts/tabs';
import { w } from '../../text/home';

function useEnter(): (s: Schemas['Session'] | undefined) => void {
  const { route } = useLocation();
  return (s) => {
    if (!s) return;
    signedIn(s);
    route(placeAfter(location.search), true);
  };
}

function Staff() {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const enter = useSend(() => api.POST('/v1/session', { body: { login, password, code } }));
  const go = useEnter();
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        const s = await enter.send();
        setCode(''); // whatever came of it, this one is used up
        go(s);
      }}
    >
      <Failed failure={enter.failure} />
      <Field
        label={say(w.login)}
        name="login"
        autoComplete="username"
        required
        value={login}
        onValue={setLogin}
      />
      <PasswordField label={say(w.password)} name="password" value={password} onValue={setPassword} />
      <CodeField label={say(w.code)} hint={say(w.codeHint)} value={code} onValue={setCode} />
      <Button kind="primary" type="submit" busy={enter.busy}>
        {say(w.signIn)}
      </Button>
    </form>
  );
}

function Person() {
  const [number, setNumber] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState(false);
  const ask = useSend(() => api.POST('/v1/session/codes', { body: { number } }));
  const enter = useSend(() => api.POST('/v1/session', { body: { number, code } }));
  const go = useEnter();
  const send = async () => {
    setCode('');
    if (await ask.send()) setSent(true);
  };
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (!sent) {
          await send();
          return;
        }
        const s = await enter.send();
        setCode('');
        go(s);
      }}
    >
      <Failed failure={enter.failure ?? ask.failure} />
      <Field
        label={say(w.number)}
        hint={say(w.numberHint)}
        name="number"
        type="tel"
        autoComplete="tel"
        required
        value={number}
        onValue={(text) => {
          setNumber(text);
          setSent(false);
        }}
      />
      {sent && (
        <>
          <p class="notice notice-info" role="status">
            ● {say(w.sent)}
          </p>
          <CodeField label={say(w.code)} hint={say(w.codeSmsHint)} value={code} onValue={setCode} />
        </>
      )}
      <p class="row">
        <Button kind="primary" type="submit" busy={ask.busy || enter.busy}>
          {say(sent ? w.signIn : w.sendCode)}
        </Button>
        {sent && (
          <Button kind="plain" busy={ask.busy} onClick={send}>
            {say(w.sendAgain)}
          </Button>
        )}
      </p>
    </form>
  );
}

export function SignIn() {
  const { query } = useLocation();
  const person = query.as === 'person';
  const to = query.to ? `to=${encodeURIComponent(query.to)}` : '';
  const staffHref = to ? `/sign-in?${to}` : '/sign-in';
  const personHref = `/sign-in?as=person${to && `&${to}`}`;
  return (
    <Page title={say(w.signInTitle)}>
      <Tabs
        label={say(w.signInTitle)}
        current={person ? personHref : staffHref}
        tabs={[
          { href: staffHref, label: say(w.asStaff) },
          { href: personHref, label: say(w.asPerson) },
        ]}
      />
      {person ? <Person /> : <Staff />}
    </Page>
  );
}
