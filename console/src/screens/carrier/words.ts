/* words: what the rule pack calls sectors, and why calls are refused; asked once. */
import { signal } from '@preact/signals';
import { api, type Schemas } from '../../api/client';
import { pick } from '../../app/language';

const words = signal<Schemas['Words'] | undefined>(undefined);
let asked = false;

function known(): Schemas['Words'] | undefined {
  if (!asked) {
    asked = true;
    api.GET('/v1/words').then(
      ({ data }) => {
        words.value = data;
      },
      () => {
        asked = false;
      },
    );
  }
  return words.value;
}

export function sector(code: string): string {
  const word = known()?.sectors[code];
  return word ? pick(word.title) : code;
}

/** A reason by the rule that answers with it; several rules may, then the first. */
export function reasonWord(reason: string): Schemas['Word'] | undefined {
  return Object.values(known()?.rules ?? {}).find((r) => r.reasons?.includes(reason));
}

export function reason(code: string): string {
  const word = reasonWord(code);
  return word ? pick(word.title) : code;
}
