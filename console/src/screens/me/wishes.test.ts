import { describe, expect, it } from 'vitest';
import { changes, isWindow, preset, refuse, refuses, shownNumber, type Wishes } from './wishes';

const SECTORS = ['finance.bank', 'real-estate', 'matchmaking'];
const none: Wishes = { sectors: [], classes: [], hours: [], block: ['8613800000001'], allow: ['org_a'] };

describe('wishes', () => {
  it('refuse a sector and take it back', () => {
    const one = refuse(none, SECTORS, 'real-estate', true);
    expect(one.sectors).toEqual(['real-estate']);
    expect(refuse(one, SECTORS, 'real-estate', false).sectors).toEqual([]);
    expect(refuse(one, SECTORS, 'real-estate', true).sectors).toEqual(['real-estate']);
  });

  it('name all others when one is left out of all', () => {
    const all = preset(none, SECTORS, 'none');
    expect(SECTORS.every((s) => refuses(all, s))).toBe(true);
    expect(refuse(all, SECTORS, 'matchmaking', false).sectors).toEqual(['finance.bank', 'real-estate']);
  });

  it('have presets that leave lists of numbers alone', () => {
    for (const which of ['lawful', 'matchmaker', 'none'] as const) {
      const set = preset({ ...none, classes: ['95'] }, SECTORS, which);
      expect([set.block, set.allow]).toEqual([none.block, none.allow]);
    }
    expect(preset(none, SECTORS, 'matchmaker')).toMatchObject({
      sectors: ['finance.bank', 'real-estate'],
      hours: ['10:00-20:00'],
    });
    expect(preset({ ...none, sectors: ['*'], hours: ['10:00-11:00'] }, SECTORS, 'lawful')).toMatchObject({
      sectors: [],
      hours: [],
    });
  });

  it('tell what was changed from what came with it', () => {
    expect(changes(none, refuse(none, SECTORS, 'real-estate', true))).toEqual({ sectors: ['real-estate'] });
    expect(changes(none, { ...none })).toEqual({});
  });

  it('take windows that are none, or end before they begin, for wrong', () => {
    expect(isWindow('10:00', '20:00')).toBe(true);
    expect(isWindow('18:00', '24:00')).toBe(true);
    for (const [from, until] of [
      ['20:00', '10:00'],
      ['10:00', '10:00'],
      ['', '10:00'],
      ['25:00', '26:00'],
      ['9:00', '10:00'],
    ] as const)
      expect(isWindow(from, until), `${from}-${until}`).toBe(false);
  });

  it('show numbers as people write them', () => {
    expect(shownNumber('8613800000001')).toBe('138 0000 0001');
    expect(shownNumber('862160001000')).toBe('02160001000');
    expect(shownNumber('8695188')).toBe('95188');
    expect(shownNumber('442071234567')).toBe('+442071234567');
    expect(shownNumber('org_a')).toBe('org_a');
    expect(shownNumber('international')).toBe('international');
  });
});
