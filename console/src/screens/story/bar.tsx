/* The sample city's bar, above every page: its clock, who one is, and the stories. */
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api } from '../../api/client';
import { askDemo, type DemoRole, demo, moveClock, sit } from '../../app/demo';
import { moment } from '../../app/format';
import { pick, say } from '../../app/language';
import { session } from '../../app/session';
import { Chip } from '../../parts/chip';
import { w } from '../../text/story-bar';

const STEPS = [
  ['hour', w.hour],
  ['day', w.dayOn],
  ['working_day', w.workingDay],
] as const;
const MINUTE = 60_000;

async function makeRoom() {
  const { data } = await api.POST('/v1/demo/faults', { body: { disk: 'ok' } });
  if (data) demo.value = data;
}

export function DemoBar() {
  const { route } = useLocation();
  const [busy, setBusy] = useState(false);
  const state = demo.value;
  useEffect(() => {
    document.documentElement.dataset.demo = '1';
    void askDemo();
    const timer = setInterval(() => void askDemo(), MINUTE);
    return () => clearInterval(timer);
  }, []);
  if (!state) return null; // its place is kept (story.css)
  return (
    <aside class="demo-bar" aria-label={say(w.demo)}>
      <span class="demo-now">
        <strong title={say(w.allMadeUp)}>{say(w.demo)}</strong>
        <time class="demo-clock" dateTime={state.now} title={say(w.clock, { time: moment(state.now) })}>
          {moment(state.now)}
        </time>
        {state.disk === 'full' && (
          <button type="button" class="plain" onClick={makeRoom}>
            <Chip tone="danger">{say(w.diskFull)}</Chip>
          </button>
        )}
      </span>
      <span class="demo-steps">
        {STEPS.map(([by, word]) => (
          <button
            key={by}
            type="button"
            class="plain"
            disabled={busy}
            onClick={async () => {
              setBusy(true);
              await moveClock(by).catch(() => undefined);
              setBusy(false);
              // What the page shows is of before.
              if (session.value) location.reload();
            }}
          >
            {say(word)}
          </button>
        ))}
      </span>
      <select
        aria-label={say(w.seat)}
        value=""
        onChange={async (e) => {
          const seat = state.seats[Number(e.currentTarget.value)];
          if (!seat) return;
          const answer = await sit(seat.role as DemoRole, seat.as).catch(() => undefined);
          if (answer?.data) route('/', true);
        }}
      >
        <option value="">{say(w.seat)}</option>
        {state.seats.map((s, i) => (
          <option key={s.role + s.as} value={i}>
            {pick(s.who)}
          </option>
        ))}
      </select>
      <a href="/?stories">{say(w.stories)}</a>
    </aside>
  );
}
