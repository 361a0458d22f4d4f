/* One draw: announced with its commitment, revealed with its seed; checked in this browser. */
import { useRoute } from 'preact-iso';
import { type Answer, api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { listed, moment, short } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { PaperLink } from '../../parts/paper-link';
import { w } from '../../text/desk';
import { type Exclusion, exclusions } from '../../text/desk-codes';
import { type Draw, isFair } from './draw-check';
import { acts, type Names, useNames } from './names';

interface Shown {
  draw: Draw;
  holds?: boolean; // once it is revealed
  paper?: Schemas['Documents']['documents'][number]; // the record, of the authority's own file
}

/* All that the page shows comes at once, so that nothing moves. */
async function shownOf(id: string): Promise<Answer<Shown>> {
  const { data: draw, error, response } = await api.GET('/v1/draws/{id}', { params: { path: { id } } });
  if (!draw) return { error, response };
  if (!draw.revealed_at) return { data: { draw }, response };
  const [holds, papers] = await Promise.all([
    isFair(draw),
    api.GET('/v1/documents', { params: { query: { subject: id } } }),
  ]);
  const paper = papers.data?.documents[0];
  return { data: { draw, holds, ...(paper && { paper }) }, response };
}

function Checked({ holds }: { holds: boolean }) {
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

export function OneDraw() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const names = useNames();
  const load = useLoad(() => shownOf(id), [id]);
  const reveal = useSend(() => api.POST('/v1/draws/{id}/reveal', { params: { path: { id } } }));
  const of = load.data?.draw;
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
      <Loaded of={load} once={names.ready} rows={5} who={say(w.authorities)}>
        {({ draw, holds, paper }) => (
          <>
            <Failed failure={reveal.failure} />
            <p class="row">
              <Chip tone={draw.revealed_at ? 'success' : 'warning'}>
                {say(draw.revealed_at ? w.revealed : w.announced)}
              </Chip>
              {say(w.drawSays, { n: draw.wanted, of: draw.organisations.length, team: draw.team })}
            </p>
            {holds !== undefined && <Checked holds={holds} />}
            {draw.revealed_at && (
              <Facts
                of={[
                  [say(w.drawn), listed(draw.drawn.map((o) => names.of(o)))],
                  [say(w.team), listed(draw.team_drawn.map((o) => names.of(o)))],
                ]}
              />
            )}
            <Facts
              of={[
                [say(w.by), names.of(draw.by)],
                [say(w.commit), <code>{draw.commit}</code>],
                [say(w.seed), draw.seed ? <code>{draw.seed}</code> : say(w.seedLater)],
                [say(w.revealedAt), draw.revealed_at && moment(draw.revealed_at)],
              ]}
            />
            {paper && (
              <p>
                <PaperLink of={paper} numbered />
              </p>
            )}
            <Lists of={draw} names={names} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
