/*
 * words: what the rule pack calls its codes: purposes, categories, sectors, rules and the reasons
 * that they answer with. Asked for once, by the first that needs one.
 */
import { signal } from '@preact/signals';
import { api, type Schemas } from '../api/client';
import { pick } from './language';

type Words = Schemas['Words'];
export type Word = Schemas['Word'];

const words = signal<Words | undefined>(undefined);
const wordless = signal(false); // asked in vain: codes are shown as they are
let asked: Promise<void> | undefined;

async function ask(): Promise<void> {
  const { data } = await api.GET('/v1/words').catch(() => ({ data: undefined }));
  words.value = data;
  wordless.value = data === undefined;
  if (!data) asked = undefined;
}

/** Until there are words, or it is clear that there are none now. */
export function askWords(): Promise<void> {
  asked ??= ask();
  return asked;
}

function known(): Words | undefined {
  void askWords();
  return words.value;
}

/** Are the words still to come? A page that waits for them does not move when they are there. */
export function wordsAwaited(): boolean {
  return known() === undefined && !wordless.value;
}

export function wordOf(of: keyof Words, code: string): Word | undefined {
  return known()?.[of][code];
}

/** The title of a code, or the code itself until its word is known. */
export function titleOf(of: keyof Words, code: string): string {
  const word = wordOf(of, code);
  return word ? pick(word.title) : code;
}

/** Of a reason, by the rule that answers with it; several rules may, then the first. */
export function reasonWord(reason: string): Word | undefined {
  return Object.values(known()?.rules ?? {}).find((r) => r.reasons?.includes(reason));
}

export function reasonOf(reason: string): string {
  const word = reasonWord(reason);
  return word ? pick(word.title) : reason;
}

/** Codes in the order of the pack; empty until they are known. */
export function sectorCodes(): readonly string[] {
  return Object.keys(known()?.sectors ?? {});
}
