/* One campaign: approve it with its proof of consent, see its week against the permitted hours. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { count, listed } from '../../app/format';
import { say } from '../../app/language';
import { session } from '../../app/session';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Explain } from '../../parts/explain';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Field } from '../../parts/field';
import { Figures } from '../../parts/figures';
import { Heat } from '../../parts/heat';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/carrier';
import { weekdays } from '../../text/carrier-codes';
import { hoursOf, outside, shade } from './hours';
import { behaviourFigures } from './line';
import { OrderDialog, Orders } from './order';
import { CampaignPauses } from './pauses';
import { ConsentProof, Ordered, termOf } from './states';

type Campaign = Schemas['RegisteredCampaign'];

/** The row as it is entered again, with another state and proof. */
export function entered(c: Campaign, consent: string, status: string): Schemas['CampaignNew'] {
  const { warning: _, ...row } = c;
  return { ...row, consent_basis: consent.trim() === '' ? null : consent, status };
}

function Approve({ of, onDone }: { of: Campaign; onDone: () => void }) {
  const [consent, setConsent] = useState(of.consent_basis ?? '');
  const [done, setDone] = useState('');
  const send = useSend((key, status: string) =>
    api.POST('/v1/campaigns', {
      params: { header: { 'Idempotency-Key': key } },
      body: entered(of, consent, status),
    }),
  );
  const act = async (status: string, words: string) => {
    if (await send.send(status)) {
      setDone(words);
      onDone();
    }
  };
  if (done) return <Receipt title={done} />;
  return (
    <section class="panel" aria-label={say(w.decision)}>
      <h2>{say(w.decision)}</h2>
      <Failed failure={send.failure} />
      <Field
        label={say(w.consentProof)}
        hint={say(w.consentHint)}
        value={consent}
        onValue={setConsent}
        maxLength={1000}
      />
      <p class="row">
        {of.status === 'active' ? (
          <Button busy={send.busy} onClick={() => act('paused', say(w.paused))}>
            {say(w.pause)}
          </Button>
        ) : (
          <Button kind="primary" busy={send.busy} onClick={() => act('active', say(w.approved))}>
            {say(w.approve)}
          </Button>
        )}
      </p>
    </section>
  );
}

function Week({ page }: { page: Schemas['CampaignPage'] }) {
  const hours = hoursOf(page.calls, page.blocked, page.permitted);
  const most = Math.max(0, ...hours.map((h) => h.calls));
  const late = outside(hours);
  return (
    <>
      <h2>{say(w.week)}</h2>
      <p>
        {say(late.calls === 0 ? w.weekNone : w.weekOutside, {
          n: count(late.calls),
          blocked: count(late.blocked),
        })}{' '}
        <Explain reason={say(w.permitted, { hours: listed(page.permitted) })} rule={page.rule} />
      </p>
      <Heat
        caption={say(w.weekCaption)}
        corner={say(w.weekday)}
        rows={weekdays.map((d) => say(d))}
        columns={Array.from({ length: 24 }, (_, h) => String(h).padStart(2, '0'))}
        cell={(r, c) => {
          const h = hours[r * 24 + c];
          return {
            value: h?.calls ?? 0,
            shade: shade(h?.calls ?? 0, most),
            closed: h?.permitted === 'none',
            title: say(w.cell, {
              day: say(weekdays[r] ?? ['', '']),
              hour: c,
              n: h?.calls ?? 0,
              blocked: h?.blocked ?? 0,
            }),
          };
        }}
      >
        {say(w.weekLegend)}
      </Heat>
    </>
  );
}

/* Together, so that nothing moves when the second comes. */
async function ask(id: string) {
  const path = { id };
  const [page, pauses] = await Promise.all([
    api.GET('/v1/campaigns/{id}', { params: { path, query: { days: 7 } } }),
    api.GET('/v1/campaigns/{id}/pauses', { params: { path } }),
  ]);
  if (!page.data) return { ...page, data: undefined };
  return { response: page.response, data: { ...page.data, pauses: pauses.data } };
}

export function OneCampaign() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const [changed, setChanged] = useState(0);
  const [open, setOpen] = useState(false);
  const load = useLoad(() => ask(id), [id]);
  const stopped = load.data !== undefined && load.data.order !== null;
  const authority = session.value?.kind === 'authority';
  return (
    <Page
      title={say(w.campaignTitle)}
      lead={
        <>
          {id} {load.data?.name && `· ${load.data.name}`}
        </>
      }
      at={load.at}
      onRefresh={load.reload}
      primary={
        authority && (
          <Button kind="danger" disabled={!load.data} onClick={() => setOpen(true)}>
            {say(stopped ? w.restoreCampaign : w.suspendCampaign)}
          </Button>
        )
      }
      why={
        load.data && (
          <Facts
            of={[
              [say(w.principal), load.data.name],
              [say(w.callersFor), listed(load.data.campaign.callers)],
              [say(w.sector), titleOf('sectors', load.data.campaign.sector)],
              [say(w.purpose), load.data.campaign.purpose],
              [
                say(w.lines),
                load.data.campaign.lines.map((l) => (
                  <span key={l}>
                    <a href={`/carrier/lines/${l}`}>{l}</a>{' '}
                  </span>
                )),
              ],
              [say(w.consentProof), <ConsentProof of={load.data.campaign.consent_basis} />],
              [say(w.term), termOf(load.data.campaign)],
              [say(w.state), <Ordered order={load.data.order} status={load.data.campaign.status} />],
            ]}
          />
        )
      }
    >
      <Loaded of={load} who={say(w.carriersAndAuthorities)}>
        {(page) => (
          <>
            <Approve of={page.campaign} onDone={load.reload} />
            <Figures label={say(w.behaviour)} of={behaviourFigures(page.figures, 7)} />
            {page.pauses && <CampaignPauses of={page.pauses} />}
            <Week page={page} />
            <h2>{say(w.orders)}</h2>
            {authority || session.value?.kind === 'enterprise' ? (
              <Orders on="campaigns" id={id} again={changed} />
            ) : (
              <p>{say(w.campaignOrdersAuthority)}</p>
            )}
            {open && (
              <OrderDialog
                on="campaigns"
                id={id}
                addressee={page.name}
                touches={[]}
                stopped={stopped}
                onClose={() => {
                  setOpen(false);
                  setChanged((n) => n + 1);
                  load.reload();
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
