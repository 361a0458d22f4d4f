/* Whom a draw may draw: who is left out and why, and who stands in the list more than once. */
import { useState } from 'preact/hooks';
import { say } from '../../app/language';
import { Check, Field } from '../../parts/field';
import { w } from '../../text/desk';
import { type Exclusion, exclusions } from '../../text/desk-codes';
import type { Names } from './names';

export interface Population {
  out: ReadonlyMap<string, Exclusion | ''>; // '': the reason is not said yet
  weights: ReadonlyMap<string, number>; // of those in the list; absent: once
}

export const EVERYBODY: Population = { out: new Map(), weights: new Map() };
const FEW = 6; // so many are found without a filter
const LEVELS = [
  [1, w.riskNormal],
  [2, w.riskRaised],
  [3, w.riskHigh],
] as const;

/** As POST /v1/draws takes them. */
export function risksOf(p: Population): { weights: string[]; exclusions: string[] } {
  return {
    weights: [...p.weights].filter(([id, n]) => n > 1 && !p.out.has(id)).map(([id, n]) => `${id}:${n}`),
    exclusions: [...p.out].map(([id, why]) => `${id}:${why}`),
  };
}

function put<V>(map: ReadonlyMap<string, V>, id: string, value: V | undefined): ReadonlyMap<string, V> {
  const next = new Map(map);
  if (value === undefined) next.delete(id);
  else next.set(id, value);
  return next;
}

export function PopulationFields({
  of,
  chosen,
  choose,
}: {
  of: Names['organisations'];
  chosen: Population;
  choose: (to: Population) => void;
}) {
  const [search, setSearch] = useState('');
  const shown = of.filter((o) => `${o.name} ${o.region ?? ''}`.includes(search.trim()));
  return (
    <fieldset class="choices">
      <legend>{say(w.population, { n: of.length - chosen.out.size })}</legend>
      {of.length > FEW && <Field label={say(w.find)} type="search" value={search} onValue={setSearch} />}
      {shown.map((o) => {
        const why = chosen.out.get(o.id);
        return (
          <div key={o.id} class="population">
            <Check
              label={o.name}
              checked={why === undefined}
              onChecked={(on) => choose({ ...chosen, out: put(chosen.out, o.id, on ? undefined : '') })}
            />
            {why === undefined ? (
              <select
                aria-label={say(w.riskOf, { who: o.name })}
                value={chosen.weights.get(o.id) ?? 1}
                onInput={(e) =>
                  choose({ ...chosen, weights: put(chosen.weights, o.id, Number(e.currentTarget.value)) })
                }
              >
                {LEVELS.map(([n, word]) => (
                  <option key={n} value={n}>
                    {say(word)}
                  </option>
                ))}
              </select>
            ) : (
              <select
                aria-label={say(w.leftOutWhy, { who: o.name })}
                required
                value={why}
                onInput={(e) =>
                  choose({ ...chosen, out: put(chosen.out, o.id, e.currentTarget.value as Exclusion | '') })
                }
              >
                <option value="">{say(w.leftOutReason)}</option>
                {(Object.keys(exclusions) as Exclusion[]).map((k) => (
                  <option key={k} value={k}>
                    {say(exclusions[k])}
                  </option>
                ))}
              </select>
            )}
          </div>
        );
      })}
      {shown.length === 0 && <p class="muted">{say(w.nothingSo)}</p>}
    </fieldset>
  );
}
