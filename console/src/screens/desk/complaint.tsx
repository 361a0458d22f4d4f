/* One complaint: how it stands, what can be done with it now. What she wrote opens on record. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day, moment, short } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { issues } from '../../text/codes';
import { w } from '../../text/desk';
import { channels, complaintClocks } from '../../text/desk-codes';
import { ComplaintActs } from './complaint-acts';
import { acts, type Names, useNames } from './names';
import { type Complaint, deadlineOf, StateOf } from './queue';

const PURPOSE = { Purpose: 'complaint' };

/** Her words and files, opened by pressing; who opened is told to her. */
function Words({ of, names }: { of: Complaint; names: Names }) {
  const [opened, setOpened] = useState<Schemas['ComplaintOpened'] | undefined>(undefined);
  const open = useSend(() =>
    api.GET('/v1/complaints/{id}', { params: { path: { id: of.id }, header: PURPOSE } }),
  );
  if (!opened)
    return (
      <section class="sealed">
        <p>◇ {say(w.wordsSealed)}</p>
        <Failed failure={open.failure} />
        {acts() && (
          <Button
            busy={open.busy}
            onClick={async () => {
              const data = await open.send();
              if (data) setOpened(data);
            }}
          >
            {say(w.openWords)}
          </Button>
        )}
      </section>
    );
  return (
    <section>
      <h2>{say(w.wordsTitle)}</h2>
      <p class="page-lead">{say(w.onRecord, { record: opened.record })}</p>
      <Facts
        of={[
          [say(w.facts), opened.facts],
          [say(w.request), opened.request],
          [say(w.summary), opened.summary],
          [say(w.replyOf), opened.reply],
          [say(w.reason), opened.reason],
          [say(w.answer), opened.answer],
        ]}
      />
      {opened.evidence.length > 0 && (
        <>
          <h3>{say(w.evidence)}</h3>
          <ul>
            {opened.evidence.map((e) => (
              <li key={e.id}>
                {e.media} · {Math.ceil(e.size / 1024)} KB · <code>{e.hash.slice(0, 23)}…</code>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="page-lead">{names.of(of.body)}</p>
    </section>
  );
}

function Clocks({ of }: { of: Complaint }) {
  return (
    <ul class="rows">
      {of.clocks.map((c) => (
        <li key={c.rule}>
          <DeadlineChip due={c.due} done={c.state === 'met' || c.state === 'dropped'} rule={c.rule} />{' '}
          {say(complaintClocks[c.rule] ?? w.deadline)}
          {c.state === 'late' && <> · {say(w.doneLate)}</>} <span class="muted">{day(c.due)}</span>
        </li>
      ))}
    </ul>
  );
}

function Body({ of, names, onDone }: { of: Complaint; names: Names; onDone: () => void }) {
  const [done, setDone] = useState<string | undefined>(undefined);
  const s = of.suggestions;
  return (
    <>
      {done && <Receipt title={done}>{<p>{say(w.toldBoth)}</p>}</Receipt>}
      <p class="row">
        <StateOf state={of.status} /> {of.anonymous && <Chip sign="◇">{say(w.anonymous)}</Chip>}
      </p>
      <Facts
        of={[
          [say(w.respondent), names.of(of.respondent)],
          [say(w.issue), say(issues[of.issue])],
          [say(w.receivedAt), `${moment(of.received_at)} · ${say(channels[of.channel])}`],
          [say(w.happenedAt), of.happened_at && moment(of.happened_at)],
          [say(w.handledBy), names.of(of.body)],
          [say(w.ground), of.ground && (of.ground.zh ?? of.ground.code)],
          [
            say(w.joinedTo),
            of.joined_to && <a href={`/desk/complaints/${of.joined_to}`}>{short(of.joined_to)}</a>,
          ],
          [say(w.inCase), of.case && <a href={`/desk/cases/${of.case}`}>{short(of.case)}</a>],
          [say(w.upheld), of.upheld === null ? '' : say(of.upheld ? w.yes : w.no)],
        ]}
      />
      {of.clocks.length > 0 && <h2>{say(w.deadlines)}</h2>}
      <Clocks of={of} />
      {s && (s.duplicates.length > 0 || s.joint) && (
        <section>
          <h2>{say(w.suggested)}</h2>
          <ul class="rows">
            {[...s.duplicates, ...(s.joint ? s.others : [])].map((id) => (
              <li key={id}>
                <a href={`/desk/complaints/${id}`}>{short(id)}</a>{' '}
                <span class="muted">{say(s.duplicates.includes(id) ? w.likelySame : w.sameIssue)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Words of={of} names={names} />
      {acts() && (
        <ComplaintActs
          of={of}
          onDone={(what) => {
            setDone(what);
            onDone();
          }}
        />
      )}
    </>
  );
}

export function OneComplaint() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const names = useNames();
  const load = useLoad(() => api.GET('/v1/complaints', { params: { query: { id } } }), [id]);
  const one = load.data?.complaints[0] as Complaint | undefined;
  const clock = one && deadlineOf(one);
  return (
    <Page
      title={say(w.complaintTitle)}
      lead={
        one && (
          <>
            {say(issues[one.issue])} · {names.of(one.respondent)} · {short(one.id)}{' '}
            {clock && <DeadlineChip due={clock.due} rule={clock.rule} />}
          </>
        )
      }
      at={load.at}
      onRefresh={load.reload}
    >
      <Loaded of={load} once={names.ready} rows={5} who={say(w.supervisors)}>
        {() =>
          one ? (
            <Body key={one.id} of={one} names={names} onDone={load.reload} />
          ) : (
            <Empty act={<a href="/desk/complaints">{say(w.backToQueue)}</a>}>{say(w.complaintGone)}</Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
