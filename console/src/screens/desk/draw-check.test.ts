import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commitOf, type Draw, drawnOf, isFair, wantedOf } from './draw-check';

const draw: Draw = {
  id: 'drw_00000000000000000000000000000000',
  by: 'stf_1',
  at: '2026-11-22T10:00:00+08:00',
  commit: '',
  organisations: ['org_b', 'org_a'],
  inspectors: ['stf_2', 'stf_1'],
  recusals: ['stf_2:org_a'],
  weights: [],
  exclusions: [],
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
      { weights: ['org_a:2'] },
      { exclusions: ['org_c:closed'] },
      { organisations: ['org_a'] },
      { seed: '0b'.repeat(32) },
    ])
      expect(await commitOf({ ...draw, ...change })).not.toBe(before);
  });
});

/* The vectors of tests/unit/test_desk_draw.c, computed by a third program. */
const vector: Draw = {
  ...draw,
  organisations: ['org_c', 'org_a', 'org_d', 'org_b'],
  inspectors: ['stf_3', 'stf_1', 'stf_2'],
  recusals: [],
  wanted: 2,
  seed: '010203'.padEnd(64, '0'),
  commit: '868fab91f666b33fd197a4a6fa19297876f61ada756a0bb60b48876a3f70693f',
  drawn: ['org_c', 'org_a'],
  team_drawn: ['stf_3', 'stf_1'],
};

describe('whom a seed draws', () => {
  it('is what src/desk/draw.c draws', async () => {
    expect(drawnOf(vector)).toEqual({ organisations: vector.drawn, team: vector.team_drawn });
    expect(await isFair(vector)).toBe(true);
    expect(await isFair({ ...vector, team_drawn: ['stf_1', 'stf_3'] })).toBe(false);
  });
  it('is nobody who is recused', () => {
    expect(drawnOf({ ...vector, recusals: ['stf_3:*'] }).team).toEqual(['stf_1', 'stf_2']);
    expect(drawnOf({ ...vector, recusals: ['stf_3:org_a'] }).team).not.toContain('stf_3');
    expect(drawnOf({ ...vector, recusals: ['stf_3:org_b'] }).team).toContain('stf_3');
  });
  it('counts weights into the commitment as draw.h says', async () => {
    const commit = '16968d47b08f5447b601f246ce33152d9fc18988da042ea798b3f1e529ed6e3d';
    const weighed = { ...vector, weights: ['org_b:3'], exclusions: ['org_e:closed'] };
    expect(await commitOf(weighed)).toBe(commit);
    expect(new Set(drawnOf({ ...weighed, wanted: 3 }).organisations).size).toBe(3);
  });
});

describe('how many a ratio draws', () => {
  it('is one at least and never all', () => {
    expect(wantedOf(10, 20)).toBe(2);
    expect(wantedOf(3, 1)).toBe(1);
    expect(wantedOf(3, 99)).toBe(2);
  });
});
