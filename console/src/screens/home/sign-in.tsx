/* Sign-in: staff with login, password and code; persons with their number and a code sent to it. */

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api } from '../../api/client';
import { useSend } from '../../api/load';
import { say } from '../../app/language';
import { signedIn } from '../../app/session';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Field } from '../../parts/field';
import { Page } from '../../parts/page';
import { w } from '../../text/home';

export function SignIn() {
  const { route } = useLocation();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const enter = useSend(() => api.POST('/v1/session', { body: { login, password, code } }));
  return (
    <Page title={say(w.signInTitle)}>
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          const s = await enter.send();
          if (!s) return;
          signedIn(s);
          route('/', true);
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
        <Field
          label={say(w.password)}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onValue={setPassword}
        />
        <Field
          label={say(w.code)}
          hint={say(w.codeHint)}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          required
          value={code}
          onValue={setCode}
        />
        <Button kind="primary" type="submit" busy={enter.busy}>
          {say(w.signIn)}
        </Button>
      </form>
    </Page>
  );
}
