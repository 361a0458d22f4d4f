/* Stop everything: what that means, done at once, with a receipt and what can be undone. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';

export type StoppedAnswer = Schemas['Stopped'];

export function Stop({ onClose, onDone }: { onClose: () => void; onDone: (answer: StoppedAnswer) => void }) {
  const send = useSend(() => api.POST('/v1/me/stop'));
  return (
    <Dialog title={say(w.stopTitle)} onClose={onClose}>
      <div class="stack">
        <ul class="me-bullets">
          <li>{say(w.stopConsents)}</li>
          <li>{say(w.stopRequests)}</li>
          <li>{say(w.stopCalls)}</li>
          <li>{say(w.stopRelay)}</li>
          <li>{say(w.stopSealed)}</li>
        </ul>
        <p class="muted">{say(w.stopKeeps)}</p>
        <Failed failure={send.failure} />
        <div class="row">
          <Button
            kind="danger"
            busy={send.busy}
            onClick={async () => {
              const answer = await send.send();
              if (answer) onDone(answer);
            }}
          >
            {say(w.stopNow)}
          </Button>
          <Button onClick={onClose}>{say(w.no)}</Button>
        </div>
      </div>
    </Dialog>
  );
}

export function Stopped({ answer, onUndone }: { answer: StoppedAnswer; onUndone: () => void }) {
  const [shown, show] = useState(false);
  const undo = useSend(() => api.PUT('/v1/me/preferences', { body: answer.before }));
  return (
    <Receipt title={say(w.stopped, { at: moment(answer.at) })}>
      <p>
        {say(w.stoppedWhat, {
          consents: answer.consents.length,
          requests: answer.requests.length,
          bindings: answer.bindings.length,
          approvals: answer.approvals.length,
        })}
      </p>
      <Failed failure={undo.failure} />
      <div class="row">
        {answer.consents.length > 0 && (
          <Button onClick={() => show(!shown)}>{say(w.keepReceipts, { n: answer.consents.length })}</Button>
        )}
        <Button
          busy={undo.busy}
          onClick={async () => {
            if (await undo.send()) onUndone();
          }}
        >
          {say(w.undoCalls)}
        </Button>
      </div>
      {shown && (
        <ul class="me-plain-list">
          {answer.consents.map((id) => (
            <li key={id}>
              <a href={`/v1/me/consents/${id}/receipt`} download={`${id}.tlog-proof`}>
                {id}
              </a>
            </li>
          ))}
        </ul>
      )}
      <p class="muted">{say(w.undoConsents)}</p>
    </Receipt>
  );
}
