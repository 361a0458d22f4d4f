import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { direction, turned } from './sort';
import { nextCertificate, type Sources, tasksOf } from './tasks';

const NOW = new Date('2026-11-22T12:00:00+08:00');
const nothing: Sources = { clocks: [], complaints: [], corrections: [], staff: [], contracts: [] };
const issue = (code: string) => code;

const complaint = (more: Partial<Schemas['ComplaintAbout']>): Schemas['ComplaintAbout'] => ({
  id: 'cpl_1',
  respondent: 'org_a',
  issue: 'privacy',
  status: 'accepted',
  accepted_on: '2026-11-20',
  reply_due: '2026-11-25T00:00:00+08:00',
  replied_at: null,
  upheld: null,
  closed_on: null,
  summary: null,
  reply: null,
  answer: null,
  ...more,
});

const staff = (id: string, certificate: Schemas['CertificateBrief'], role = 'sales'): Schemas['Staff'] => ({
  id,
  name: id,
  role,
  organisation: 'org_a',
  status: 'active',
  login: null,
  account: null,
  practitioner: null,
  certificate,
  training_hours: 0,
});

const until = (day: string): Schemas['CertificateBrief'] => ({
  number: 'C1',
  until: `${day}T00:00:00+08:00`,
  status: 'valid',
  confirmed: true,
});

describe('sort', () => {
  it('turns an order round', () => {
    expect(turned('alias', 'alias')).toBe('-alias');
    expect(turned('-alias', 'alias')).toBe('alias');
    expect(direction('-alias', 'alias')).toBe('descending');
    expect(direction('alias', 'owner')).toBe('none');
  });
});

describe('tasks', () => {
  it('are in the order of their ends, and what is over is late', () => {
    const tasks = tasksOf(
      {
        ...nothing,
        complaints: [complaint({}), complaint({ id: 'cpl_2', reply_due: '2026-11-21T00:00:00+08:00' })],
        staff: [staff('stf_1', until('2026-12-03')), staff('stf_2', null)],
      },
      issue,
      NOW,
    );
    expect(tasks.map((t) => [t.id, t.state])).toEqual([
      ['certificate-stf_2', 'overdue'],
      ['cpl_2', 'overdue'],
      ['cpl_1', 'not-started'],
      ['certificate-stf_1', 'not-started'],
    ]);
  });
  it('tell of a complaint once, and of none that is answered', () => {
    const clock = {
      id: 'clk_1',
      subject: 'cpl_1',
      rule: 'r',
      title: 't',
      state: 'running',
    } as Schemas['Clock'];
    const of = (c: Schemas['ComplaintAbout']) =>
      tasksOf({ ...nothing, complaints: [c], clocks: [clock] }, issue, NOW).map((t) => t.id);
    expect(of(complaint({}))).toEqual(['cpl_1']);
    expect(of(complaint({ replied_at: '2026-11-21T10:00:00+08:00' }))).toEqual([]);
  });
  it('ask for certificates of those only who need one, and in time', () => {
    const of = (s: Schemas['Staff']) => tasksOf({ ...nothing, staff: [s] }, issue, NOW).length;
    expect(of(staff('a', until('2027-12-03')))).toBe(0);
    expect(of(staff('a', null, 'compliance'))).toBe(0);
    expect(of({ ...staff('a', null), status: 'left' })).toBe(0);
    expect(of(staff('a', until('2027-01-10')))).toBe(1);
  });
  it('are followed by the certificate that ends next', () => {
    expect(nextCertificate([staff('b', until('2027-06-01')), staff('a', until('2027-05-01'))])?.who).toBe(
      'a',
    );
    expect(nextCertificate([staff('b', null)])).toBeUndefined();
  });
});
