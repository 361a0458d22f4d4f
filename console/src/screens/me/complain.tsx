/* Complain: one question at a time, looked over before it is sent; the draft stays in this tab. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { type Answer, api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { now } from '../../app/clock';
import { listed, moment, time } from '../../app/format';
import { instant } from '../../app/inputs';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Check, Field, TextField } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';
import { issueHints, issues } from '../../text/me-codes';
import { type Draft, drop, emptyDraft, load, missing, STEPS, type Step, store, toBody } from './draft';
import { EvidenceFiles, sendEvidence } from './evidence';
import { Page } from './own-page';
import { Respondent } from './respondent';

type Issue = Schemas['MyComplaintNew']['issue'];

const TITLES = {
  who: w.stepWho,
  what: w.stepWhat,
  when: w.stepWhen,
  want: w.stepWant,
  proof: w.stepProof,
  contact: w.stepContact,
  review: w.stepReview,
};
const WRONG = {
  who: w.wrongWho,
  what: w.wrongWhat,
  when: w.wrongFacts,
  want: w.wrongWant,
  proof: w.wrongWhat,
  contact: w.wrongName,
  review: w.wrongWhat,
};

function Issues({ draft, set }: { draft: Draft; set: (d: Draft) => void }) {
  return (
    <fieldset>
      <legend>{say(w.stepWhat)}</legend>
      {(Object.keys(issues) as Issue[]).map((i) => (
        <label key={i} class="me-option">
          <input
            type="radio"
            name="issue"
            checked={draft.issue === i}
            onInput={() => set({ ...draft, issue: i })}
          />
          <span>
            <strong>{say(issues[i])}</strong>
            <span class="muted">{say(issueHints[i])}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Contact({ draft, set }: { draft: Draft; set: (d: Draft) => void }) {
  return (
    <fieldset>
      <legend>{say(w.stepContact)}</legend>
      <p>{say(w.contactSecret)}</p>
      <Check
        label={say(w.anonymous)}
        hint={say(w.anonymousHint)}
        checked={draft.anonymous}
        onChecked={(anonymous) => set({ ...draft, anonymous })}
      />
      {!draft.anonymous && (
        <Field
          label={say(w.yourName)}
          hint={say(w.yourNameHint)}
          autoComplete="name"
          maxLength={200}
          value={draft.name}
          onValue={(name) => set({ ...draft, name })}
        />
      )}
    </fieldset>
  );
}

function Review({ draft, files, goTo }: { draft: Draft; files: readonly File[]; goTo: (s: Step) => void }) {
  const line = (step: Step, value: string) => (
    <>
      {value}{' '}
      <button type="button" class="plain me-as-link" onClick={() => goTo(step)}>
        {say(w.change)}
        <span class="unseen"> {say(TITLES[step])}</span>
      </button>
    </>
  );
  return (
    <Facts
      of={[
        [say(w.against), line('who', draft.respondentName || draft.respondent)],
        [say(w.issue), line('what', draft.issue ? say(issues[draft.issue]) : '')],
        [say(w.when), line('when', draft.happened ? moment(instant(draft.happened)) : say(w.notSaid))],
        [say(w.facts), line('when', draft.facts)],
        [say(w.want), line('want', draft.request)],
        [say(w.evidence), line('proof', files.length > 0 ? listed(files.map((f) => f.name)) : say(w.none))],
        [
          say(w.contact),
          line('contact', draft.anonymous ? say(w.anonymous) : draft.name || say(w.realNumber)),
        ],
      ]}
    />
  );
}

/** It was entered, and the server died before it could say so: hers are listed the newest first. */
async function newest(): Promise<Answer<{ id: string }>> {
  const { data, response } = await api.GET('/v1/me/complaints');
  return { data: data?.complaints[0], response };
}

export function Complain() {
  const { query, route } = useLocation();
  const [draft, setDraft] = useState<Draft>(() => load(query));
  const [step, setStep] = useState<Step>('who');
  const [wrong, setWrong] = useState(false);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [saved, setSaved] = useState<Date | undefined>();
  const [done, setDone] = useState<{ id: string; lost: readonly string[] } | undefined>();
  const heading = useRef<HTMLHeadingElement>(null);
  const send = useSend(async (): Promise<Answer<{ id: string }>> => {
    // The draft's own key: the same complaint is sent once, also after the page was lost.
    const answer = await api.POST('/v1/me/complaints', {
      params: { header: { 'Idempotency-Key': draft.key } },
      body: toBody(draft),
    });
    return answer.error?.code === 'answer-lost' ? newest() : answer;
  });
  const shown = useRef(step);
  useEffect(() => {
    // The page's own heading has the focus first.
    if (shown.current !== step) heading.current?.focus();
    shown.current = step;
  }, [step]);
  const set = (to: Draft) => {
    setDraft(to);
    setWrong(false);
    if (store(to)) setSaved(now());
  };
  const at = STEPS.indexOf(step);
  const goTo = (to: Step) => {
    setWrong(false);
    setStep(to);
  };
  const submit = async () => {
    const entered = await send.send();
    if (!entered) return;
    const lost = await sendEvidence(entered.id, files);
    drop();
    setDone({ id: entered.id, lost });
  };
  if (done)
    return (
      <Page title={say(w.complained)}>
        <Receipt title={say(w.complained)}>
          <p>
            {say(w.receiptNumber)} <strong>{done.id}</strong>
          </p>
          <p>{say(w.complainedNext)}</p>
          {done.lost.length > 0 && <p>▲ {say(w.evidenceLost, { files: listed(done.lost) })}</p>}
          <p class="row">
            <a class="button primary" href={`/me/complaints/${done.id}`}>
              {say(w.follow)}
            </a>
          </p>
        </Receipt>
      </Page>
    );
  return (
    <Page title={say(w.complainTitle)} lead={say(w.complainLead)}>
      <form
        class="form me-wizard"
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          if (missing(draft, step)) setWrong(true);
          else if (step === 'review') void submit();
          else goTo(STEPS[at + 1] as Step);
        }}
      >
        <p class="muted" aria-live="polite">
          {say(w.stepOf, { n: at + 1, of: STEPS.length })}
          {saved && ` · ${say(w.draftAt, { time: time(saved) })}`}
        </p>
        <h2 ref={heading} tabIndex={-1}>
          {say(TITLES[step])}
        </h2>
        {wrong && (
          <p class="notice notice-danger" role="alert">
            ▲ {say(WRONG[step])}
          </p>
        )}
        {step === 'who' && <Respondent draft={draft} set={set} />}
        {step === 'what' && <Issues draft={draft} set={set} />}
        {step === 'when' && (
          <>
            <Field
              label={say(w.when)}
              hint={say(w.whenHint)}
              type="datetime-local"
              value={draft.happened}
              onValue={(happened) => set({ ...draft, happened })}
            />
            <TextField
              label={say(w.facts)}
              hint={say(w.factsHint)}
              rows={8}
              maxLength={8000}
              value={draft.facts}
              onValue={(facts) => set({ ...draft, facts })}
            />
          </>
        )}
        {step === 'want' && (
          <TextField
            label={say(w.want)}
            hint={say(w.wantHint)}
            maxLength={2000}
            value={draft.request}
            onValue={(request) => set({ ...draft, request })}
          />
        )}
        {step === 'proof' && <EvidenceFiles files={files} set={setFiles} />}
        {step === 'contact' && <Contact draft={draft} set={set} />}
        {step === 'review' && <Review draft={draft} files={files} goTo={goTo} />}
        <Failed failure={send.failure} />
        <div class="row">
          {at > 0 && <Button onClick={() => goTo(STEPS[at - 1] as Step)}>{say(w.back)}</Button>}
          <Button kind="primary" type="submit" busy={send.busy}>
            {say(step === 'review' ? w.sendComplaint : w.next)}
          </Button>
          <Button
            onClick={() => {
              drop();
              setDraft(emptyDraft());
              route('/me/complaints');
            }}
          >
            {say(w.discard)}
          </Button>
        </div>
      </form>
    </Page>
  );
}
