/* Sharing: what is shared, with whom, for what and until when; each kind has a switch. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { type Load, useSend } from '../../api/load';
import { day, listed } from '../../app/format';
import { called, pick, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';
import { channels, consentStates } from '../../text/me-codes';
import { Give } from './give';

type Consent = Schemas['Consent'];
type Change = Schemas['ConsentChanges']['changes'][number];

/** What a switch turned off does: the last kind of a consent takes the consent with it. */
export function turnOff(consent: Pick<Consent, 'id' | 'categories'>, category: string): Change {
  const categories = consent.categories.filter((c) => c !== category);
  return categories.length > 0
    ? { act: 'narrow', id: consent.id, categories }
    : { act: 'withdraw', id: consent.id };
}

function Sure({
  change,
  onClose,
  onYes,
  busy,
}: {
  change: Change;
  onClose: () => void;
  onYes: () => void;
  busy: boolean;
}) {
  const [title, text] =
    change.act === 'disown'
      ? [w.disown, w.disownText]
      : change.act === 'narrow'
        ? [w.narrowTitle, w.narrowText]
        : [w.withdrawTitle, w.withdrawText];
  return (
    <Dialog title={say(title)} onClose={onClose}>
      <div class="stack">
        <p>{say(text)}</p>
        <div class="row">
          <Button kind="danger" busy={busy} onClick={onYes}>
            {say(w.yesNow)}
          </Button>
          <Button onClick={onClose}>{say(w.no)}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function One({ consent, name, onAsk }: { consent: Consent; name: string; onAsk: (c: Change) => void }) {
  return (
    <li class="me-consent">
      <div class="me-consent-head">
        <h3>{listed(consent.purposes.map((p) => titleOf('purposes', p)))}</h3>
        <Chip tone="success">
          {consent.until ? say(w.until, { day: day(consent.until) }) : say(w.noEnd)} · v{consent.version}
        </Chip>
        {consent.by === 'asserted' && (
          <Chip tone="warning" title={say(w.assertedHint)}>
            {say(w.asserted)}
          </Chip>
        )}
      </div>
      <p>
        {say(w.sharedWith)} <strong>{name}</strong> · {consent.in_words.purposes.map(pick).join(' ')}{' '}
        <span class="muted">
          {say(w.through)} {listed(consent.channels.map((c) => called(channels, c)))}
        </span>
      </p>
      <ul class="me-switches">
        {consent.categories.map((category) => (
          <li key={category}>
            <label class="me-switch">
              <input
                type="checkbox"
                role="switch"
                checked
                aria-checked={true}
                onClick={(e) => {
                  e.preventDefault();
                  onAsk(turnOff(consent, category));
                }}
              />
              <span>{titleOf('categories', category)}</span>
            </label>
          </li>
        ))}
      </ul>
      <details>
        <summary>{say(w.wording)}</summary>
        <blockquote lang="zh-CN">{consent.wording}</blockquote>
      </details>
      <div class="row">
        <Button kind="danger" onClick={() => onAsk({ act: 'withdraw', id: consent.id })}>
          {say(w.withdraw)}
        </Button>
        {consent.by === 'asserted' && (
          <Button onClick={() => onAsk({ act: 'disown', id: consent.id })}>{say(w.disown)}</Button>
        )}
        <a href={consent.receipt} download={`${consent.id}.tlog-proof`}>
          {say(w.keepReceipt)}
        </a>
      </div>
    </li>
  );
}

function Past({ consents }: { consents: readonly Consent[] }) {
  if (consents.length === 0) return null;
  return (
    <details>
      <summary>{say(w.history, { n: consents.length })}</summary>
      <ul class="me-plain-list">
        {consents.map((c) => (
          <li key={c.id}>
            <Chip>{say(consentStates[c.status])}</Chip>{' '}
            {listed(c.purposes.map((p) => titleOf('purposes', p)))} · {nameOf(c.organisation)} ·{' '}
            {listed(c.categories.map((k) => titleOf('categories', k)))}{' '}
            {c.ended_at && <span class="muted">{day(c.ended_at)}</span>}{' '}
            <a href={c.receipt} download={`${c.id}.tlog-proof`}>
              {say(w.keepReceipt)}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Sharing({ consents }: { consents: Load<Schemas['Consents']> }) {
  const [change, ask] = useState<Change | undefined>();
  const [done, setDone] = useState<{ change: Change; complain?: string } | undefined>();
  const [giving, give] = useState(false);
  const all = consents.data?.consents ?? [];
  const send = useSend((_key, body: Change) => api.PUT('/v1/me/consents', { body: { changes: [body] } }));
  const yes = async () => {
    if (!change) return;
    const about = all.find((c) => c.id === change.id)?.organisation;
    const answer = await send.send(change);
    ask(undefined);
    if (!answer) return;
    setDone({ change, ...(change.act === 'disown' && about ? { complain: about } : {}) });
    consents.reload();
  };
  return (
    <section class="card" aria-labelledby="sharing">
      <h2 id="sharing" tabIndex={-1}>
        {say(w.sharing)}
      </h2>
      <Failed failure={send.failure} />
      {done && (
        <Receipt title={say(done.change.act === 'disown' ? w.disowned : w.withdrawn)}>
          <p>{say(w.atOnce)}</p>
          <p class="row">
            <a href={`/v1/me/consents/${done.change.id}/receipt`} download={`${done.change.id}.tlog-proof`}>
              {say(w.keepReceipt)}
            </a>
            {done.complain && (
              <a href={`/me/complaints/new?about=${done.complain}&issue=privacy`}>{say(w.complain)}</a>
            )}
          </p>
        </Receipt>
      )}
      {change && <Sure change={change} busy={send.busy} onClose={() => ask(undefined)} onYes={yes} />}
      <Loaded of={consents}>
        {(data) => {
          const active = data.consents.filter((c) => c.status === 'active');
          return (
            <>
              {active.length === 0 ? (
                <Empty>{say(w.nothingShared)}</Empty>
              ) : (
                <ul class="me-consents">
                  {active.map((c) => (
                    <One key={c.id} consent={c} name={nameOf(c.organisation)} onAsk={ask} />
                  ))}
                </ul>
              )}
              <p>
                <Button onClick={() => give(!giving)}>{say(w.giveNew)}</Button>
              </p>
              {giving && (
                <Give
                  consents={data.consents}
                  onDone={() => {
                    give(false);
                    consents.reload();
                  }}
                />
              )}
              <Past consents={data.consents.filter((c) => c.status !== 'active')} />
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
