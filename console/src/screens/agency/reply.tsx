/* What an agency says to a complaint: once, read by both sides. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { DeadlineChip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { TextField } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/agency';
import { issues } from '../../text/codes';

export function Reply({
  complaint,
  onClose,
  onDone,
}: {
  complaint: Schemas['ComplaintAbout'];
  onClose: () => void;
  onDone: () => void;
}) {
  const [text, setText] = useState('');
  const [done, setDone] = useState(false);
  const send = useSend((_key) =>
    api.POST('/v1/complaints/{id}/reply', { params: { path: { id: complaint.id } }, body: { text } }),
  );
  return (
    <Dialog title={say(w.replyTitle)} onClose={onClose}>
      {done ? (
        <Receipt title={say(w.replied)} />
      ) : (
        <form
          class="form"
          onSubmit={async (e) => {
            e.preventDefault();
            if (!(await send.send())) return;
            setDone(true);
            onDone();
          }}
        >
          <p>
            {say(issues[complaint.issue])} {complaint.reply_due && <DeadlineChip due={complaint.reply_due} />}
          </p>
          {complaint.summary && <blockquote>{complaint.summary}</blockquote>}
          <TextField
            label={say(w.reply)}
            hint={say(w.replyHint)}
            value={text}
            onValue={setText}
            rows={6}
            maxLength={2600}
            required
          />
          <Failed failure={send.failure} />
          <Button kind="primary" type="submit" busy={send.busy} disabled={text.trim() === ''}>
            {say(w.replyDo)}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
