/* Requests: who asks for a consent, in the exact words, to grant or refuse. */
import { api, type Schemas } from '../../api/client';
import { type Load, useSend } from '../../api/load';
import { day, listed } from '../../app/format';
import { language, pick, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Failed } from '../../parts/failed';
import { w } from '../../text/me';

type Request = Schemas['MyConsentRequest'];

function One({ request, name, onDone }: { request: Request; name: string; onDone: () => void }) {
  const send = useSend((_key, answer: 'grant' | 'refuse') =>
    api.POST('/v1/me/consent-requests/{id}', {
      params: { path: { id: request.id } },
      body: { answer, language: language.value },
    }),
  );
  const answer = async (word: 'grant' | 'refuse') => {
    if (await send.send(word)) onDone();
  };
  return (
    <li class="me-consent">
      <div class="me-consent-head">
        <h3>
          {say(w.asksFor, {
            who: name,
            what: listed(request.categories.map((c) => titleOf('categories', c))),
          })}
        </h3>
        {request.quiet && <Chip tone="warning">{say(w.askedBefore)}</Chip>}
      </div>
      <blockquote>{pick(request.wording)}</blockquote>
      <p class="muted">{say(w.until, { day: day(request.until) })}</p>
      <Failed failure={send.failure} />
      <div class="row">
        <Button busy={send.busy} onClick={() => answer('refuse')}>
          {say(w.refuse)}
        </Button>
        <Button busy={send.busy} onClick={() => answer('grant')}>
          {say(w.agree)}
        </Button>
      </div>
    </li>
  );
}

export function Requests({
  requests,
  onChanged,
}: {
  requests: Load<Schemas['MyConsentRequests']>;
  onChanged: () => void;
}) {
  const open = (requests.data?.requests ?? []).filter((r) => r.status === 'open');
  if (open.length === 0) return null;
  return (
    <section class="card" aria-labelledby="requests">
      <h2 id="requests" tabIndex={-1}>
        {say(w.requests)}
      </h2>
      <ul class="me-consents">
        {open.map((r) => (
          <One key={r.id} request={r} name={nameOf(r.organisation)} onDone={onChanged} />
        ))}
      </ul>
    </section>
  );
}
