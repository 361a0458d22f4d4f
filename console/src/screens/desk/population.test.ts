import { describe, expect, it } from 'vitest';
import { EVERYBODY, risksOf } from './population';

describe('whom a draw may draw', () => {
  it('is everybody once, unless somebody says otherwise', () => {
    expect(risksOf(EVERYBODY)).toEqual({ weights: [], exclusions: [] });
  });
  it('leaves out for a reason, and weighs nobody who is left out', () => {
    expect(
      risksOf({
        out: new Map([['org_b', 'closed']]),
        weights: new Map([
          ['org_a', 3],
          ['org_b', 2],
          ['org_c', 1],
        ]),
      }),
    ).toEqual({ weights: ['org_a:3'], exclusions: ['org_b:closed'] });
  });
});
