/*
 * act-body: from what a form holds to the body of an act, by the fields that the server names for
 * it (GET /v1/cases/{id}/next). Pure.
 */
import type { Schemas } from '../../api/client';
import { instant } from '../../app/inputs';
import { fenOf } from './fine';

export type ActField = Schemas['ActField'];

export interface Item {
  text: string;
  until: string; // of a date and time input
}

export interface Held {
  texts: Readonly<Record<string, string>>; // of text, time, id, word and number fields
  lists: Readonly<Record<string, readonly string[]>>; // of ids, numbers, matters
  flags: Readonly<Record<string, boolean>>;
  items: readonly Item[];
}

export const NOTHING: Held = { texts: {}, lists: {}, flags: {}, items: [{ text: '', until: '' }] };

/** Those for which an authority was named; nobody named: all that the routes name, on paper. */
function departmentsOf(held: Held): unknown {
  const named = Object.entries(held.texts).filter(([k, v]) => k.startsWith('to.') && v !== '');
  return named.length === 0
    ? undefined
    : named.map(([k, organisation]) => ({ department: k.slice(3), organisation }));
}

function heldOf(field: ActField, held: Held): unknown {
  const text = (held.texts[field.name] ?? '').trim();
  const list = held.lists[field.name] ?? [];
  switch (field.type) {
    case 'text':
    case 'id':
    case 'word':
      return text === '' ? undefined : text;
    case 'time':
      return text === '' ? undefined : instant(text);
    case 'number':
      if (text === '') return undefined;
      return field.name === 'amount_fen' ? (fenOf(text) ?? text) : Number(text);
    case 'ids':
    case 'matters':
      return list.length === 0 ? undefined : [...list];
    case 'numbers':
      return list.length === 0 ? undefined : list.map(Number);
    case 'flag':
      return held.flags[field.name] ? true : undefined;
    case 'items':
      return held.items
        .filter((i) => i.text.trim() !== '' || i.until !== '')
        .map((i) => ({ text: i.text.trim(), until: instant(i.until) }));
    case 'departments':
      return departmentsOf(held);
  }
}

const AT_HAND = ['text', 'to', 'measure', 'place', 'accepted', 'failed', 'method'];

/**
 * What is asked at once: what must be said, first; of the rest what is usual, and the reasons where a
 * fine leaves a choice. An act that must say nothing shows all that it may.
 */
export function firstOf(fields: readonly ActField[], reasons: boolean): readonly ActField[] {
  const must = fields.filter((f) => f.required);
  if (must.length === 0) return fields;
  const named = reasons ? [...AT_HAND, 'mitigating', 'aggravating'] : AT_HAND;
  return [...must, ...fields.filter((f) => !f.required && named.includes(f.name))];
}

/** The act as it is sent; a field that holds nothing is left out. */
export function bodyOf(kind: string, fields: readonly ActField[], held: Held): Schemas['CaseAct'] {
  const body: Record<string, unknown> = { kind };
  for (const field of fields) {
    const value = heldOf(field, held);
    if (value !== undefined) body[field.name] = value;
  }
  return body as unknown as Schemas['CaseAct'];
}

/** The fields of the measure that was chosen: a notice of criticism has words, and no amount. */
export function fieldsOf(kind: string, fields: readonly ActField[], held: Held): readonly ActField[] {
  const criticism = kind === 'notice_of_penalty' && held.texts.measure === 'criticism';
  const figures = ['count', 'amount_fen', 'party', 'mitigating', 'aggravating'];
  return criticism
    ? fields.filter((f) => !figures.includes(f.name)).map((f) => ({ ...f, required: f.name === 'text' }))
    : fields;
}
