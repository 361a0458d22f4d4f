/* Refusing: sectors, kinds of numbers, hours, single numbers and organisations; acts on the next call. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { type Load, useSend } from '../../api/load';
import { now } from '../../app/clock';
import { time } from '../../app/format';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { sectorCodes, titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Check, Choice, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/me';
import { classes } from '../../text/me-codes';
import { changes, isWindow, preset, refuse, refuses, shownNumber, toggle, type Wishes } from './wishes';

function Hours({ wishes, set }: { wishes: Wishes; set: (w: Wishes) => void }) {
  const [from, setFrom] = useState('10:00');
  const [until, setUntil] = useState('20:00');
  const [wrong, setWrong] = useState(false);
  return (
    <fieldset>
      <legend>{say(w.hours)}</legend>
      <p class="field-hint">{say(w.hoursHint)}</p>
      {wishes.hours.length === 0 && <p>{say(w.hoursLawful)}</p>}
      <ul class="me-items">
        {wishes.hours.map((h) => (
          <li key={h}>
            {h.replace('-', '–')}
            <button
              type="button"
              class="plain"
              onClick={() => set({ ...wishes, hours: toggle(wishes.hours, h, false) })}
            >
              <span aria-hidden="true">×</span>
              <span class="unseen">{say(w.remove, { what: h })}</span>
            </button>
          </li>
        ))}
      </ul>
      <div class="me-side">
        <Field label={say(w.from)} type="time" value={from} onValue={setFrom} />
        <Field
          label={say(w.to)}
          type="time"
          value={until}
          onValue={setUntil}
          error={wrong ? say(w.hoursWrong) : undefined}
        />
        <Button
          onClick={() => {
            setWrong(!isWindow(from, until));
            if (isWindow(from, until))
              set({ ...wishes, hours: toggle(wishes.hours, `${from}-${until}`, true).sort() });
          }}
        >
          {say(w.add)}
        </Button>
      </div>
    </fieldset>
  );
}

function Lists({ wishes, set }: { wishes: Wishes; set: (w: Wishes) => void }) {
  const [item, setItem] = useState('');
  const [list, setList] = useState<'block' | 'allow'>('block');
  const shown = (x: string) => (x.startsWith('org_') ? nameOf(x) : shownNumber(x));
  return (
    <fieldset>
      <legend>{say(w.lists)}</legend>
      {(['block', 'allow'] as const).map((which) => (
        <div key={which}>
          <h3>{say(which === 'block' ? w.blocked : w.welcome)}</h3>
          {wishes[which].length === 0 && <p class="muted">{say(w.nobody)}</p>}
          <ul class="me-items">
            {wishes[which].map((x) => (
              <li key={x}>
                {shown(x)}
                <button
                  type="button"
                  class="plain"
                  onClick={() => set({ ...wishes, [which]: toggle(wishes[which], x, false) })}
                >
                  <span aria-hidden="true">×</span>
                  <span class="unseen">{say(w.remove, { what: shown(x) })}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div class="me-side">
        <Field label={say(w.number)} type="tel" value={item} onValue={setItem} />
        <Choice
          label={say(w.list)}
          value={list}
          onValue={(v) => setList(v === 'allow' ? 'allow' : 'block')}
          options={[
            ['block', say(w.blocked)],
            ['allow', say(w.welcome)],
          ]}
        />
        <Button
          disabled={item.trim() === ''}
          onClick={() => {
            set({ ...wishes, [list]: toggle(wishes[list], item.trim(), true) });
            setItem('');
          }}
        >
          {say(w.add)}
        </Button>
      </div>
    </fieldset>
  );
}

export function Refusing({ wishes }: { wishes: Load<Wishes> }) {
  const [draft, setDraft] = useState<Partial<Wishes> | undefined>(); // what she changed
  const sent = useRef(draft); // of that, what is saved
  const [saved, setSaved] = useState<Date | undefined>();
  const sectors = sectorCodes();
  // What she changed meanwhile outlives what comes from the server.
  useEffect(() => setDraft((now) => (now === sent.current ? undefined : now)), [wishes.data]);
  const send = useSend((_key, body: Wishes) => api.PUT('/v1/me/preferences', { body }));
  return (
    <section class="card" aria-labelledby="refusing">
      <h2 id="refusing">{say(w.refusing)}</h2>
      <Loaded of={wishes}>
        {(kept) => {
          const wanted = { ...kept, ...draft };
          const set = (to: Wishes) => {
            setSaved(undefined);
            setDraft({ ...draft, ...changes(wanted, to) });
          };
          return (
            <form
              class="stack"
              onSubmit={async (e) => {
                e.preventDefault();
                if (!(await send.send(wanted))) return;
                sent.current = draft;
                setSaved(now());
                wishes.reload();
              }}
            >
              <div class="row">
                <span>{say(w.presets)}</span>
                <Button onClick={() => set(preset(wanted, sectors, 'none'))}>{say(w.presetNone)}</Button>
                <Button onClick={() => set(preset(wanted, sectors, 'matchmaker'))}>
                  {say(w.presetMatchmaker)}
                </Button>
                <Button onClick={() => set(preset(wanted, sectors, 'lawful'))}>{say(w.presetLawful)}</Button>
              </div>
              <fieldset>
                <legend>{say(w.sectors)}</legend>
                <div class="me-ticks">
                  {sectors.map((s) => (
                    <Check
                      key={s}
                      label={titleOf('sectors', s)}
                      checked={refuses(wanted, s)}
                      onChecked={(on) => set(refuse(wanted, sectors, s, on))}
                    />
                  ))}
                </div>
              </fieldset>
              <fieldset>
                <legend>{say(w.classes)}</legend>
                <div class="me-ticks">
                  {Object.entries(classes).map(([c, word]) => (
                    <Check
                      key={c}
                      label={say(word)}
                      checked={wanted.classes.includes(c)}
                      onChecked={(on) => set({ ...wanted, classes: toggle(wanted.classes, c, on) })}
                    />
                  ))}
                </div>
              </fieldset>
              <Hours wishes={wanted} set={set} />
              <Lists wishes={wanted} set={set} />
              <Failed failure={send.failure} />
              {saved && <Receipt title={say(w.savedAt, { time: time(saved) })} />}
              <div class="row">
                <Button type="submit" busy={send.busy} disabled={!draft}>
                  {say(w.save)}
                </Button>
                {draft && <span class="muted">{say(w.notSaved)}</span>}
              </div>
            </form>
          );
        }}
      </Loaded>
    </section>
  );
}
