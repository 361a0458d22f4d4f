/*
 * secrets: what the sample city keeps, to be looked for in all that a browser gets.
 *
 * Members' numbers, identity numbers, chats and browsing, as src/cli/demo_member.c makes them; the
 * lines of the chats are read from the very file that they come from.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const WORDS = join(resolve(__dirname, '../..'), 'src/cli/demo_words.c');
const SHORT = 6; // a shorter line of a chat may stand anywhere

/* Every subscriber's number, as a person or a program writes it. */
const BETWEEN = '[\\s.\\u00a0-]?';
const NUMBER = new RegExp(
  `(?<![\\w-])(?:\\+?86|0)?${BETWEEN}(1${BETWEEN}3${BETWEEN}[89](?:${BETWEEN}0){4}(?:${BETWEEN}\\d){4})(?!\\d)`,
  'g',
);
const KINDS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a number', NUMBER],
  ['an identity number', /(?<![\w-])99\d{4}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dX](?!\w)/g],
  ['browsing', /浏览 per_x\d+/g],
  ['a portrait', /iVBORw0KGgo/g], // PNG in base64: pictures come as pictures, where they may
];

function chats(): string[] {
  const source = readFileSync(WORDS, 'utf8');
  const talks = source.slice(source.indexOf('demo_talks[]'));
  const lines = [...talks.matchAll(/"(>?)([^"]+)"/g)].map((m) => m[2] ?? '');
  const long = lines.filter((l) => l.length >= SHORT);
  if (long.length < 20) throw new Error(`${WORDS}: where are the chats?`);
  return long;
}
const CHATS = chats();

/** A member's number, as digits: what a page of her own may show. */
export function digits(number: string): string {
  return number.replace(/\D/g, '').slice(-11);
}

/** What of it stands in `text`, but for what is allowed. */
export function secretsIn(text: string, allowed: ReadonlySet<string> = new Set()): string[] {
  const found: string[] = [];
  for (const [what, pattern] of KINDS)
    for (const hit of text.matchAll(pattern))
      if (!allowed.has(digits(hit[1] ?? hit[0]))) found.push(`${what}: ${hit[0]}`);
  for (const line of CHATS) if (text.includes(line)) found.push(`a line of a chat: ${line}`);
  return found;
}
