/* B3: is the draw fair? Draws of the authority, and announcing one. */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { count, listed, moment, short } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Check, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/desk';
import { wantedOf } from './draw-check';
import { acts, type Names, useNames } from './names';
import { EVERYBODY, type Population, PopulationFields, risksOf } from './population';

function Announce({ names }: { names: Names }) {
  const { route } = useLocation();
  const own = session.value?.organisation;
  const agencies = names.organisations.filter((o) => o.kind !== 'authority' && o.id !== own);
  const [chosen, choose] = useState<Population>(EVERYBODY);
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const [recused, setRecused] = useState<ReadonlySet<string>>(new Set());
  const [ratio, setRatio] = useState('20');
  const organisations = agencies.filter((o) => !chosen.out.has(o.id)).map((o) => o.id);
  const inspectors = names.staff.filter((s) => !away.has(s.id) && s.role !== 'auditor').map((s) => s.id);
  const wanted = wantedOf(organisations.length, Number(ratio));
  const flip = (set: ReadonlySet<string>, id: string, on: boolean) =>
    new Set(on ? [...set, id] : [...set].filter((x) => x !== id));
  const send = useSend((key) =>
    api.POST('/v1/draws', {
      params: { header: { 'Idempotency-Key': key } },
      body: {
        organisations,
        inspectors,
        ...risksOf(chosen),
        recusals: [...recused].filter((id) => inspectors.includes(id)).map((id) => `${id}:*`),
        wanted,
      },
    }),
  );
  return (
    <form
      class="form form-wide"
      onSubmit={async (e) => {
        e.preventDefault();
        const draw = await send.send();
        if (draw) route(`/desk/inspections/${draw.id}`);
      }}
    >
      <h2>{say(w.announceTitle)}</h2>
      <p>{say(w.announceHow)}</p>
      <Failed failure={send.failure} />
      <PopulationFields of={agencies} chosen={chosen} choose={choose} />
      <Field
        label={say(w.ratio)}
        hint={say(w.ratioHint, { n: wanted, of: organisations.length })}
        type="number"
        min="1"
        max="99"
        required
        value={ratio}
        onValue={setRatio}
      />
      <fieldset class="choices">
        <legend>{say(w.inspectors, { n: inspectors.length })}</legend>
        {names.staff
          .filter((s) => s.role !== 'auditor')
          .map((s) => (
            <div key={s.id} class="row">
              <Check
                label={s.name}
                checked={!away.has(s.id)}
                onChecked={(on) => setAway(flip(away, s.id, !on))}
              />
              <Check
                label={say(w.recusedOf, { who: s.name })}
                checked={recused.has(s.id)}
                onChecked={(on) => setRecused(flip(recused, s.id, on))}
              />
            </div>
          ))}
      </fieldset>
      <p>
        <Button kind="primary" type="submit" busy={send.busy} disabled={organisations.length < 2}>
          {say(w.announce)}
        </Button>
      </p>
    </form>
  );
}

export function Draws() {
  const q = useQuery();
  const names = useNames();
  const fresh = q.get('new') === '1';
  const load = useLoad(() => api.GET('/v1/draws', { params: { query: q.page } }), [q.page.cursor]);
  return (
    <Page
      title={say(w.drawsTitle)}
      lead={say(w.drawsLead)}
      at={load.at}
      onRefresh={load.reload}
      primary={
        acts() &&
        session.value?.kind === 'authority' &&
        !fresh && (
          <a class="button primary" href="/desk/inspections?new=1">
            {say(w.newDraw)}
          </a>
        )
      }
    >
      {fresh && <Announce names={names} />}
      <Loaded of={load} once={names.ready} rows={4} who={say(w.authorities)}>
        {(data) =>
          data.draws.length === 0 ? (
            <Empty>{say(w.noDraw)}</Empty>
          ) : (
            <Table
              caption={say(w.drawsCaption)}
              rows={data.draws}
              id={(d) => d.id}
              {...q.pages(data.next)}
              columns={[
                {
                  key: 'id',
                  head: say(w.draw),
                  cell: (d) => <a href={`/desk/inspections/${d.id}`}>{short(d.id)}</a>,
                },
                {
                  key: 'state',
                  head: say(w.state),
                  cell: (d) => (
                    <Chip tone={d.revealed_at ? 'success' : 'warning'}>
                      {say(d.revealed_at ? w.revealed : w.announced)}
                    </Chip>
                  ),
                },
                {
                  key: 'n',
                  head: say(w.drawnOf),
                  number: true,
                  cell: (d) => `${count(d.wanted)} / ${count(d.organisations.length)}`,
                },
                {
                  key: 'drawn',
                  head: say(w.drawn),
                  cell: (d) => listed(d.drawn.map((o) => names.of(o))) || '—',
                },
                {
                  key: 'team',
                  head: say(w.team),
                  cell: (d) => listed(d.team_drawn.map((o) => names.of(o))) || '—',
                },
                { key: 'at', head: say(w.announcedAt), cell: (d) => moment(d.at) },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
