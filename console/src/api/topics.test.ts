import { describe, expect, it } from 'vitest';
import { concerns, pauseAfter, topicOf } from './topics';

function topic(url: string) {
  const t = topicOf(url);
  if (!t) throw new Error(`${url} has no topic`);
  return t;
}

describe('topicOf', () => {
  it('knows a list by its address, whatever its query', () => {
    const t = topic('http://127.0.0.1:8480/v1/complaints?status=received');
    expect(concerns(t, { seq: 1, kind: 'complaint' })).toBe(true);
    expect(concerns(t, { seq: 1, kind: 'complaint', subject: 'cpl_1' })).toBe(true);
    expect(concerns(t, { seq: 1, kind: 'line' })).toBe(false);
  });

  it('knows one by its id', () => {
    const t = topic('/v1/cases/cas_a1/next');
    expect(concerns(t, { seq: 1, kind: 'case', subject: 'cas_a1' })).toBe(true);
    expect(concerns(t, { seq: 1, kind: 'case', subject: 'cas_b2' })).toBe(false);
    expect(concerns(t, { seq: 1, kind: 'case' })).toBe(true);
    expect(concerns(t, { seq: 1, kind: 'document', subject: 'doc_1' })).toBe(true);
  });

  it('takes no word of an address for an id', () => {
    expect(topic('/v1/lines/figures').subject).toBeUndefined();
    expect(topic('/v1/dispatches/routes').subject).toBeUndefined();
  });

  it('tells the address of a person from those below it', () => {
    expect(topic('/v1/me').own).toBe('member');
    expect(topic('/v1/me/complaints').own).toBe('complaint');
    expect(topicOf('/v1/me/looks')).toBeUndefined();
    expect(topicOf('/v1/persons/per_x001')).toBeUndefined();
    expect(topicOf('/v1/metrics')).toBeUndefined();
    expect(topicOf('/v1/meadow')).toBeUndefined();
  });

  it('listens to counts of verdicts', () => {
    expect(topic('/v1/verdicts/stats?step=minute').stats).toBe(true);
    expect(topic('/v1/cases').stats).toBe(false);
  });
});

describe('pauseAfter', () => {
  it('grows to a minute and spreads', () => {
    expect(pauseAfter(0, 0)).toBe(500);
    expect(pauseAfter(0, 1)).toBe(1000);
    expect(pauseAfter(3, 1)).toBe(8000);
    expect(pauseAfter(50, 1)).toBe(60_000);
    expect(pauseAfter(50, 0)).toBe(30_000);
  });
});
