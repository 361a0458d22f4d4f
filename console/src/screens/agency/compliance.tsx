/* A3: are we allowed to operate, and what is due? */
import { useState } from 'preact/hooks';
import { type Answer, api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { now } from '../../app/clock';
import { lastDay } from '../../app/format';
import { say } from '../../app/language';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Explain } from '../../parts/explain';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/agency';
import { issues } from '../../text/codes';
import { Alerts } from './alerts';
import { Contracts } from './contracts';
import { Practitioners } from './practitioners';
import { Reply } from './reply';
import { Submit } from './submit';
import { nextCertificate, type Sources, type Task, tasksOf } from './tasks';
import { Weeks } from './weeks';

/** All that tasks come from, as one answer; the first refusal is the answer of all. */
async function sources(compliance: boolean): Promise<Answer<Sources>> {
  const [clocks, complaints, staff, contracts, corrections] = await Promise.all([
    api.GET('/v1/clocks', { params: { query: { state: 'open' } } }),
    api.GET('/v1/complaints'),
    api.GET('/v1/staff'),
    api.GET('/v1/contracts'),
    compliance ? api.GET('/v1/corrections') : undefined,
  ]);
  const refused = [clocks, complaints, staff, contracts].find((a) => a.error !== undefined);
  if (refused) return { error: refused.error, response: refused.response };
  return {
    response: clocks.response,
    data: {
      clocks: clocks.data?.clocks ?? [],
      complaints: (complaints.data?.complaints ?? []).filter(
        (c): c is Schemas['ComplaintAbout'] => 'accepted_on' in c,
      ),
      staff: staff.data?.staff ?? [],
      contracts: contracts.data?.contracts ?? [],
      corrections: corrections?.data?.corrections ?? [],
    },
  };
}

const STATES = {
  overdue: ['danger', '▲', w.overdue],
  running: ['info', '●', w.running],
  'not-started': ['neutral', '○', w.notStarted],
  paused: ['neutral', '‖', w.paused],
} as const;

function State({ of }: { of: Task['state'] }) {
  const [tone, sign, word] = STATES[of];
  return (
    <Chip tone={tone} sign={sign}>
      {say(word)}
    </Chip>
  );
}

function Tasks({ of, onReply }: { of: Sources; onReply: (c: Schemas['ComplaintAbout']) => void }) {
  const tasks = tasksOf(of, (code) => say(issues[code]), now());
  const next = nextCertificate(of.staff);
  if (tasks.length === 0)
    return (
      <Empty>{next ? say(w.tasksNext, { who: next.who, day: lastDay(next.until) }) : say(w.tasksDone)}</Empty>
    );
  return (
    <Table
      caption={say(w.tasks)}
      rows={tasks}
      id={(t) => t.id}
      columns={[
        {
          key: 'task',
          head: say(w.task),
          cell: (t) => (
            <>
              {say(t.what, t.values)} {t.basis && <Explain basis={t.basis} />}
            </>
          ),
        },
        {
          key: 'due',
          head: say(w.deadline),
          cell: (t) => (t.due ? <DeadlineChip due={t.due} rule={t.basis} /> : ''),
        },
        { key: 'state', head: say(w.status), cell: (t) => <State of={t.state} /> },
        {
          key: 'act',
          head: say(w.act),
          cell: (t) => {
            const { reply } = t;
            return reply ? <Button onClick={() => onReply(reply)}>{say(w.reply)}</Button> : '';
          },
        },
      ]}
    />
  );
}

export function Compliance() {
  const compliance = session.value?.role === 'compliance';
  const all = useLoad(() => sources(compliance), [compliance]);
  const [reply, setReply] = useState<Schemas['ComplaintAbout'] | undefined>(undefined);
  const [submit, setSubmit] = useState(false);
  return (
    <Page
      title={say(w.complianceTitle)}
      at={all.at}
      onRefresh={all.reload}
      primary={
        !all.failure && (
          <Button kind="primary" disabled={!all.data} onClick={() => setSubmit(true)}>
            {say(w.submit)}
          </Button>
        )
      }
    >
      <Loaded of={all} rows={6} who={say(w.whoKeepers)}>
        {(s) => (
          <>
            <Tasks of={s} onReply={setReply} />
            <Weeks />
            <Practitioners staff={s.staff} />
            <Contracts contracts={s.contracts} />
            {compliance ? <Alerts /> : <p class="shared-ground">{say(w.alertsWho)}</p>}
          </>
        )}
      </Loaded>
      {reply && <Reply complaint={reply} onClose={() => setReply(undefined)} onDone={all.reload} />}
      {submit && <Submit onClose={() => setSubmit(false)} onDone={all.reload} />}
    </Page>
  );
}
