/* The cases of the body, those with the nearest deadline at hand. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day, short } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { caseStates } from '../../text/codes';
import { w } from '../../text/desk';
import { sides } from '../../text/desk-codes';
import { useNames } from './names';

type Row = Schemas['Cases']['cases'][number];

export function Cases() {
  const q = useQuery();
  const names = useNames();
  const status = q.get('status');
  const load = useLoad(
    () =>
      api.GET('/v1/cases', {
        params: {
          query: {
            ...(status ? { status: status as Row['status'] } : {}),
            ...q.page,
          },
        },
      }),
    [status, q.page.cursor],
  );
  const clocks = useLoad(() => api.GET('/v1/clocks', { params: { query: { state: 'open' } } }), []);
  const nearest = (id: string) =>
    clocks.data?.clocks.find((c) => c.subject === id || c.subject.startsWith(`${id}.`));
  return (
    <Page title={say(w.casesTitle)} lead={say(w.casesLead)} at={load.at} onRefresh={load.reload}>
      <form class="filters" onSubmit={(e) => e.preventDefault()}>
        <Choice
          label={say(w.state)}
          value={status}
          onValue={(to) => q.set({ status: to })}
          options={[
            ['', say(w.every)],
            ['open', say(caseStates.open)],
            ['closed', say(caseStates.closed)],
          ]}
        />
      </form>
      <Loaded of={load} once={names.ready} rows={6} who={say(w.supervisors)}>
        {(data) =>
          data.cases.length === 0 ? (
            <Empty act={<a href="/desk/complaints?view=ranking">{say(w.ranking)}</a>}>{say(w.noCase)}</Empty>
          ) : (
            <Table
              caption={say(w.casesCaption)}
              rows={data.cases}
              id={(c) => c.id}
              {...q.pages(data.next)}
              columns={[
                {
                  key: 'respondent',
                  head: say(w.respondent),
                  cell: (c) => (
                    <a href={`/desk/cases/${c.id}`}>
                      {names.of(c.respondent)} · {short(c.id)}
                    </a>
                  ),
                },
                {
                  key: 'state',
                  head: say(w.state),
                  cell: (c) => (
                    <Chip tone={c.status === 'open' ? 'info' : 'success'}>{say(caseStates[c.status])}</Chip>
                  ),
                },
                {
                  key: 'due',
                  head: say(w.due),
                  cell: (c) => {
                    const clock = nearest(c.id);
                    return clock ? <DeadlineChip due={clock.due} rule={clock.title ?? clock.rule} /> : '—';
                  },
                },
                { key: 'lead', head: say(w.leads), cell: (c) => names.of(c.filed_by ?? c.opened_by) },
                { key: 'as', head: say(w.openedAs), cell: (c) => say(sides[c.opened_as]) },
                { key: 'at', head: say(w.openedAt), cell: (c) => day(c.opened_at) },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
