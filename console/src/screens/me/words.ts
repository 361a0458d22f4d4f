/*
 * words: what codes of an answer are called by the rule pack: purposes, categories, sectors and
 * rules. Asked for once a page.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
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
