/* Confirm: a further code to her number, where a copy or an erasure would otherwise wait a day. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useSend } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Field } from '../../parts/field';
import { w } from '../../text/me';

export function Confirm({ onDone }: { onDone: () => void }) {
  const [number, setNumber] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState(false);
  const ask = useSend(() => api.POST('/v1/session/codes', { body: { number } }));
  const confirm = useSend(() => api.POST('/v1/session/confirm', { body: { code } }));
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (!sent) setSent((await ask.send()) !== undefined);
        else if (await confirm.send()) onDone();
      }}
    >
      <p>{say(w.confirmWhy)}</p>
      <Failed failure={ask.failure ?? confirm.failure} />
      <Field
        label={say(w.yourNumber)}
        type="tel"
        autoComplete="tel"
        required
        value={number}
        onValue={(v) => {
          setNumber(v);
          setSent(false);
        }}
      />
      {sent && (
        <Field
          label={say(w.code)}
          hint={say(w.codeHint)}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          onValue={(v) => setCode(v.replace(/\D/g, '').slice(0, 6))}
        />
      )}
      <Button type="submit" busy={ask.busy || confirm.busy}>
        {say(sent ? w.confirmNow : w.sendCode)}
      </Button>
    </form>
  );
}
