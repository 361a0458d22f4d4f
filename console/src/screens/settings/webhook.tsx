/* One webhook: how it stands, what it was told, and what can be done about it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { type Load, useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w as settings } from '../../text/settings';
import { outcomes, type State, states, topics as topicWords } from '../../text/webhook-codes';
import { w } from '../../text/webhooks';
import { ConfirmCode, wantsCode } from './confirm';
import { SignedIn } from './signed-in';
import { SettingsTabs } from './tabs';
import { WebhookForm } from './webhook-form';

type Webhook = Schemas['Webhook'];
type Delivery = NonNullable<Webhook['deliveries']>[number];
type Change = Schemas['WebhookChange'];
const PING_MS = 1000; // between two looks at what came of it

export function StateChip({ of: state }: { of: State }) {
  const [tone, word] = states[state];
  return <Chip tone={tone}>{say(word)}</Chip>;
}

function Attempts({ of: rows }: { of: readonly Delivery[] }) {
  if (rows.length === 0) return <Empty>{say(w.noAttempts)}</Empty>;
  return (
    <Table
      caption={say(w.attempts)}
      rows={rows}
      id={(d) => `${d.message}-${d.attempt}-${d.at}`}
      columns={[
        { key: 'at', head: say(w.at), cell: (d) => moment(d.at) },
        { key: 'topic', head: say(w.topic), cell: (d) => say(topicWords[d.topic]) },
        { key: 'which', head: say(w.which), cell: (d) => d.subject ?? '—' },
        {
          key: 'outcome',
          head: say(w.outcome),
          cell: (d) => (
            <Chip tone={outcomes[d.outcome][0]}>
              {say(outcomes[d.outcome][1])}
              {d.status !== null && ` · ${d.status}`}
            </Chip>
          ),
        },
        { key: 'attempt', head: say(w.attempt), number: true, cell: (d) => d.attempt },
        { key: 'ms', head: say(w.ms), number: true, cell: (d) => d.ms },
      ]}
    />
  );
}

function Remove({ id, onClose }: { id: string; onClose: () => void }) {
  const { route } = useLocation();
  const end = useSend(() => api.DELETE('/v1/webhooks/{id}', { params: { path: { id } } }));
  const go = async () => {
    if (await end.send()) route('/settings/webhooks');
  };
  if (wantsCode(end.failure)) return <ConfirmCode onClose={end.clear} onConfirmed={go} />;
  return (
    <Dialog title={say(w.removeTitle)} onClose={onClose}>
      <Failed failure={end.failure} />
      <p>{say(w.removeLead)}</p>
      <p>
        <Button kind="danger" busy={end.busy} onClick={go}>
          {say(w.remove)}
        </Button>
      </p>
    </Dialog>
  );
}

function Acts({ of: x, list }: { of: Webhook; list: Load<Webhook> }) {
  const [open, setOpen] = useState<'change' | 'remove' | undefined>(undefined);
  const path = { params: { path: { id: x.id } } };
  const offered = useLoad(() => api.GET('/v1/webhooks'), []);
  const wanted = useRef<Change>({});
  const change = useSend(() => api.PATCH('/v1/webhooks/{id}', { ...path, body: wanted.current }));
  const ping = useSend(() => api.POST('/v1/webhooks/{id}/ping', path));
  const submit = async () => {
    if (!(await change.send())) return;
    setOpen(undefined);
    list.reload();
  };
  const ask = (c: Change) => {
    wanted.current = c;
    void submit();
  };
  const posts = x.state === 'active' || x.state === 'waiting';
  return (
    <>
      {open !== 'change' && <Failed failure={wantsCode(change.failure) ? undefined : change.failure} />}
      <Failed failure={ping.failure} />
      <p class="row">
        <Button
          kind={posts ? 'primary' : 'plain'}
          busy={ping.busy || x.pinging}
          onClick={async () => {
            if (await ping.send()) list.reload();
          }}
        >
          {say(x.pinging ? w.pinging : w.ping)}
        </Button>
        {posts ? (
          <Button busy={change.busy} onClick={() => ask({ state: 'paused' })}>
            {say(w.pause)}
          </Button>
        ) : (
          <Button kind="primary" busy={change.busy} onClick={() => ask({ state: 'active' })}>
            {say(w.resume)}
          </Button>
        )}
        {x.state !== 'active' && (
          <Button busy={change.busy} onClick={() => ask({ state: 'active', skip: true })}>
            {say(w.skip)}
          </Button>
        )}
        <Button disabled={!offered.data} onClick={() => setOpen('change')}>
          {say(w.change)}
        </Button>
        <Button kind="plain" onClick={() => setOpen('remove')}>
          {say(w.remove)}
        </Button>
      </p>
      {wantsCode(change.failure) ? (
        <ConfirmCode onClose={change.clear} onConfirmed={submit} />
      ) : (
        open === 'change' &&
        offered.data && (
          <WebhookForm
            title={say(w.changeTitle)}
            from={x}
            offered={offered.data.topics}
            busy={change.busy}
            failure={change.failure}
            onClose={() => setOpen(undefined)}
            onSubmit={(t) => ask(t.url === x.url ? { topics: t.topics } : t)}
          />
        )
      )}
      {open === 'remove' && <Remove id={x.id} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function One({ of: x, list }: { of: Webhook; list: Load<Webhook> }) {
  const { reload } = list;
  useEffect(() => {
    if (!x.pinging) return;
    const again = setInterval(reload, PING_MS);
    return () => clearInterval(again);
  }, [x.pinging, reload]);
  return (
    <>
      {(x.state === 'gone' || x.state === 'given-up') && (
        <section class="notice notice-danger" role="status">
          <p>
            <strong>■ {say(w.stopped)}</strong>
          </p>
          <p>{say(w.stoppedLead)}</p>
        </section>
      )}
      <Facts
        of={[
          [say(w.url), x.url],
          [say(w.state), <StateChip key="state" of={x.state} />],
          [say(w.topics), x.topics.map((t) => say(topicWords[t])).join(say(['、', ', ']))],
          [say(w.failures), x.failures || undefined],
          [say(w.failing), x.failing_since && moment(x.failing_since)],
          [say(w.next), x.state === 'waiting' && x.next_at ? moment(x.next_at) : undefined],
          [say(w.by), x.by],
          [say(w.since), moment(x.created_at)],
        ]}
      />
      <Acts of={x} list={list} />
      <Attempts of={x.deliveries ?? []} />
    </>
  );
}

function Found({ id }: { id: string }) {
  const list = useLoad(() => api.GET('/v1/webhooks/{id}', { params: { path: { id } } }), [id]);
  if (list.failure?.kind === 'problem' && list.failure.status === 404)
    return <Empty act={<a href="/settings/webhooks">{say(w.back)}</a>}>{say(w.gone)}</Empty>;
  return (
    <Loaded of={list} who={say(settings.tokenKeepers)}>
      {(x) => <One of={x} list={list} />}
    </Loaded>
  );
}

export function WebhookDetail({ id }: { id: string }) {
  return (
    <Page title={say(w.oneTitle)}>
      <SettingsTabs current="/settings/webhooks" />
      <SignedIn>{() => <Found id={id} />}</SignedIn>
    </Page>
  );
}
