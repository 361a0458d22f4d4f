import { describe, expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { itemTexts, unreceived } from './case-acts';

type Act = Schemas['Case']['acts'][number];
const act = (id: string, kind: string, side: string, body: unknown = {}) =>
  ({ id, kind, side, body }) as unknown as Act;

const ACTS = [
  act('act_1', 'summons', 'association'),
  act('act_2', 'acknowledge', 'respondent', { of: 'act_1' }),
  act('act_3', 'recommend', 'association', { items: [{ text: '公示人数。' }, { text: '改合同。' }] }),
  act('act_4', 'proof', 'respondent', { item: 2 }),
  act('act_5', 'rectification', 'authority', { items: [{ text: '关闭开放。' }] }),
];

describe('the acts of a case', () => {
  it('number their items through', () => {
    expect(itemTexts(ACTS)).toEqual(['公示人数。', '改合同。', '关闭开放。']);
  });
  it('are received once, and only those that are addressed', () => {
    expect(unreceived(ACTS).map((a) => a.id)).toEqual(['act_5', 'act_3']);
  });
});
