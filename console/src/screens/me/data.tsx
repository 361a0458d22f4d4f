/* D1: who can see what of her, and who looked. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { awaits, useLoad } from '../../api/load';
import { now } from '../../app/clock';
import { say } from '../../app/language';
import { named } from '../../app/names';
import { wordsAwaited } from '../../app/words';
import { Button } from '../../parts/button';
import { Sealed } from '../../parts/chip';
import { Figures } from '../../parts/figures';
import { Waiting } from '../../parts/loaded';
import { w } from '../../text/me';
import { Approvals } from './approvals';
import { askLooks, Looks } from './looks';
import { Page } from './own-page';
import { Requests } from './requests';
import { Rights } from './rights';
import { Rung } from './rung';
import { Sharing } from './sharing';
import { Stop, Stopped, type StoppedAnswer } from './stop';

const MONTH_MS = 30 * 86_400_000;
const SKELETON = 12; // rows: as much as a phone shows

export function Data() {
  const consents = useLoad(
    () => named(api.GET('/v1/me/consents'), (d) => d.consents.map((c) => c.organisation)),
    [],
  );
  const requests = useLoad(
    () => named(api.GET('/v1/me/consent-requests'), (d) => d.requests.map((r) => r.organisation)),
    [],
  );
  const looks = useLoad(() => named(askLooks(), (d) => d.looks.map((l) => l.organisation)), []);
  const calls = useLoad(() => named(api.GET('/v1/me/calls'), (d) => d.calls.map((c) => c.organisation)), []);
  const words = wordsAwaited();
  const waits = words || awaits(consents, requests, looks, calls);
  const [asking, ask] = useState(false);
  const [stopped, setStopped] = useState<StoppedAnswer | undefined>();
  const all = consents.data?.consents ?? [];
  const on = new Set(all.filter((c) => c.status === 'active').flatMap((c) => c.purposes));
  const off = new Set(all.flatMap((c) => c.purposes).filter((p) => !on.has(p)));
  const month = (looks.data?.looks ?? []).filter((l) => Date.parse(l.at) > now().getTime() - MONTH_MS).length;
  const waiting = (requests.data?.requests ?? []).filter((r) => r.status === 'open').length;
  const reload = () => {
    consents.reload();
    requests.reload();
  };
  return (
    <Page
      title={say(w.dataTitle)}
      lead={say(w.dataLead)}
      at={consents.at}
      onRefresh={() => {
        reload();
        looks.reload();
        calls.reload();
      }}
      primary={
        <>
          <a class="button primary" href="#sharing">
            {say(w.changeSharing)}
          </a>
          <Button kind="danger" onClick={() => ask(true)}>
            ■ {say(w.stopAll)}
          </Button>
        </>
      }
    >
      {stopped && <Stopped answer={stopped} onUndone={() => setStopped(undefined)} />}
      {asking && (
        <Stop
          onClose={() => ask(false)}
          onDone={(answer) => {
            ask(false);
            setStopped(answer);
            reload();
          }}
        />
      )}
      {waits ? (
        <Waiting rows={SKELETON} figures={3} />
      ) : (
        <>
          <Figures
            label={say(w.figures)}
            of={[
              {
                label: say(w.purposesOn),
                value: consents.data ? on.size : '–',
                note: say(w.purposesOff, { n: off.size }),
                href: '#sharing',
              },
              { label: say(w.looksMonth), value: looks.data ? month : '–', href: '#looks' },
              {
                label: say(w.requestsOpen),
                value: requests.data ? waiting : '–',
                href: '#requests',
                ...(waiting > 0 ? { tone: 'warning' as const } : {}),
              },
            ]}
          />
          <Requests requests={requests} onChanged={reload} />
          <Sharing consents={consents} />
          <Looks first={looks} />
          <Rung calls={calls.data?.calls ?? []} />
          <Rights />
          <section class="card" aria-labelledby="sealed">
            <h2 id="sealed">{say(w.sealedTitle)}</h2>
            <Sealed />
            <Approvals />
          </section>
        </>
      )}
    </Page>
  );
}
