/*
 * words: what codes and ids of an answer are called: purposes, categories, sectors and rules by the
 * rule pack, organisations by their registration. Each is asked for once a page.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Answer, api, type Schemas } from '../../api/client';
import { type Pair, pick } from '../../app/language';

export type Word = Schemas['Word'];

/** Between the items of a list. */
export const COMMA: Pair = ['、', ', '];

const words = signal<Schemas['Words'] | undefined>(undefined);
const wordless = signal(false); // asked in vain: codes are shown as they are
let askedWords = false;

function askWords(): void {
  if (askedWords) return;
  askedWords = true;
  api.GET('/v1/words').then(
    ({ data }) => {
      words.value = data;
      askedWords = data !== undefined;
      wordless.value = data === undefined;
    },
    () => {
      askedWords = false;
      wordless.value = true;
    },
  );
}

/** Are the words still to come? A page that waits for them does not move when they are there. */
export function useWordsAwaited(): boolean {
  useEffect(askWords, []);
  return words.value === undefined && !wordless.value;
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
const askedNames = new Map<string, Promise<void>>();
type Ids = readonly (string | null | undefined)[];

async function askNames(ids: readonly string[]): Promise<void> {
  const answer = await api
    .GET('/v1/me/organisations', { params: { query: { ids: ids.join(',') } } })
    .catch(() => undefined);
  if (!answer?.data) {
    for (const id of ids) askedNames.delete(id);
    return;
  }
  const more = new Map(names.value);
  for (const o of answer.data.organisations) more.set(o.id, o.name);
  names.value = more;
}

/** Ask for the names that are not known yet. Resolves when they are, or cannot be had. */
async function learnNames(of: Ids): Promise<void> {
  const ids = [...new Set(of)].filter((id): id is string => typeof id === 'string' && id !== '').sort();
  const fresh = ids.filter((id) => !askedNames.has(id));
  for (let i = 0; i < fresh.length; i += 20) {
    const some = fresh.slice(i, i + 20);
    const asked = askNames(some);
    for (const id of some) askedNames.set(id, asked);
  }
  await Promise.all(ids.map((id) => askedNames.get(id)));
}

/** An answer once the organisations in it have their names, so that nothing moves when they come. */
export async function named<T>(asked: Promise<Answer<T>>, of: (data: T) => Ids): Promise<Answer<T>> {
  const answer = await asked;
  if (answer.data !== undefined) await learnNames(of(answer.data));
  return answer;
}

/** What the organisations are called; an id is its own name until then. */
export function useNames(ids: Ids): (id: string | null | undefined) => string {
  const key = [...new Set(ids)].sort().join(',');
  useEffect(() => void learnNames(key.split(',')), [key]);
  const known = names.value;
  return (id) => (id ? (known.get(id) ?? id) : '');
}
