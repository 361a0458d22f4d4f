/* One complaint: where it stands by the law's clocks, what was answered, and who opened it. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { count, day, listed, moment } from '../../app/format';
import { pick, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Loaded } from '../../parts/loaded';
import { Timeline } from '../../parts/timeline';
import { w } from '../../text/me';
import { clockStates, complaintStates, issues, opened } from '../../text/me-codes';
import { EvidenceFiles, sendEvidence } from './evidence';
import { Page } from './own-page';
import { type Stage, type StageState, stagesOf } from './stages';
import { Why } from './why';

type Mine = Schemas['MyComplaint'];

const STAGE = {
  received: w.stageReceived,
  decided: w.stageDecided,
  replied: w.stageReplied,
  closed: w.stageClosed,
};
const STATE: Record<
  StageState,
  readonly [
    sign: string,
    word: typeof w.stageDone | typeof w.stageNow | typeof w.stageAhead | typeof w.stageNever,
  ]
> = {
  done: ['●', w.stageDone],
  now: ['◐', w.stageNow],
  ahead: ['○', w.stageAhead],
  never: ['–', w.stageNever],
};

function StageItem({ stage }: { stage: Stage }) {
  const [sign, word] = STATE[stage.state];
  const { clock } = stage;
  const runs = clock && (clock.state === 'running' || clock.state === 'overdue');
  return (
    <li class={`me-way-step me-way-${stage.state}`} aria-current={stage.state === 'now' ? 'step' : undefined}>
      <span class="me-way-name">
        <span aria-hidden="true">{sign}</span> {say(STAGE[stage.name])}
        <span class="unseen"> {say(word)}</span>
      </span>
      {stage.at && <time dateTime={stage.at}>{day(stage.at)}</time>}
      {clock && (
        <span class="row">
          {runs ? (
            <DeadlineChip due={clock.due} rule={titleOf('rules', clock.rule)} />
          ) : (
            <Chip>{say(clockStates[clock.state])}</Chip>
          )}
          <Why
            rule={clock.rule}
            way={
              <>
                {say(w.dueOn, { day: day(clock.due) })}
                {clock.paused_at && ` · ${say(w.pausedSince, { day: day(clock.paused_at) })}`}
              </>
            }
          />
        </span>
      )}
    </li>
  );
}

function Said({ title, text }: { title: string; text: string | null }) {
  return text ? (
    <div>
      <h3>{title}</h3>
      <p class="me-quoted">{text}</p>
    </div>
  ) : null;
}

function Opened({ of }: { of: Mine['opened'] }) {
  if (of.length === 0) return <p class="muted">{say(w.nobodyOpened)}</p>;
  return (
    <Timeline
      label={say(w.whoOpened)}
      items={of.map((o) => ({
        id: `${o.at}${o.what}${o.staff}`,
        at: o.at,
        title: (
          <>
            {nameOf(o.organisation)} {o.staff} {say(opened[o.what])}
          </>
        ),
        by: o.reason,
        children: (
          <>
            {o.gap && <p class="notice notice-danger">▲ {say(w.gap)}</p>}
            {o.record && (
              <a href={`/v1/records/${o.record}/proof`} download={`${o.record}.tlog-proof`}>
                {say(w.keepProof)}
              </a>
            )}
          </>
        ),
      }))}
    />
  );
}

function Papers() {
  const papers = useLoad(() => api.GET('/v1/me/documents'), []);
  const all = papers.data?.documents ?? [];
  if (all.length === 0) return null;
  return (
    <section class="card" aria-labelledby="papers">
      <h2 id="papers">{say(w.papers)}</h2>
      <ul class="me-plain-list">
        {all.map((d) => (
          <li key={d.id}>
            <a href={`/v1/me/documents/${d.id}`}>
              {d.number} {d.title && pick(d.title)}
            </a>{' '}
            <span class="muted">{day(d.issued_at)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function More({ id, onDone }: { id: string; onDone: () => void }) {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [busy, setBusy] = useState(false);
  const [lost, setLost] = useState<readonly string[]>([]);
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        setBusy(true);
        setLost(await sendEvidence(id, files));
        setBusy(false);
        setFiles([]);
        onDone();
      }}
    >
      <EvidenceFiles files={files} set={setFiles} />
      {lost.length > 0 && <p role="alert">▲ {say(w.evidenceLost, { files: listed(lost) })}</p>}
      <Button type="submit" busy={busy} disabled={files.length === 0}>
        {say(w.addEvidence)}
      </Button>
    </form>
  );
}

function Whole({ c, reload }: { c: Mine; reload: () => void }) {
  const [asking, ask] = useState(false);
  const withdraw = useSend(() =>
    api.POST('/v1/me/complaints/{id}/withdraw', { params: { path: { id: c.id } } }),
  );
  const open = c.status === 'received' || c.status === 'accepted';
  return (
    <>
      <section class="card" aria-labelledby="stages">
        <h2 id="stages">
          {nameOf(c.respondent)} · {say(issues[c.issue])}
        </h2>
        <Chip tone={c.status === 'closed' ? 'success' : c.status === 'refused' ? 'warning' : 'info'}>
          {say(complaintStates[c.status])}
        </Chip>
        <ol class="me-way">
          {stagesOf(c).map((s) => (
            <StageItem key={s.name} stage={s} />
          ))}
        </ol>
        <Facts
          of={[
            [say(w.receiptNumber), c.id],
            [say(w.handledBy), nameOf(c.body)],
            [say(w.received), moment(c.received_at)],
            [
              say(w.ground),
              c.ground && `${pick({ zh: c.ground.zh ?? '', en: c.ground.en ?? '' })} ${c.ground.basis ?? ''}`,
            ],
            [say(w.outcome), c.upheld === null ? null : say(c.upheld ? w.upheld : w.notUpheld)],
          ]}
        />
        <Said title={say(w.reasonGiven)} text={c.reason} />
        <Said title={say(w.theirReply)} text={c.reply} />
        <Said title={say(w.theAnswer)} text={c.answer} />
        {c.joint && (
          <>
            <p>{say(w.jointText)}</p>
            <Said title={say(w.theirReply)} text={c.joint.reply} />
            <Said title={say(w.theAnswer)} text={c.joint.answer} />
          </>
        )}
      </section>
      <section class="card" aria-labelledby="written">
        <h2 id="written">{say(w.youWrote)}</h2>
        <Said title={say(w.facts)} text={c.facts} />
        <Said title={say(w.want)} text={c.request} />
        <Facts
          of={[
            [say(w.when), c.happened_at && moment(c.happened_at)],
            [say(w.contact), c.anonymous ? say(w.anonymous) : c.name || say(w.realNumber)],
          ]}
        />
        <h3>{say(w.evidence)}</h3>
        {c.evidence.length === 0 && <p class="muted">{say(w.none)}</p>}
        <ul class="me-plain-list">
          {c.evidence.map((e) => (
            <li key={e.id}>
              <a href={`/v1/me/complaints/${c.id}/evidence/${e.id}`} download={e.id}>
                {e.media} · {say(w.bytes, { n: count(Math.ceil(e.size / 1024)) })}
              </a>{' '}
              <span class="muted me-hash">{e.hash}</span>
            </li>
          ))}
        </ul>
        {open && <More id={c.id} onDone={reload} />}
      </section>
      <section class="card" aria-labelledby="opened">
        <h2 id="opened">{say(w.whoOpened)}</h2>
        <Opened of={c.opened} />
      </section>
      <Papers />
      <Failed failure={withdraw.failure} />
      {open && (
        <p>
          <Button kind="danger" onClick={() => ask(true)}>
            {say(w.takeBack)}…
          </Button>
        </p>
      )}
      {asking && (
        <Dialog title={say(w.takeBack)} onClose={() => ask(false)}>
          <div class="stack">
            <p>{say(w.takeBackText)}</p>
            <div class="row">
              <Button
                kind="danger"
                busy={withdraw.busy}
                onClick={async () => {
                  await withdraw.send();
                  ask(false);
                  reload();
                }}
              >
                {say(w.takeBack)}
              </Button>
              <Button onClick={() => ask(false)}>{say(w.no)}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}

export function Complaint() {
  const id = useRoute().params.id ?? '';
  const complaint = useLoad(() => api.GET('/v1/me/complaints/{id}', { params: { path: { id } } }), [id]);
  return (
    <Page title={say(w.complaintTitle)} lead={id} at={complaint.at} onRefresh={complaint.reload}>
      <Loaded of={complaint}>{(c) => <Whole c={c} reload={complaint.reload} />}</Loaded>
    </Page>
  );
}
