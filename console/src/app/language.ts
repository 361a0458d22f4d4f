/*
 * language: which one the page speaks, and how it says things.
 *
 * Every text is a pair, Chinese first, in src/text/; `say` picks one and fills its {places}.
 * A component that calls `say` is drawn anew when the language changes, since it reads the signal.
 */
import { signal } from '@preact/signals';
import { forGood } from './storage';

export type Pair = readonly [zh: string, en: string];
export type Words = Readonly<Record<string, Pair>>;
export type Language = 'zh' | 'en';

const KEY = 'menshen.language';

export const language = signal<Language>(forGood.get(KEY) === 'en' ? 'en' : 'zh');

export function setLanguage(to: Language): void {
  language.value = to;
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en';
  forGood.set(KEY, to);
}

/** Fills {n} with what `values` has of it, and {n|day|days} with the word that goes with so many. */
export function say(pair: Pair, values: Readonly<Record<string, string | number>> = {}): string {
  const text = pair[language.value === 'zh' ? 0 : 1];
  return text
    .replace(/\{(\w+)\|([\w ]*)\|([\w ]*)\}/g, (_, name: string, one: string, more: string) =>
      String(values[name]) === '1' ? one : more,
    )
    .replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** What a table calls a code; the code itself where it has no name for it. */
export function called(table: Readonly<Record<string, Pair>>, code: string): string {
  return say(table[code] ?? [code, code]);
}

/** Of a text that the server sends in both languages. */
export function pick(texts: { zh?: string | undefined; en?: string | undefined }): string {
  return (language.value === 'zh' ? texts.zh : texts.en) ?? texts.zh ?? texts.en ?? '';
}
