/* The complaints that the body handles or sees, the newest first. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { issues } from '../../text/codes';
import { w } from '../../text/desk';
import { channels, complaintStates } from '../../text/desk-codes';
import type { Names } from './names';

export type Complaint = Schemas['Complaint'];
type State = Complaint['status'];

const TONE: Record<State, Tone> = {
  received: 'warning',
  accepted: 'info',
  refused: 'neutral',
  withdrawn: 'neutral',
  joined: 'info',
  closed: 'success',
};

export function StateOf({ state }: { state: State }) {
  return <Chip tone={TONE[state]}>{say(complaintStates[state])}</Chip>;
}

/** The deadline of the body that runs, or null. */
export function deadlineOf(c: Complaint): Complaint['clocks'][number] | null {
  return (
    c.clocks.find(
      (x) => (x.state === 'running' || x.state === 'overdue') && x.rule !== 'cn.clock.matchmaker.reply',
    ) ?? null
  );
}

function Suggested({ of }: { of: Complaint }) {
  const s = of.suggestions;
  if (!s || (s.duplicates.length === 0 && !s.joint)) return null;
  return (
    <span class="chips">
      {s.duplicates.length > 0 && (
        <Chip tone="warning" sign="≈">
          {say(w.maybeSame, { n: s.duplicates.length })}
        </Chip>
      )}{' '}
      {s.joint && (
        <Chip tone="info" sign="+">
          {say(w.maybeJoint, { n: s.others.length })}
        </Chip>
      )}
    </span>
  );
}

const every = (word: string): readonly [string, string] => ['', word];

export function Queue({ names }: { names: Names }) {
  const q = useQuery();
  const filter = {
    status: q.get('status'),
    issue: q.get('issue'),
    channel: q.get('channel'),
    respondent: q.get('respondent'),
    cursor: q.get('cursor'),
  };
  const load = useLoad(
    () =>
      api.GET('/v1/complaints', {
        params: { query: Object.fromEntries(Object.entries(filter).filter(([, v]) => v !== '')) },
      }),
    Object.values(filter),
  );
  const filtered = Object.values(filter).some((v) => v !== '');
  return (
    <>
      <form class="filters" onSubmit={(e) => e.preventDefault()}>
        <Choice
          label={say(w.state)}
          value={filter.status}
          onValue={(status) => q.set({ status })}
          options={[
            every(say(w.every)),
            ...(Object.keys(complaintStates) as State[]).map((k) => [k, say(complaintStates[k])] as const),
          ]}
        />
        <Choice
          label={say(w.issue)}
          value={filter.issue}
          onValue={(issue) => q.set({ issue })}
          options={[
            every(say(w.every)),
            ...(Object.keys(issues) as Complaint['issue'][]).map((k) => [k, say(issues[k])] as const),
          ]}
        />
        <Choice
          label={say(w.channel)}
          value={filter.channel}
          onValue={(channel) => q.set({ channel })}
          options={[
            every(say(w.every)),
            ...(Object.keys(channels) as Complaint['channel'][]).map((k) => [k, say(channels[k])] as const),
          ]}
        />
        <Choice
          label={say(w.respondent)}
          value={filter.respondent}
          onValue={(respondent) => q.set({ respondent })}
          options={[
            every(say(w.every)),
            ...names.organisations.filter((o) => o.kind !== 'authority').map((o) => [o.id, o.name] as const),
          ]}
        />
      </form>
      <Loaded of={load} once={names.ready} rows={6} who={say(w.supervisors)}>
        {(data) => {
          const rows = data.complaints as Complaint[];
          return rows.length === 0 ? (
            <Empty
              act={
                filtered && (
                  <Button onClick={() => q.set({ status: '', issue: '', channel: '', respondent: '' })}>
                    {say(w.showAll)}
                  </Button>
                )
              }
            >
              {say(filtered ? w.nothingSo : w.noComplaint)}
            </Empty>
          ) : (
            <Table
              caption={say(w.queueCaption)}
              rows={rows}
              id={(c) => c.id}
              {...q.pages(data.next)}
              columns={[
                {
                  key: 'what',
                  head: say(w.matter),
                  cell: (c) => (
                    <a href={`/desk/complaints/${c.id}`}>
                      {say(issues[c.issue])} · {names.of(c.respondent)}
                    </a>
                  ),
                },
                { key: 'state', head: say(w.state), cell: (c) => <StateOf state={c.status} /> },
                {
                  key: 'due',
                  head: say(w.due),
                  cell: (c) => {
                    const clock = deadlineOf(c);
                    return clock ? <DeadlineChip due={clock.due} rule={clock.rule} /> : '—';
                  },
                },
                { key: 'like', head: say(w.suggested), cell: (c) => <Suggested of={c} /> },
                { key: 'at', head: say(w.receivedAt), cell: (c) => moment(c.received_at) },
                {
                  key: 'channel',
                  head: say(w.channel),
                  cell: (c) => (
                    <>
                      {say(channels[c.channel])}
                      {c.anonymous && <> · {say(w.anonymous)}</>}
                    </>
                  ),
                },
              ]}
            />
          );
        }}
      </Loaded>
    </>
  );
}
