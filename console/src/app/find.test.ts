import { describe, expect, it } from 'vitest';
import { addressOf } from './find';
import type { Session } from './session';

const as = (access: Session['access'], kind = 'agency') => ({ access, kind }) as Session;

describe('addressOf', () => {
  it('opens what an id begins with, for whom it has a screen', () => {
    expect(addressOf(' cas_2026-031 ', as('association'))).toBe('/desk/cases/cas_2026-031');
    expect(addressOf('per_x001', as('sales'))).toBe('/agency/members/per_x001');
    expect(addressOf('per_x001', as('carrier'))).toBeNull();
    expect(addressOf('rec_7f3a09c1_1042', as('authority'))).toBe(
      '/carrier/screening?record=rec_7f3a09c1_1042',
    );
  });
  it('looks for an alias among members, and only there', () => {
    expect(addressOf('竹 0417', as('manager'))).toBe('/agency/pools?q=%E7%AB%B9%200417');
    expect(addressOf('竹 0417', as('authority'))).toBeNull();
  });
  it('puts no telephone number into an address', () => {
    expect(addressOf('13800000101', as('sales'))).toBeNull();
    expect(addressOf('+86 13800000101', as('sales'))).toBeNull();
  });
});
