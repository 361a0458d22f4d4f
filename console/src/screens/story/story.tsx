/* A guided story: one step after another, each done for real with one button. */

import { useEffect, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Failure } from '../../api/load';
import { type Pair, say } from '../../app/language';
import { inTab } from '../../app/storage';
import { Button } from '../../parts/button';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Page } from '../../parts/page';
import { w } from '../../text/story';
import { w as bar } from '../../text/story-bar';
import { agency } from './agency';
import { carrier } from './carrier';
import { Crm } from './crm';
import { begin, finish, goTo, isDone, isOver, type Progress, restore } from './machine';
import { person } from './person';
import { regulator } from './regulator';
import { type Step, Stuck } from './run';
import { type Shown, ShownList } from './shown';

const STORIES: Readonly<Record<string, { question: Pair; steps: readonly Step[] }>> = {
  agency: { question: w.agencyQuestion, steps: agency },
  carrier: { question: w.carrierQuestion, steps: carrier },
  regulator: { question: w.regulatorQuestion, steps: regulator },
  person: { question: w.personQuestion, steps: person },
};

const keyOf = (role: string) => `menshen.story.${role}`;

function Steps({ steps, at, onGo }: { steps: readonly Step[]; at: Progress; onGo: (i: number) => void }) {
  return (
    <ol class="story-steps">
      {steps.map((s, i) => (
        <li key={s.id}>
          <button
            type="button"
            class="plain"
            disabled={i > at.done.length}
            aria-current={i === at.at ? 'step' : undefined}
            onClick={() => onGo(i)}
          >
            <span aria-hidden="true">{isDone(at, i) ? '✓' : i + 1}</span> {say(s.title)}
          </button>
        </li>
      ))}
    </ol>
  );
}

function Told({ role, steps, question }: { role: string; steps: readonly Step[]; question: Pair }) {
  const { query, route } = useLocation();
  const [p, set] = useState(() => {
    const was = restore(inTab.get(keyOf(role)), steps.length);
    return query.step === undefined ? was : goTo(was, Number(query.step) - 1, steps.length);
  });
  const [busy, setBusy] = useState(false);
  const [stuck, setStuck] = useState<Shown | undefined>();
  const [failure, setFailure] = useState<Failure | undefined>();

  const change = (to: Progress) => {
    set(to);
    inTab.setJson(keyOf(role), to);
    setStuck(undefined);
    setFailure(undefined);
  };
  const go = (i: number) => {
    const to = goTo(p, i, steps.length);
    change(to);
    route(`/story/${role}?step=${to.at + 1}`);
  };
  // The browser's back and forward.
  useEffect(() => {
    const asked = query.step === undefined ? p.at : Number(query.step) - 1;
    if (asked !== p.at) change(goTo(p, asked, steps.length));
  }, [query.step]);

  const step = steps[p.at];
  if (!step) return null;
  const done = p.done[p.at];
  const run = async () => {
    setBusy(true);
    setStuck(undefined);
    setFailure(undefined);
    try {
      change(finish(p, await step.run()));
    } catch (e) {
      if (e instanceof Stuck) setStuck(e.shown);
      else setFailure({ kind: 'offline' });
    } finally {
      setBusy(false);
    }
  };
  const last = p.at === steps.length - 1;
  return (
    <Page title={say(question)} lead={say(w.step, { n: p.at + 1, of: steps.length })}>
      <div class={step.crm ? 'story story-two' : 'story'}>
        <Steps steps={steps} at={p} onGo={go} />
        {step.crm && (
          <Crm steps={steps.slice(0, p.at + (done ? 1 : 0))} now={step} done={done !== undefined} />
        )}
        <section class="card story-step" aria-labelledby="story-step">
          {step.crm && <p class="story-side">{say(w.here)}</p>}
          <h2 id="story-step">{say(step.title)}</h2>
          <p>{say(step.text)}</p>
          <p class="story-acts">
            <Button kind={done ? 'plain' : 'primary'} busy={busy} onClick={run}>
              {say(done ? w.again : step.button)}
            </Button>
            {done && !last && (
              <Button kind="primary" onClick={() => go(p.at + 1)}>
                {say(w.next)}
              </Button>
            )}
          </p>
          <Failed failure={failure} />
          {stuck && <ShownList of={[stuck]} />}
          {done && <ShownList of={done} />}
          {done && step.links.length > 0 && (
            <p>
              {say(w.inScreens)}{' '}
              {step.links.map((l) => (
                <a key={l.href} class="story-link" href={l.href}>
                  {say(l.text)}
                </a>
              ))}
            </p>
          )}
          {isOver(p, steps.length) && last && (
            <div class="notice notice-success">
              <p>✓ {say(w.over)}</p>
              <p>
                <Button
                  onClick={() => {
                    change(begin);
                    route(`/story/${role}`);
                  }}
                >
                  {say(w.restart)}
                </Button>
              </p>
            </div>
          )}
        </section>
      </div>
    </Page>
  );
}

export function Story() {
  const role = useRoute().params.role ?? '';
  const story = STORIES[role];
  if (!story)
    return (
      <Page title={say(w.title)}>
        <Empty act={<a href="/">{say(bar.demo)}</a>}>{say(bar.allMadeUp)}</Empty>
      </Page>
    );
  return <Told key={role} role={role} steps={story.steps} question={story.question} />;
}
