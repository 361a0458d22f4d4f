/* A1: whom may I contact today, and what will expire? */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { address, useQuery } from '../../app/query';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Empty } from '../../parts/empty';
import { Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Tabs } from '../../parts/tabs';
import { w } from '../../text/agency';
import { Bulk } from './bulk';
import { Days } from './days';
import { Returned } from './returned';
import { Roster } from './roster';
import { Strip } from './strip';

const PATH = '/agency/pools';
export const PURPOSE = 'matchmaking.introduce';

type Pool = 'mine' | 'store' | 'city';
type View = 'expiring' | 'unfollowed' | 'due';

function Nobody({ pools, filtered, pool }: { pools: Schemas['Pools']; filtered: boolean; pool: string }) {
  const next = pools.plans[0]?.next_at;
  if (pool !== 'mine' || filtered)
    return (
      <Empty act={filtered && <a href={address(PATH, { pool })}>{say(w.clear)}</a>}>
        {filtered && pool === 'mine'
          ? next
            ? say(w.nobodyNext, { day: day(next) })
            : say(w.nobody)
          : say(w.nobodyHere)}
      </Empty>
    );
  return <Empty act={<a href={`${PATH}?pool=store`}>{say(w.toStore)}</a>}>{say(w.nobodyMine)}</Empty>;
}

function Finder({ q, onFind }: { q: string; onFind: (q: string) => void }) {
  const [text, set] = useState(q);
  return (
    <search>
      <form
        class="finder"
        onSubmit={(e) => {
          e.preventDefault();
          onFind(text.trim());
        }}
      >
        <Field label={say(w.search)} type="search" value={text} onValue={set} maxLength={64} />
        <Button type="submit">{say(w.searchDo)}</Button>
      </form>
    </search>
  );
}

export function Pools() {
  const query = useQuery();
  const role = session.value?.role ?? '';
  const claims = role === 'sales' || role === 'manager';
  const certified = session.value?.certificate?.status === 'valid'; // by the server's clock
  const pool = query.get('pool') || (role === 'sales' ? 'mine' : 'all');
  const view = query.get('view');
  const q = query.get('q');
  const sort = query.get('sort') || (pool === 'mine' || view !== '' ? 'returns_at' : 'alias');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [claimed, setClaimed] = useState<ReadonlySet<string>>(new Set());
  const pools = useLoad(() => api.GET('/v1/pools'), []);
  const members = useLoad(
    () =>
      api.GET('/v1/persons', {
        params: {
          header: { Purpose: PURPOSE },
          query: {
            ...(pool === 'all' ? {} : { pool: pool as Pool }),
            ...(view === '' ? {} : { view: view as View }),
            ...(q === '' ? {} : { q }),
            ...query.page,
            sort,
            limit: pool === 'frozen' ? 1 : 30,
          },
        },
      }),
    [pool, view, q, sort, query.page.cursor],
  );
  const reload = () => {
    pools.reload();
    members.reload();
  };
  const held = pool === 'mine' || pool === 'all';
  const tab = (to: string, label: string, count?: number) => ({
    href: address(PATH, { pool: to }),
    label,
    count,
  });
  const viewTab = (to: string, label: string) => ({
    href: query.href({ pool, view: to }),
    label,
  });
  return (
    <Page title={say(w.poolsTitle)} at={members.at} onRefresh={reload}>
      <Loaded of={pools} rows={2} who={say(w.whoAgency)}>
        {(p) => (
          <>
            {claims && !certified && (
              <p class="notice notice-danger" role="status">
                ■ {say(w.certificateGone)}
              </p>
            )}
            <Strip pools={p} holds={claims} />
            <Returned of={p.returned} />
            <Tabs
              label={say(w.pools)}
              current={address(PATH, { pool })}
              tabs={[
                ...(claims ? [tab('mine', say(w.mine), p.held)] : []),
                tab('store', say(w.store), p.free.store),
                tab('city', say(w.city), p.free.city),
                ...(role === 'sales' ? [] : [tab('all', say(w.everybody))]),
                tab('frozen', say(w.frozen), p.free.frozen),
              ]}
            />
            {pool === 'frozen' ? (
              <Empty>{say(w.frozenTold, { n: p.free.frozen })}</Empty>
            ) : (
              <>
                {held && (
                  <Tabs
                    label={say(w.views)}
                    current={query.href({ pool, view })}
                    tabs={[
                      viewTab('', say(w.all)),
                      viewTab('due', say(w.due)),
                      viewTab('expiring', say(w.expiring)),
                      viewTab('unfollowed', say(w.unfollowed)),
                    ]}
                  />
                )}
                <Finder key={q} q={q} onFind={(text) => query.set({ pool, q: text })} />
                {chosen.size > 0 && (
                  <Bulk
                    chosen={chosen}
                    assigns={role === 'manager'}
                    onDone={() => {
                      setChosen(new Set());
                      reload();
                    }}
                  />
                )}
                <Loaded of={members} rows={8} who={say(w.whoAgency)}>
                  {(m) =>
                    m.persons.length === 0 ? (
                      <Nobody pools={p} filtered={view !== '' || q !== ''} pool={pool} />
                    ) : (
                      <Roster
                        page={m}
                        sort={sort}
                        claims={claims && certified}
                        onSort={(to) => query.set({ pool, sort: to })}
                        pages={query.pages(m.next)}
                        claimed={claimed}
                        onClaimed={(id) => {
                          setClaimed(new Set([...claimed, id]));
                          pools.reload();
                        }}
                        {...(claims && held ? { chosen, onChosen: setChosen } : {})}
                      />
                    )
                  }
                </Loaded>
              </>
            )}
            <Days />
          </>
        )}
      </Loaded>
    </Page>
  );
}
