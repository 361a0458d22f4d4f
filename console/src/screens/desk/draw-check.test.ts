import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commitOf, type Draw, wantedOf } from './draw-check';

const draw: Draw = {
  id: 'drw_00000000000000000000000000000000',
  by: 'stf_1',
  at: '2026-11-22T10:00:00+08:00',
  commit: '',
  organisations: ['org_b', 'org_a'],
  inspectors: ['stf_2', 'stf_1'],
  recusals: ['stf_2:org_a'],
  wanted: 1,
  team: 2,
  revealed_at: '2026-11-22T11:00:00+08:00',
  seed: '0a'.repeat(32),
  drawn: [],
  team_drawn: [],
};

describe('the commitment of a draw', () => {
  it('is what src/desk/draw.c computes', async () => {
    const text = Buffer.concat([
      Buffer.from('0a'.repeat(32), 'hex'),
      Buffer.from('menshen draw\0org_a\0org_b\0\0stf_1\0stf_2\0\0stf_2:org_a\0\x001\x002\0', 'latin1'),
    ]);
    expect(await commitOf(draw)).toBe(createHash('sha256').update(text).digest('hex'));
  });
  it('changes with every list and number', async () => {
    const before = await commitOf(draw);
    for (const change of [
      { wanted: 2 },
      { recusals: [] },
      { organisations: ['org_a'] },
      { seed: '0b'.repeat(32) },
    ])
      expect(await commitOf({ ...draw, ...change })).not.toBe(before);
  });
});

describe('how many a ratio draws', () => {
  it('is one at least and never all', () => {
    expect(wantedOf(10, 20)).toBe(2);
    expect(wantedOf(3, 1)).toBe(1);
    expect(wantedOf(3, 99)).toBe(2);
  });
});
