import { describe, expect, it } from 'vitest';
import { type ActField, bodyOf, fieldsOf, firstOf, NOTHING } from './act-body';

const field = (name: string, type: ActField['type'], required = false): ActField => ({
  name,
  type,
  required,
});

describe('the body of an act', () => {
  it('has what the form holds, and nothing that it does not', () => {
    const fields = [
      field('text', 'text', true),
      field('place', 'text'),
      field('at', 'time'),
      field('officers', 'ids'),
    ];
    const held = {
      ...NOTHING,
      texts: { text: ' please come ', place: '', at: '2026-11-25T10:00' },
      lists: { officers: ['stf_1', 'stf_2'] },
    };
    expect(bodyOf('summons', fields, held)).toEqual({
      kind: 'summons',
      text: 'please come',
      at: '2026-11-25T10:00:00+08:00',
      officers: ['stf_1', 'stf_2'],
    });
  });
  it('has money in fen and other numbers as they are', () => {
    const fields = [field('amount_fen', 'number'), field('count', 'number')];
    expect(bodyOf('penalty', fields, { ...NOTHING, texts: { amount_fen: '10,000', count: '2' } })).toEqual({
      kind: 'penalty',
      amount_fen: 1_000_000,
      count: 2,
    });
  });
  it('has the items that were written', () => {
    const items = [
      { text: 'close the chats', until: '2026-12-01T18:00' },
      { text: '', until: '' },
    ];
    expect(bodyOf('rectification', [field('items', 'items', true)], { ...NOTHING, items })).toEqual({
      kind: 'rectification',
      items: [{ text: 'close the chats', until: '2026-12-01T18:00:00+08:00' }],
    });
  });
  it('names the departments for which an authority was chosen', () => {
    const held = {
      ...NOTHING,
      texts: { 'to.police': '', 'to.cyberspace': 'org_c' },
      lists: { matters: ['crime'] },
    };
    const fields = [field('matters', 'matters', true), field('to', 'departments')];
    expect(bodyOf('dispatch', fields, held)).toEqual({
      kind: 'dispatch',
      matters: ['crime'],
      to: [{ department: 'cyberspace', organisation: 'org_c' }],
    });
    expect(bodyOf('dispatch', fields, NOTHING)).toEqual({ kind: 'dispatch' });
  });
});

describe('what a form asks at once', () => {
  const fields = [
    field('count', 'number', true),
    field('text', 'text'),
    field('mitigating', 'text'),
    field('at', 'time'),
  ];
  const names = (of: readonly ActField[]) => of.map((f) => f.name);
  it('is what must be said and what is usual', () => {
    expect(names(firstOf(fields, false))).toEqual(['count', 'text']);
    expect(names(firstOf(fields, true))).toEqual(['count', 'text', 'mitigating']);
  });
  it('is everything where nothing must be said', () => {
    expect(firstOf(fields.slice(1), false)).toEqual(fields.slice(1));
  });
});

describe('a notice of criticism', () => {
  const fields = [field('text', 'text'), field('amount_fen', 'number', true), field('measure', 'word')];
  it('asks for words and no amount', () => {
    const held = { ...NOTHING, texts: { measure: 'criticism' } };
    expect(fieldsOf('notice_of_penalty', fields, held).map((f) => [f.name, f.required])).toEqual([
      ['text', true],
      ['measure', false],
    ]);
    expect(fieldsOf('notice_of_penalty', fields, NOTHING)).toEqual(fields);
  });
});
