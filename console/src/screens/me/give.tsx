/* Give: a new consent, in the words that the rules demand, read before it is given. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { endOfDay, inAYear } from '../../app/inputs';
import { language, pick, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Failed } from '../../parts/failed';
import { Check, Choice, Field } from '../../parts/field';
import { w } from '../../text/me';

const KINDS = ['basic', 'contact', 'photo', 'education', 'property', 'identity'] as const;

export function Give({ consents, onDone }: { consents: readonly Schemas['Consent'][]; onDone: () => void }) {
  const organisations = [...new Set(consents.map((c) => c.organisation))];
  const purposes = [
    ...new Set(['matchmaking.introduce', 'matchmaking.followup', ...consents.flatMap((c) => c.purposes)]),
  ];
  const [organisation, setOrganisation] = useState(organisations[0] ?? '');
  const [purpose, setPurpose] = useState(purposes[0] ?? '');
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const [until, setUntil] = useState(inAYear());
  const [wording, setWording] = useState<Schemas['Wording'] | undefined>();
  const terms = {
    organisation,
    purposes: [purpose],
    categories: [...kinds],
    channels: ['call', 'message', 'file'],
    until: endOfDay(until),
  };
  const ask = useSend(() => api.POST('/v1/me/consents/wording', { body: terms }));
  const give = useSend(() =>
    api.PUT('/v1/me/consents', {
      body: { changes: [{ act: 'give', ...terms, wording: wording ? wording[language.value] : '' }] },
    }),
  );
  const changed =
    <T,>(set: (v: T) => void) =>
    (value: T) => {
      setWording(undefined);
      set(value);
    };
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (!wording) setWording(await ask.send());
        else if (await give.send()) onDone();
      }}
    >
      <Failed failure={ask.failure ?? give.failure} />
      <Choice
        label={say(w.giveTo)}
        value={organisation}
        onValue={changed(setOrganisation)}
        options={organisations.map((o) => [o, nameOf(o)] as const)}
      />
      <Choice
        label={say(w.giveFor)}
        value={purpose}
        onValue={changed(setPurpose)}
        options={purposes.map((p) => [p, titleOf('purposes', p)] as const)}
      />
      <fieldset>
        <legend>{say(w.giveKinds)}</legend>
        {KINDS.map((k) => (
          <Check
            key={k}
            label={titleOf('categories', k)}
            checked={kinds.includes(k)}
            onChecked={(on) => changed(setKinds)(on ? [...kinds, k] : kinds.filter((x) => x !== k))}
          />
        ))}
      </fieldset>
      <Field label={say(w.giveUntil)} type="date" value={until} onValue={changed(setUntil)} required />
      {wording && <blockquote>{pick(wording)}</blockquote>}
      <Button type="submit" busy={ask.busy || give.busy}>
        {say(wording ? w.giveNow : w.giveRead)}
      </Button>
    </form>
  );
}
