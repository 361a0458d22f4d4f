/* Webhooks: where this house has what happens posted; the secret is shown once. */
import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { ToldOnce } from '../../parts/told-once';
import { w as settings } from '../../text/settings';
import { type Topic, topics as topicWords } from '../../text/webhook-codes';
import { w } from '../../text/webhooks';
import { ConfirmCode, wantsCode } from './confirm';
import { SignedIn } from './signed-in';
import { SettingsTabs } from './tabs';
import { StateChip, WebhookDetail } from './webhook';
import { WebhookForm, type WebhookTerms } from './webhook-form';

function NewWebhook({
  offered,
  onClose,
  onMade,
}: {
  offered: readonly Topic[];
  onClose: () => void;
  onMade: (made: Schemas['WebhookMade']) => void;
}) {
  const terms = useRef<WebhookTerms>({ url: '', topics: [] });
  const make = useSend(() => api.POST('/v1/webhooks', { body: terms.current }));
  const submit = async () => {
    const made = await make.send();
    if (made) onMade(made);
  };
  if (wantsCode(make.failure)) return <ConfirmCode onClose={make.clear} onConfirmed={submit} />;
  return (
    <WebhookForm
      title={say(w.add)}
      from={terms.current}
      offered={offered}
      busy={make.busy}
      failure={make.failure}
      onClose={onClose}
      onSubmit={(t) => {
        terms.current = t;
        void submit();
      }}
    />
  );
}

function Made({ of: made }: { of: Schemas['WebhookMade'] }) {
  return (
    <Receipt title={say(w.made)}>
      <ToldOnce text={made.secret} />
      <p>{say(w.madeNote)}</p>
    </Receipt>
  );
}

function House() {
  const list = useLoad(() => api.GET('/v1/webhooks'), []);
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Schemas['WebhookMade'] | undefined>(undefined);
  return (
    <>
      {made && <Made of={made} />}
      <p>
        <Button kind="primary" onClick={() => setOpen(true)} disabled={!list.data}>
          {say(w.add)}
        </Button>
      </p>
      <Loaded of={list} who={say(settings.tokenKeepers)}>
        {({ webhooks }) =>
          webhooks.length === 0 ? (
            <Empty>{say(w.none)}</Empty>
          ) : (
            <Table
              caption={say(settings.webhooks)}
              rows={webhooks}
              id={(x) => x.id}
              columns={[
                {
                  key: 'url',
                  head: say(w.url),
                  cell: (x) => <a href={`/settings/webhooks?id=${x.id}`}>{x.url}</a>,
                },
                {
                  key: 'topics',
                  head: say(w.topics),
                  cell: (x) => x.topics.map((t) => say(topicWords[t])).join(say(['、', ', '])),
                },
                { key: 'state', head: say(w.state), cell: (x) => <StateChip of={x.state} /> },
              ]}
            />
          )
        }
      </Loaded>
      {open && list.data && (
        <NewWebhook
          offered={list.data.topics}
          onClose={() => setOpen(false)}
          onMade={(m) => {
            setOpen(false);
            setMade(m);
            list.reload();
          }}
        />
      )}
    </>
  );
}

export function Webhooks() {
  const { id } = useLocation().query;
  if (id) return <WebhookDetail id={id} />;
  return (
    <Page title={say(w.title)} lead={say(w.lead)}>
      <SettingsTabs current="/settings/webhooks" />
      <SignedIn>{() => <House />}</SignedIn>
    </Page>
  );
}
