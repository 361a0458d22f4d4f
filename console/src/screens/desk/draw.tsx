/* One draw: announced with its commitment, revealed with its seed; checked in this browser. */
import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { language, pick, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { w } from '../../text/desk';
import { type Exclusion, exclusions } from '../../text/desk-codes';
import { type Draw, isFair } from './draw-check';
import { acts, type Names, short, useNames } from './names';

function Checked({ of }: { of: Draw }) {
  const [holds, setHolds] = useState<boolean | undefined>(undefined);
  useEffect(() => {
    void isFair(of).then(setHolds);
  }, [of]);
  if (!of.seed || holds === undefined) return null;
  return (
    <p class={`notice ${holds ? 'notice-success' : 'notice-danger'}`} role="status">
      {holds ? `✓ ${say(w.commitHolds)}` : `■ ${say(w.commitBroken)}`}
    </p>
  );
}

function Lists({ of, names }: { of: Draw; names: Names }) {
  const weights = new Map(of.weights.map((x) => x.split(':') as [string, string]));
  const out = of.exclusions.map((x) => x.split(':') as [string, Exclusion]);
  return (
    <div class="columns">
      <section>
        <h2>{say(w.population, { n: of.organisations.length })}</h2>
        <ul class="rows">
          {of.organisations.map((o) => (
            <li key={o}>
              {names.of(o)} {of.drawn.includes(o) && <Chip tone="info">{say(w.drawnChip)}</Chip>}{' '}
              {weights.has(o) && <Chip tone="warning">{say(w.weighs, { n: weights.get(o) ?? 1 })}</Chip>}
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
      {out.length > 0 && (
        <section>
          <h2>{say(w.leftOut, { n: out.length })}</h2>
          <ul class="rows">
            {out.map(([o, why]) => (
              <li key={o}>
                {names.of(o)} <span class="muted">{say(exclusions[why])}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** The record of the draw, a paper of the authority's own file. */
function Paper({ of }: { of: Draw }) {
  const papers = useLoad(
    () => api.GET('/v1/documents', { params: { query: { subject: of.id } } }),
    [of.id, of.revealed_at],
  );
  const paper = papers.data?.documents[0];
  return paper ? (
    <p>
      <a href={`/v1/documents/${paper.id}?language=${language.value}`} target="_blank" rel="noopener">
        {paper.title ? pick(paper.title) : paper.paper} {paper.number}
        <span class="unseen">{say(w.newTab)}</span>
      </a>
    </p>
  ) : null;
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
            {data.revealed_at && <Paper of={data} />}
            <Lists of={data} names={names} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
