/* What is done with several members at once; each by itself, and the count of both outcomes told. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Choice, TextField } from '../../parts/field';
import { w } from '../../text/agency';

type Pool = 'store' | 'city';

export function Bulk({
  chosen,
  assigns,
  onDone,
}: {
  chosen: ReadonlySet<string>;
  assigns: boolean;
  onDone: () => void;
}) {
  const [open, setOpen] = useState<'assign' | 'release' | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [staff, setStaff] = useState('');
  const [reason, setReason] = useState('');
  const [pool, setPool] = useState('');
  const [told, setTold] = useState('');
  const colleagues = useLoad(
    async () => (assigns ? await api.GET('/v1/staff') : { response: new Response('{}'), data: undefined }),
    [assigns],
  );

  async function all(act: (id: string) => Promise<{ response: Response }>): Promise<void> {
    setBusy(true);
    let done = 0;
    for (const id of chosen) {
      const answer = await act(id).catch(() => undefined);
      if (answer?.response.ok) done++;
    }
    setBusy(false);
    setOpen(undefined);
    if (done === chosen.size) onDone();
    else setTold(say(w.doneOf, { done, failed: chosen.size - done }));
  }

  const once = () => ({ 'Idempotency-Key': crypto.randomUUID() });
  return (
    <div class="bulk" role="status">
      <strong>{say(w.chosen, { n: chosen.size })}</strong>
      {assigns && <Button onClick={() => setOpen('assign')}>{say(w.assign)}</Button>}
      <Button onClick={() => setOpen('release')}>{say(w.release)}</Button>
      {told && <span>{told}</span>}
      {open === 'assign' && (
        <Dialog title={say(w.assignTitle)} onClose={() => setOpen(undefined)}>
          <form
            class="form"
            onSubmit={(e) => {
              e.preventDefault();
              void all((id) =>
                api.POST('/v1/persons/{id}/transfer', {
                  params: { path: { id }, header: once() },
                  body: { staff },
                }),
              );
            }}
          >
            <Choice
              label={say(w.colleague)}
              value={staff}
              onValue={setStaff}
              required
              options={[
                ['', '—'],
                ...(colleagues.data?.staff ?? [])
                  .filter((s) => s.status === 'active' && (s.role === 'sales' || s.role === 'manager'))
                  .map((s) => [s.id, `${s.name} · ${s.id}`] as const),
              ]}
            />
            <Button kind="primary" type="submit" busy={busy} disabled={staff === ''}>
              {say(w.confirm)}
            </Button>
          </form>
        </Dialog>
      )}
      {open === 'release' && (
        <Dialog title={say(w.releaseTitle)} onClose={() => setOpen(undefined)}>
          <form
            class="form"
            onSubmit={(e) => {
              e.preventDefault();
              void all((id) =>
                api.POST('/v1/persons/{id}/release', {
                  params: { path: { id }, header: once() },
                  body: { reason, ...(pool === '' ? {} : { pool: pool as Pool }) },
                }),
              );
            }}
          >
            <TextField
              label={say(w.reason)}
              value={reason}
              onValue={setReason}
              rows={3}
              maxLength={600}
              required
            />
            <Choice
              label={say(w.target)}
              value={pool}
              onValue={setPool}
              options={[
                ['', say(w.targetOwn)],
                ['store', say(w.store)],
                ['city', say(w.city)],
              ]}
            />
            <Button kind="primary" type="submit" busy={busy} disabled={reason.trim() === ''}>
              {say(w.confirm)}
            </Button>
          </form>
        </Dialog>
      )}
    </div>
  );
}
