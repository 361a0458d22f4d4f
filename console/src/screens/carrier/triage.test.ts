import { describe, expect, it } from 'vitest';
import { kindsOf, takenFor } from './triage';

describe('kinds of a cluster', () => {
  it('come by number, then by gravity; those that nobody reported are left out', () => {
    expect(kindsOf({ marketing: 2, malicious: 0, fraud: 2, bombing: 0, spoof: 5 })).toEqual([
      ['spoof', 5],
      ['fraud', 2],
      ['marketing', 2],
    ]);
  });
});

describe('what a report is taken for', () => {
  it('is what an officer says, or what was reported', () => {
    expect(takenFor({ kind: 'marketing', triaged: null })).toBe('marketing');
    expect(takenFor({ kind: 'marketing', triaged: 'fraud' })).toBe('fraud');
  });
});
