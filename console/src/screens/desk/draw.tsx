/* One draw: announced with its commitment, revealed with its seed; checked in this browser. */
import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { w } from '../../text/desk';
import { commitOf, type Draw } from './draw-check';
import { acts, type Names, short, useNames } from './names';

function Checked({ of }: { of: Draw }) {
  const [holds, setHolds] = useState<boolean | undefined>(undefined);
  useEffect(() => {
    void commitOf(of).then((hash) => setHolds(hash === of.commit));
  }, [of]);
  if (!of.seed || holds === undefined) return null;
  return (
    <p class={`notice ${holds ? 'notice-success' : 'notice-danger'}`} role="status">
      {holds ? `✓ ${say(w.commitHolds)}` : `■ ${say(w.commitBroken)}`}
    </p>
  );
}

function Lists({ of, names }: { of: Draw; names: Names }) {
  return (
    <div class="columns">
      <section>
        <h2>{say(w.population, { n: of.organisations.length })}</h2>
        <ul class="rows">
          {of.organisations.map((o) => (
            <li key={o}>
              {names.of(o)} {of.drawn.includes(o) && <Chip tone="info">{say(w.drawnChip)}</Chip>}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{say(w.inspectors, { n: of.inspectors.length })}</h2>
        <ul class="rows">
          {of.inspectors.map((s) => (
            <li key={s}>
              {names.of(s)} {of.team_drawn.includes(s) && <Chip tone="info">{say(w.drawnChip)}</Chip>}{' '}
              {of.recusals.some((r) => r.startsWith(`${s}:`)) && <Chip>{say(w.recused)}</Chip>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

export function OneDraw() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const names = useNames();
  const load = useLoad(() => api.GET('/v1/draws/{id}', { params: { path: { id } } }), [id]);
  const reveal = useSend(() => api.POST('/v1/draws/{id}/reveal', { params: { path: { id } } }));
  const of = load.data;
  return (
    <Page
      title={say(w.drawTitle)}
      lead={of && `${short(of.id)} · ${moment(of.at)}`}
      at={load.at}
      onRefresh={load.reload}
      why={
        <>
          <h2>{say(w.whyDraw)}</h2>
          <p>{say(w.drawWhy)}</p>
          <p class="muted">{say(w.drawVerify)}</p>
        </>
      }
      primary={
        of &&
        !of.revealed_at &&
        acts() && (
          <Button
            kind="primary"
            busy={reveal.busy}
            onClick={async () => {
              if (await reveal.send()) load.reload();
            }}
          >
            {say(w.reveal2)}
          </Button>
        )
      }
    >
      <Loaded of={load} rows={5} who={say(w.authorities)}>
        {(data) => (
          <>
            <Failed failure={reveal.failure} />
            <p class="row">
              <Chip tone={data.revealed_at ? 'success' : 'warning'}>
                {say(data.revealed_at ? w.revealed : w.announced)}
              </Chip>
              {say(w.drawSays, { n: data.wanted, of: data.organisations.length, team: data.team })}
            </p>
            <Checked of={data} />
            {data.revealed_at && (
              <Facts
                of={[
                  [say(w.drawn), data.drawn.map((o) => names.of(o)).join('、')],
                  [say(w.team), data.team_drawn.map((o) => names.of(o)).join('、')],
                ]}
              />
            )}
            <Facts
              of={[
                [say(w.by), names.of(data.by)],
                [say(w.commit), <code>{data.commit}</code>],
                [say(w.seed), data.seed ? <code>{data.seed}</code> : say(w.seedLater)],
                [say(w.revealedAt), data.revealed_at && moment(data.revealed_at)],
              ]}
            />
            <Lists of={data} names={names} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
