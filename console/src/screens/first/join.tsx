/* Joining: who was invited by a colleague sets her password. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { say } from '../../app/language';
import { Empty } from '../../parts/empty';
import { Page } from '../../parts/page';
import { w } from '../../text/setup';
import { useLinkSecret } from './link';
import { Made } from './made';
import { PasswordForm } from './password-form';

export function Join() {
  const token = useLinkSecret();
  const [made, setMade] = useState<Schemas['AccountMade'] | undefined>(undefined);
  return (
    <Page title={say(w.joinTitle)} lead={say(w.joinLead)}>
      {made ? (
        <Made of={made} />
      ) : token === '' ? (
        <Empty act={<a href="/sign-in">{say(w.signIn)}</a>}>{say(w.noInvitation)}</Empty>
      ) : (
        <PasswordForm
          act={say(w.join)}
          make={(password) => api.POST('/v1/join', { body: { token, password } })}
          onDone={setMade}
        />
      )}
    </Page>
  );
}
