/* A form that ends in a new password, typed twice, and makes the account. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer, Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { PasswordField } from '../../parts/password-field';
import { w } from '../../text/setup';

type Made = Schemas['AccountMade'];

const LEAST = 10;

/** `act`: what its button says; `children`: what is asked before. */
export function PasswordForm({
  act,
  make,
  onDone,
  children,
}: {
  act: string;
  make: (password: string) => Promise<Answer<Made>>;
  onDone: (made: Made) => void;
  children?: ComponentChildren;
}) {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const send = useSend(() => make(password));
  const short = password.length < LEAST;
  const differ = again !== password;
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        setTried(true);
        if (short || differ) return;
        const made = await send.send();
        if (made) onDone(made);
      }}
    >
      <Failed failure={send.failure} />
      {children}
      <PasswordField
        fresh
        label={say(w.password)}
        hint={say(w.passwordHint)}
        error={tried && short ? say(w.short) : undefined}
        name="password"
        value={password}
        onValue={setPassword}
      />
      <PasswordField
        fresh
        label={say(w.again)}
        error={tried && !short && differ ? say(w.differ) : undefined}
        name="again"
        value={again}
        onValue={setAgain}
      />
      <Button kind="primary" type="submit" busy={send.busy}>
        {act}
      </Button>
    </form>
  );
}
