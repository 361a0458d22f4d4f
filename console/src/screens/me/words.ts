/*
 * words: what codes and ids of an answer are called: purposes, categories, sectors and rules by the
 * rule pack, organisations by their registration. Each is asked for once a page.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { type Pair, pick } from '../../app/language';

export type Word = Schemas['Word'];

/** Between the items of a list. */
export const COMMA: Pair = ['、', ', '];

const words = signal<Schemas['Words'] | undefined>(undefined);
let askedWords = false;

function askWords(): void {
  if (askedWords) return;
  askedWords = true;
  api.GET('/v1/words').then(
    ({ data }) => {
      words.value = data;
      askedWords = data !== undefined;
    },
    () => {
      askedWords = false;
    },
  );
}

export function useWords(): (of: keyof Schemas['Words'], code: string) => Word | undefined {
  useEffect(askWords, []);
  const known = words.value;
  return (of, code) => known?.[of][code];
}

/** The title of a code, or the code itself until its word is known. */
export function useTitles(): (of: keyof Schemas['Words'], code: string) => string {
  const find = useWords();
  return (of, code) => {
    const word = find(of, code);
    return word ? pick(word.title) : code;
  };
}

/** Sector codes in the order of the pack; empty until they are known. */
export function useSectors(): readonly string[] {
  useEffect(askWords, []);
  return Object.keys(words.value?.sectors ?? {});
}

const names = signal<ReadonlyMap<string, string>>(new Map());
const askedNames = new Set<string>();

/** What the organisations are called; an id is its own name until then. */
export function useNames(
  ids: readonly (string | null | undefined)[],
): (id: string | null | undefined) => string {
  const all = [...new Set(ids)].filter((id): id is string => typeof id === 'string' && id !== '').sort();
  const key = all.join(',');
  useEffect(() => {
    const fresh = key.split(',').filter((id) => id !== '' && !askedNames.has(id));
    for (let i = 0; i < fresh.length; i += 20) {
      const some = fresh.slice(i, i + 20);
      for (const id of some) askedNames.add(id);
      api.GET('/v1/me/organisations', { params: { query: { ids: some.join(',') } } }).then(
        ({ data }) => {
          const more = new Map(names.value);
          for (const o of data?.organisations ?? []) more.set(o.id, o.name);
          names.value = more;
        },
        () => {
          for (const id of some) askedNames.delete(id);
        },
      );
    }
  }, [key]);
  const known = names.value;
  return (id) => (id ? (known.get(id) ?? id) : '');
}
