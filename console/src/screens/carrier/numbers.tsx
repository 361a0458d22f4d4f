/* A number's page is asked for by the number in a form; its address holds an id (docs/desk.md). */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api } from '../../api/client';
import { useSend } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Field } from '../../parts/field';
import { Page } from '../../parts/page';
import { w } from '../../text/carrier';
import { WhoTabs } from './tabs';

export function Numbers() {
  const { route } = useLocation();
  const [number, setNumber] = useState('');
  const send = useSend((_, n: string) => api.POST('/v1/numbers/lookup', { body: { number: n } }));
  return (
    <Page title={say(w.numbersTitle)} lead={say(w.numbersLead)}>
      <WhoTabs current="/carrier/numbers" />
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          const page = await send.send(number);
          if (page) route(`/carrier/numbers/${page.id}`);
        }}
      >
        {send.failure?.kind === 'problem' && send.failure.status === 404 ? (
          <p class="notice notice-warning" role="alert">
            ▲ {say(w.numberNotYours)}
          </p>
        ) : (
          <Failed failure={send.failure} />
        )}
        <Field
          label={say(w.number)}
          hint={say(w.numberHint)}
          type="tel"
          inputMode="tel"
          autoComplete="off"
          required
          value={number}
          onValue={setNumber}
          maxLength={64}
        />
        <p>
          <Button kind="primary" type="submit" busy={send.busy} disabled={number.trim() === ''}>
            {say(w.lookUp)}
          </Button>
        </p>
      </form>
    </Page>
  );
}
