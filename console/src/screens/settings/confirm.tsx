/* ConfirmCode: a further code, when the server wants one before it does what was asked. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { type Failure, useSend } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { CodeField } from '../../parts/code-field';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { w } from '../../text/settings';

export function wantsCode(failure: Failure | undefined): boolean {
  return failure?.kind === 'problem' && failure.problem.code === 'confirmation-required';
}

export function ConfirmCode({ onClose, onConfirmed }: { onClose: () => void; onConfirmed: () => void }) {
  const [code, setCode] = useState('');
  const confirm = useSend(() => api.POST('/v1/session/confirm', { body: { code } }));
  return (
    <Dialog title={say(w.confirmTitle)} onClose={onClose}>
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          const done = await confirm.send();
          setCode('');
          if (done) onConfirmed();
        }}
      >
        <Failed failure={confirm.failure} />
        <CodeField label={say(w.code)} hint={say(w.codeHint)} value={code} onValue={setCode} />
        <Button kind="primary" type="submit" busy={confirm.busy}>
          {say(w.confirm)}
        </Button>
      </form>
    </Dialog>
  );
}
