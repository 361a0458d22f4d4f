/* Respondent: whom the complaint is about, found by a part of the name. */
import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { Field } from '../../parts/field';
import { w } from '../../text/me';
import type { Draft } from './draft';

type Found = Schemas['OrganisationNames']['organisations'];
const PAUSE_MS = 250;

export function Respondent({ draft, set }: { draft: Draft; set: (d: Draft) => void }) {
  const [part, setPart] = useState('');
  const [found, setFound] = useState<Found | undefined>();
  useEffect(() => {
    if (part.trim() === '') {
      setFound(undefined);
      return;
    }
    let mine = true;
    const timer = setTimeout(() => {
      api.GET('/v1/organisations/names', { params: { query: { q: part.trim() } } }).then(
        ({ data }) => mine && setFound(data?.organisations ?? []),
        () => mine && setFound(undefined),
      );
    }, PAUSE_MS);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [part]);
  const choices = found ?? [];
  return (
    <>
      {draft.respondent && (
        <p class="notice notice-info">
          ● {say(w.chosen)} <strong>{draft.respondentName || nameOf(draft.respondent)}</strong>
        </p>
      )}
      <Field
        label={say(w.findWho)}
        hint={say(w.findWhoHint)}
        type="search"
        name="respondent"
        maxLength={60}
        value={part}
        onValue={setPart}
      />
      <div role="status">
        {found && choices.length === 0 && <p>{say(w.nobodyFound)}</p>}
        {choices.length > 0 && (
          <fieldset>
            <legend>{say(w.pickOne, { n: choices.length })}</legend>
            {choices.map((o) => (
              <label key={o.id} class="me-option">
                <input
                  type="radio"
                  name="organisation"
                  checked={draft.respondent === o.id}
                  onInput={() => set({ ...draft, respondent: o.id, respondentName: o.name })}
                />
                <span>
                  <strong>{o.name}</strong>
                  {o.region && <span class="muted">{o.region}</span>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
      </div>
    </>
  );
}
