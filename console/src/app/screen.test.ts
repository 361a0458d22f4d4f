import { describe, expect, it } from 'vitest';
import { leadsTo, type Screen } from './screen';

const component = () => null;
const lines: Screen = { path: '/carrier/lines', component };
const all: Screen[] = [lines, { path: '/carrier/campaigns', component, under: '/carrier/lines' }];

describe('the navigation', () => {
  it('marks the screen whose page, whose page below, or whose tab is shown', () => {
    for (const path of [
      '/carrier/lines',
      '/carrier/lines/lin_1',
      '/carrier/campaigns',
      '/carrier/campaigns/cmp_1',
    ])
      expect(leadsTo(lines, path, all), path).toBe(true);
  });
  it('marks no other', () => {
    for (const path of ['/carrier', '/carrier/linesman', '/carrier/reports'])
      expect(leadsTo(lines, path, all), path).toBe(false);
  });
});
