/* Approvals: who may open what is sealed, by her own approval or an authority's order; hers she can end. */
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { listed, moment } from '../../app/format';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { w } from '../../text/me';

export function Approvals() {
  const approvals = useLoad(() => api.GET('/v1/me/approvals'), []);
  const end = useSend((_key, id: string) =>
    api.POST('/v1/me/approvals/{id}/withdraw', { params: { path: { id } } }),
  );
  const open = (approvals.data?.approvals ?? []).filter((a) => a.status !== 'ended' && a.status !== 'void');
  if (open.length === 0) return <p class="muted">{say(w.nothingOpened)}</p>;
  return (
    <>
      <Failed failure={end.failure} />
      <ul class="me-plain-list">
        {open.map((a) => (
          <li key={a.id} class="row">
            <span>
              {nameOf(a.holder)} · {listed(a.categories.map((c) => titleOf('categories', c)))} ·{' '}
              {moment(a.from)} – {moment(a.until)} · {say(a.basis === 'order' ? w.byOrder : w.byApproval)}
            </span>
            {a.basis === 'approval' && (
              <Button
                kind="danger"
                busy={end.busy}
                onClick={async () => {
                  if (await end.send(a.id)) approvals.reload();
                }}
              >
                {say(w.end)}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
