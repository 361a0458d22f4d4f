/* How organisations stand in complaints, and from there to a case. An officer decides. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { type Failure, useLoad } from '../../api/load';
import { count, percent, short } from '../../app/format';
import { pick, say } from '../../app/language';
import { useQuery } from '../../app/query';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Receipt } from '../../parts/receipt';
import { Spark } from '../../parts/spark';
import { Table } from '../../parts/table';
import { issues } from '../../text/codes';
import { w } from '../../text/desk';
import { rankingReasons, trends } from '../../text/desk-codes';
import { acts, type Names } from './names';

type Row = Schemas['RankingRow'];
type Issue = Schemas['Complaint']['issue'];

interface Opened {
  organisation: string;
  id: string;
}

/** A case for each, with its accepted complaints that are in none yet. */
async function openCase(organisation: string): Promise<Opened | Failure> {
  const list = await api.GET('/v1/complaints', {
    params: { query: { respondent: organisation, status: 'accepted' } },
  });
  const complaints = ((list.data?.complaints ?? []) as Schemas['Complaint'][])
    .filter((c) => c.case === null)
    .map((c) => c.id);
  const { data, error, response } = await api.POST('/v1/cases', {
    params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
    body: { respondent: organisation, complaints },
  });
  return data
    ? { organisation, id: data.id }
    : { kind: 'problem', status: response.status, problem: error as Schemas['Problem'] };
}

function Trend({ row }: { row: Row }) {
  if (!row.trend) return <>—</>;
  return (
    <span class="trend">
      {row.parts && <Spark of={row.parts} label={say(w.perWeek)} />} {say(trends[row.trend.word])}
    </span>
  );
}

function OpenCases({
  chosen,
  names,
  onDone,
}: {
  chosen: ReadonlySet<string>;
  names: Names;
  onDone: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [opened, setOpened] = useState<Opened[]>([]);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const open = async () => {
    setBusy(true);
    setFailure(undefined);
    const done: Opened[] = [];
    for (const organisation of chosen) {
      const one = await openCase(organisation).catch((): Failure => ({ kind: 'offline' }));
      if ('id' in one) done.push(one);
      else setFailure(one);
    }
    setOpened(done);
    setBusy(false);
    onDone();
  };
  return (
    <>
      <Failed failure={failure} />
      {opened.length > 0 && (
        <Receipt title={say(w.casesOpened, { n: opened.length })}>
          <ul>
            {opened.map((o) => (
              <li key={o.id}>
                <a href={`/desk/cases/${o.id}`}>
                  {names.of(o.organisation)} · {short(o.id)}
                </a>
              </li>
            ))}
          </ul>
        </Receipt>
      )}
      {chosen.size > 0 && (
        <p>
          <Button kind="primary" busy={busy} onClick={open}>
            {say(w.openCases, { n: chosen.size })}
          </Button>
        </p>
      )}
    </>
  );
}

export function Ranking({ names }: { names: Names }) {
  const q = useQuery();
  const issue = q.get('issue');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const load = useLoad(
    () => api.GET('/v1/rankings', { params: { query: issue ? { issue: issue as Issue } : {} } }),
    [issue],
  );
  return (
    <>
      <form class="filters" onSubmit={(e) => e.preventDefault()}>
        <Choice
          label={say(w.issue)}
          value={issue}
          onValue={(to) => q.set({ issue: to })}
          options={[
            ['', say(w.every)],
            ...(Object.keys(issues) as Issue[]).map((k) => [k, say(issues[k])] as const),
          ]}
        />
      </form>
      <Loaded of={load} once={names.ready} rows={5} who={say(w.supervisors)}>
        {(data) => (
          <>
            <OpenCases
              chosen={chosen}
              names={names}
              onDone={() => {
                setChosen(new Set());
                load.reload();
              }}
            />
            {data.rows.length === 0 ? (
              <Empty>{say(w.noRanking)}</Empty>
            ) : (
              <Table
                caption={say(w.rankingCaption)}
                rows={data.rows}
                id={(r) => r.organisation}
                {...(acts()
                  ? {
                      selected: chosen,
                      onSelect: (id: string, on: boolean) =>
                        setChosen((was) => new Set(on ? [...was, id] : [...was].filter((x) => x !== id))),
                    }
                  : {})}
                columns={[
                  {
                    key: 'name',
                    head: say(w.agency),
                    cell: (r) => <a href={`/desk/complaints?respondent=${r.organisation}`}>{r.name}</a>,
                  },
                  { key: 'n', head: say(w.complaints90), number: true, cell: (r) => count(r.complaints) },
                  { key: 'upheld', head: say(w.upheld), number: true, cell: (r) => count(r.upheld) },
                  {
                    key: 'rate',
                    head: say(w.per1000),
                    number: true,
                    cell: (r) =>
                      r.per_1000 ? (
                        <span title={say(w.interval, { low: r.per_1000.low, high: r.per_1000.high })}>
                          {count(Math.round(r.per_1000.rate * 10) / 10)}
                        </span>
                      ) : r.suppressed ? (
                        <span title={say(w.smallWhy)}>{say(w.small)}</span>
                      ) : (
                        '—'
                      ),
                  },
                  { key: 'trend', head: say(w.trend), cell: (r) => <Trend row={r} /> },
                  {
                    key: 'reply',
                    head: say(w.medianReply),
                    number: true,
                    cell: (r) =>
                      r.median_reply_days === null
                        ? '—'
                        : say(w.daysOf, { n: count(Math.round(r.median_reply_days * 10) / 10) }),
                  },
                  {
                    key: 'again',
                    head: say(w.repeats),
                    number: true,
                    cell: (r) => (r.repeat_rate === null ? '—' : percent(r.repeat_rate)),
                  },
                  { key: 'open', head: say(w.openOnes), number: true, cell: (r) => count(r.open_cases) },
                  {
                    key: 'why',
                    head: say(w.standsOut),
                    cell: (r) =>
                      r.reasons.length === 0 ? (
                        '—'
                      ) : (
                        <span class="chips">
                          {r.reasons.map((x) => (
                            <Chip key={x} tone="warning">
                              {say(rankingReasons[x])}
                            </Chip>
                          ))}
                        </span>
                      ),
                  },
                ]}
              />
            )}
            <details class="method">
              <summary>{say(w.method)}</summary>
              <p>{pick(data.method)}</p>
            </details>
          </>
        )}
      </Loaded>
    </>
  );
}
