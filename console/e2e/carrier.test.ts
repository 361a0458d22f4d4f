/*
 * E3, the call that should not ring: a campaign needs its proof of consent, a subscriber's wishes act
 * on the next call and the same on the page, by the API and the command line, reports lead to a line
 * and over three carriers to a source, one person's reports have a bound, the line is stopped,
 * software is taken down, comes back, and who was stopped by mistake rings again.
 */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDay } from '../src/app/format';
import { say, setLanguage } from '../src/app/language';
import { w } from '../src/text/carrier';
import { orderActs, statuses, takedownStates } from '../src/text/carrier-codes';
import { verdicts } from '../src/text/codes';
import { w as me } from '../src/text/me';
import { reportKinds, reportStates } from '../src/text/me-codes';
import { House, until } from './house';
import { Neighbour } from './neighbour';
import { type Language, NARROW, openBrowser, Story } from './story';

const OPERATOR = 'songwang'; // of 江南通信
const COLLEAGUE = 'yiwei'; // of the same: who gave an order decides no appeal
const TELECOM = 'kezheng'; // of the authority for telecom
const LINE = 'lin_matchmaking_service';
const CALLER = '057982400050';
const HER = '13800000001'; // consents to the estate agent's calls
const ESTATE = '057982100001';
const BUSY = '13800000010'; // who reports whoever rings
const HOSPITAL = '057982500043'; // suspended by mistake
const TRACED = '13800000012';
const PEOPLE = ['13800000001', '13800000003', '13800000006'];
const SHOWN = ['13800000001', '13800000101', '13800000741'];
const ARTEFACT = `sha256:${'7'.repeat(64)}`;
const PROOF = `sha256:${'8'.repeat(64)}`;

interface Verdict {
  verdict: string;
  reason: string;
  rule: string;
  record: string;
}

describe.each<Language>(['zh', 'en'])('the call that should not ring, in %s', (language) => {
  let house: House;
  let near: Neighbour;
  let far: Neighbour;
  let her: Story;
  let token = '';
  let browser: Browser;
  let operator: Story;
  let officer: Story;
  beforeAll(async () => {
    near = await Neighbour.open('org_haichao', {
      line: 'lin_hc_0311',
      purpose: 'interconnect',
      holder: 'org_yuanhang',
      holder_name: '远航通信',
      principal: 'org_yuanhang',
      record: 'rec_5c1e77aa_311',
      previous: 'org_yuanhang',
    });
    far = await Neighbour.open('org_yuanhang', {
      line: 'lin_yh_0042',
      purpose: 'service',
      holder: 'org_kuailian',
      holder_name: '快联科技',
      principal: 'org_kuailian',
      record: 'rec_0a0b0c0d_42',
    });
    house = await House.open(true, {
      config: (folder) => `carriers:\n${near.entry(folder)}${far.entry(folder)}`,
    });
    browser = await openBrowser();
    const staff = house.login(OPERATOR).staff;
    token = (await house.run('user', 'token', staff, '--scopes', 'call,replay')).out.trim();
    operator = await Story.begin(browser, house, { as: OPERATOR, language });
    officer = await Story.begin(browser, house, { as: TELECOM, language });
    // A carrier's own block of numbers is no person's; the sample city shows numbers to try.
    for (const story of [operator, officer]) story.guard.allows('13800000000', '13800000999', ...SHOWN);
    Object.assign(globalThis, { document: { documentElement: {} } });
    setLanguage(language);
  });
  afterAll(async () => {
    await her?.context.close();
    await browser?.close();
    await house?.close();
    near?.close();
    far?.close();
  });

  async function post<T>(path: string, body: object): Promise<T> {
    const answer = await fetch(`${house.base}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status, path).toBe(200);
    return (await answer.json()) as T;
  }

  /** The estate agent's call to her at some time: by the API, by the command line, and on the page. */
  async function attempt(at: string): Promise<Verdict> {
    const campaign = { line: 'lin_estate', campaign: 'cmp_estate' };
    // Only asked, so that it does not count.
    const asked = await post<Verdict>('/v1/calls', {
      caller: ESTATE,
      callee: HER,
      ...campaign,
      at,
      dry_run: true,
    });
    const ran = await house.run(
      ...['call', '--from', ESTATE, '--to', HER, '--at', at, '--json'],
      ...['--line', campaign.line, '--campaign', campaign.campaign],
    );
    const told = JSON.parse(ran.out) as Verdict;
    expect([asked.verdict, asked.reason, asked.rule]).toEqual([told.verdict, told.reason, told.rule]);
    await operator.go(`/carrier/screening?record=${told.record}`);
    const box = operator.page.getByRole('region', { name: say(w.explainTitle) });
    await box.getByText(told.record).first().waitFor();
    expect(await box.textContent()).toContain(say(verdicts[told.verdict as keyof typeof verdicts]));
    if (told.verdict !== 'allow') expect(await box.textContent()).toContain(told.rule);
    return told;
  }

  /** As the page's own session does by the API; the page is open. */
  function ask<T>(story: Story, method: 'GET' | 'POST', path: string, data?: unknown) {
    return story.page.evaluate(
      async ({ method, path, data, csrf }) => {
        const answer = await fetch(path, {
          method,
          headers: {
            'Content-Type': 'application/json',
            'X-CSRF-Token': csrf,
            'Idempotency-Key': crypto.randomUUID(),
          },
          ...(data === undefined ? {} : { body: JSON.stringify(data) }),
        });
        return { status: answer.status, body: (await answer.json()) as unknown };
      },
      { method, path, data, csrf: story.who?.csrf ?? '' },
    ) as Promise<{ status: number; body: T }>;
  }

  async function call(to: string, line: string, from: string): Promise<Verdict> {
    const ran = await house.run('call', '--from', from, '--to', to, '--line', line, '--json');
    return JSON.parse(ran.out) as Verdict;
  }

  const button = (story: Story, name: string): Locator =>
    story.page.getByRole('button', { name, exact: true });

  it('approves a campaign with its proof of consent alone', async () => {
    await operator.go('/carrier/lines');
    const draft = await ask(operator, 'POST', '/v1/campaigns', {
      id: 'cmp_autumn',
      principal: 'org_anju',
      callers: [],
      sector: 'real-estate',
      purpose: 'marketing',
      lines: ['lin_estate'],
      consent_basis: null,
      from: '2026-01-01',
      until: '2099-12-31',
      status: 'draft',
    });
    expect(draft.status).toBe(201);
    await operator.go('/carrier/campaigns');
    const row = operator.page.getByRole('row', { name: /cmp_autumn/ });
    await expect.poll(() => row.textContent()).toContain(say(w.consentMissing));
    await operator.shot('carrier-campaigns');
    await row.getByRole('link', { name: 'cmp_autumn' }).click();
    operator.guard.expects(422, /\/v1\/campaigns$/);
    await button(operator, say(w.approve)).click();
    await operator.page.getByRole('alert').waitFor();
    expect(await operator.page.getByRole('alert').textContent()).toContain('consent');
    await operator.page.getByLabel(say(w.consentProof)).fill('表单 v3，第 2 条');
    await button(operator, say(w.approve)).click();
    await operator.page.getByText(say(w.approved)).waitFor();
    await operator.shot('carrier-campaign');
    await operator.page.goBack();
    await expect.poll(() => row.textContent()).toContain(say(statuses.active ?? ['', '']));
    await operator.sound();
  });

  it('explains a verdict on the page as the API gives it', async () => {
    const told = await call('13800000002', 'lin_estate', '057982100001');
    expect(told.verdict).toBe('block');
    await operator.go(`/carrier/screening?record=${told.record}`);
    const box = operator.page.getByRole('region', { name: say(w.explainTitle) });
    await box.getByText(told.rule).waitFor();
    expect(await box.textContent()).toContain(say(verdicts.block));
    await operator.shot('carrier-screening');
    await operator.sound();
  });

  it('heeds what she wishes from the next call on, a call back that was agreed on too', async () => {
    her = await Story.begin(browser, house, { as: HER, language, width: NARROW });
    her.guard.allows(...SHOWN);
    const tomorrow = isoDay(new Date(Date.now() + 86_400_000));
    const at = (time: string) => `${tomorrow}T${time}:00+08:00`;
    await her.go('/me/calls');
    const hours = her.page.getByRole('group', { name: say(me.hours) });
    await hours.getByLabel(say(me.from)).fill('09:00');
    await hours.getByLabel(say(me.to)).fill('20:00');
    await hours.getByRole('button', { name: say(me.add) }).click();
    const save = async () => {
      const saved = her.page.waitForResponse(
        (r) => r.request().method() === 'PUT' && r.url().endsWith('/v1/me/preferences'),
      );
      await button(her, say(me.save)).click();
      expect((await saved).status()).toBe(200);
    };
    // What the server tells late takes away nothing that she has changed meanwhile.
    let tell = () => {};
    const late = new Promise<void>((go) => {
      tell = go;
    });
    await her.page.route('**/v1/me/preferences', async (route) => {
      if (route.request().method() === 'GET') await late;
      await route.continue();
    });
    await save();
    const reasons = async (times: string[]) => {
      const all: string[] = [];
      for (const time of times) {
        const { verdict, reason } = await attempt(at(time));
        all.push(`${verdict} ${reason}`);
      }
      return all;
    };
    expect(await reasons(['19:59', '20:01'])).toEqual(['allow allowed', 'block outside-hours']);
    const words = await ask<{ sectors: Record<string, { title: { zh: string; en: string } }> }>(
      her,
      'GET',
      '/v1/words',
    );
    const estate = words.body.sectors['real-estate']?.title[language] ?? '';
    const refused = her.page
      .getByRole('group', { name: say(me.sectors) })
      .getByLabel(estate, { exact: true });
    await refused.check();
    const kept = her.page.waitForResponse(
      (r) => r.request().method() === 'GET' && r.url().endsWith('/v1/me/preferences'),
    );
    tell();
    await (await kept).finished();
    await her.page.unroute('**/v1/me/preferences');
    expect(await refused.isChecked()).toBe(true);
    await save();
    expect(await reasons(['10:00', '19:00'])).toEqual(['block sector-refused', 'block sector-refused']);
    await her.go('/me/calls');
    await her.shot('me-refused');
    const stopped = her.page
      .getByRole('listitem')
      .filter({ hasText: say(verdicts.block) })
      .first();
    await stopped.getByRole('button', { name: say(me.allowNumber) }).click();
    await stopped.getByText(say(me.allowed)).waitFor();
    expect(await reasons(['11:00'])).toEqual(['allow allowed']);
    await her.sound();
  });

  it('counts twenty reports of one person in a day at most', async () => {
    const busy = await Story.begin(browser, house, { as: BUSY, language, width: NARROW });
    busy.guard.allows(...SHOWN);
    await busy.go('/me/calls');
    const reported = async () => {
      const { body } = await ask<{ figures: { reports: number } }>(
        operator,
        'GET',
        '/v1/lines/lin_hospital?days=7',
      );
      return body.figures.reports;
    };
    const before = await reported();
    const states: string[] = [];
    for (let i = 0; i < 25; i++) {
      const caller = `0579825000${String(i).padStart(2, '0')}`;
      const rang = await post<Verdict>('/v1/calls', { caller, callee: BUSY, line: 'lin_hospital' });
      expect(rang.verdict).not.toBe('block');
      const { body } = await ask<{ status: string }>(busy, 'POST', '/v1/me/reports', {
        caller,
        at: new Date().toISOString(),
        kind: 'marketing',
      });
      states.push(body.status);
    }
    expect(states.map((s, i) => (i < 20 ? s === 'counted' : s === 'lead'))).not.toContain(false);
    expect((await reported()) - before).toBeLessThanOrEqual(20);
    await busy.go('/me/calls');
    await busy.page.getByText(say(reportStates.lead)).first().waitFor();
    await busy.end();
  });

  it('follows reports to the line, and stops it with its campaigns in view', async () => {
    for (const number of PEOPLE) {
      const rang = await call(number, LINE, CALLER);
      expect(rang.verdict).not.toBe('block');
      if (number === HER) {
        await her.go('/me/calls');
        await her.page.getByLabel(say(me.whoRang)).fill(CALLER);
        await her.page.getByLabel(say(me.whatKind)).selectOption({ label: say(reportKinds.malicious) });
        await button(her, say(me.sendReport)).click();
        await her.page.getByText(say(me.reported)).waitFor();
        await her.page.getByText(say(reportStates.counted)).first().waitFor();
        await her.shot('me-reported');
        continue;
      }
      const reported = await ask(operator, 'POST', '/v1/reports', {
        number,
        caller: CALLER,
        at: new Date().toISOString(),
        kind: 'malicious',
      });
      expect(reported.body).toMatchObject({ status: 'counted', line: LINE });
    }
    await operator.go('/carrier/reports');
    await operator.shot('carrier-reports');
    const row = operator.page.getByRole('row').filter({ has: operator.page.locator(`a[href$="/${LINE}"]`) });
    await row.getByRole('link').first().click();
    await operator.page.getByRole('heading', { level: 1, name: say(w.clusterTitle) }).waitFor();
    await button(operator, say(w.startTrace)).click();
    await operator.page.getByRole('list', { name: say(w.ladder) }).waitFor();
    await operator.shot('carrier-trace');
    await operator.page.getByRole('link', { name: say(w.toLine) }).click();
    await operator.page.getByRole('heading', { level: 1, name: say(w.lineTitle) }).waitFor();
    await button(operator, say(w.suspendLine)).click();
    const dialog = operator.page.getByRole('dialog');
    await dialog.getByLabel(say(w.reason)).fill('三人举报，溯源至此');
    expect(await dialog.getByRole('region', { name: say(w.preview) }).textContent()).toContain(LINE);
    await operator.shot('carrier-order');
    await dialog.getByRole('button', { name: say(orderActs.suspend), exact: true }).click();
    await dialog.getByText(say(w.orderGiven, { act: say(orderActs.suspend), id: LINE })).waitFor();
    expect((await call(PEOPLE[0] ?? '', LINE, CALLER)).reason).toBe('order-in-force');
    await operator.page.keyboard.press('Escape');
    await button(operator, say(w.restoreLine)).waitFor();
    await operator.shot('carrier-line');
    await operator.sound();
  });

  it('has software taken down, and notices that it is back', async () => {
    await officer.go('/carrier/removals');
    await button(officer, say(w.issueRemoval)).click();
    const dialog = officer.page.getByRole('dialog');
    await dialog.getByLabel(say(w.artefactHash)).fill(ARTEFACT);
    await dialog.getByLabel(say(w.url), { exact: false }).fill('https://shop.example/item/1');
    await dialog.getByLabel(say(w.platform), { exact: false }).fill('org_yingyong');
    await dialog.getByRole('button', { name: say(w.issueRemoval) }).click();
    await dialog.waitFor({ state: 'hidden' });
    const { body: listed } = await ask<{ takedowns: { id: string; artefact: string }[] }>(
      officer,
      'GET',
      '/v1/takedowns',
    );
    const id = listed.takedowns.find((t) => t.artefact === ARTEFACT)?.id;
    const token = (await house.run('user', 'token', 'org_yingyong', '--scopes', 'desk')).out.trim();
    for (const body of [
      { act: 'received', text: 'R-1' },
      { act: 'removed', proof: PROOF },
    ]) {
      const answer = await fetch(`${house.base}/v1/takedowns/${id}/answer`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': crypto.randomUUID(),
        },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
    }
    await officer.go('/carrier/removals');
    await officer.page.getByRole('cell', { name: say(takedownStates.removed) }).waitFor();
    await officer.page.getByLabel(say(w.artefactHash)).fill(ARTEFACT);
    await officer.page.getByLabel(say(w.seenUrl)).fill('https://shop.example/item/2');
    await button(officer, say(w.tellSeen)).click();
    await officer.page.getByText(say(w.seenTold, { matches: 1, reappeared: 1 })).waitFor();
    await officer.page.getByRole('cell', { name: say(takedownStates.reappeared) }).waitFor();
    await officer.shot('carrier-removals');
    await officer.sound();
  });

  it('lets ring again who was stopped by mistake', async () => {
    const colleague = await Story.begin(browser, house, { as: COLLEAGUE, language });
    colleague.guard.allows(...SHOWN);
    expect((await call(HER, 'lin_hospital', HOSPITAL)).reason).toBe('order-in-force');
    await colleague.go('/carrier/screening');
    await button(colleague, say(w.resolveAppeal)).click();
    const dialog = colleague.page.getByRole('dialog');
    await dialog.getByLabel(say(w.reason)).fill('登记有误，号码属于医院');
    await dialog.getByRole('button', { name: say(w.uphold) }).click();
    await colleague.page.getByText(say(w.appealUpheldNext)).waitFor();
    expect((await call(HER, 'lin_hospital', HOSPITAL)).verdict).toBe('allow');
    await colleague.shot('carrier-appeal');
    // Who stopped it and who let it ring again both stand in the journal of changes.
    const { body: appeals } = await ask<{ appeals: { id: string; status: string; decided_by: string }[] }>(
      colleague,
      'GET',
      '/v1/appeals',
    );
    const decided = appeals.appeals.find((a) => a.decided_by === house.login(COLLEAGUE).staff);
    expect(decided?.status).toBe('upheld');
    interface Audit {
      changes: { kind: string; actor: string }[];
      next?: string;
    }
    const changes: Audit['changes'] = [];
    for (let next: string | undefined = ''; next !== undefined && changes.length < 1000; ) {
      const page: { body: Audit } = await ask<Audit>(officer, 'GET', `/v1/audit${next && `?cursor=${next}`}`);
      changes.push(...page.body.changes);
      next = page.body.next;
    }
    const by = (kind: string) => changes.filter((c) => c.kind === kind).map((c) => c.actor);
    expect(by('appeals')).toContain(house.login(COLLEAGUE).staff);
    expect(by('preferences')).toContain('person');
    await colleague.end();
  });

  it('reaches the source over three carriers, one of them late', async () => {
    near.busy = true;
    const caller = '057982300007';
    expect((await call(TRACED, 'lin_interconnect', caller)).verdict).not.toBe('block');
    const { body: report } = await ask<{ id: string; cluster: string }>(operator, 'POST', '/v1/reports', {
      number: TRACED,
      caller,
      at: new Date().toISOString(),
      kind: 'fraud',
    });
    await operator.go(`/carrier/reports/${report.cluster}`);
    await button(operator, say(w.startTrace)).click();
    await operator.page.getByRole('list', { name: say(w.ladder) }).waitFor();
    interface Trace {
      id: string;
      status: string;
      report: string;
      hops: { carrier: string; late: boolean; holder_name: string | null }[];
    }
    const trace = async () => {
      const { body } = await ask<{ traces: Trace[] }>(operator, 'GET', '/v1/traces');
      return body.traces.find((t) => t.report === report.id);
    };
    await until(async () => near.asked > 0, 'the first carrier is asked', 30_000);
    for (const by of ['day', 'hour'])
      await fetch(`${house.base}/v1/demo/clock`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ by }),
      });
    await until(async () => (await trace())?.hops[1]?.late, 'it is late', 60_000);
    await operator.go(`/carrier/traces/${(await trace())?.id}`);
    const ladder = operator.page.getByRole('list', { name: say(w.ladder) });
    await ladder.getByText(say(w.late)).first().waitFor();
    expect(await ladder.textContent()).toContain('▲');
    near.busy = false;
    const found = await until(
      async () => {
        const t = await trace();
        return t?.status === 'found' && t;
      },
      'the source is found',
      120_000,
    );
    expect(found.hops.map((h) => [h.carrier, h.late])).toEqual([
      ['org_jiangnan', false],
      ['org_haichao', true],
      ['org_yuanhang', false],
    ]);
    await operator.go(`/carrier/traces/${found.id}`);
    expect(await ladder.textContent()).toContain('快联科技');
    await ladder.getByText(say(w.late)).first().waitFor();
    await operator.shot('carrier-trace-late');
    await operator.sound();
  });

  it('is as good on a phone, in the dark and for a screen reader', async () => {
    for (const path of [
      '/carrier/screening',
      '/carrier/lines',
      '/carrier/campaigns/cmp_estate',
      '/carrier/reports',
      '/carrier/traces',
    ]) {
      await operator.turn({ theme: 'light', width: 1280 });
      await operator.go(path);
      expect(await operator.accessible()).toEqual([]);
      await operator.turn({ theme: 'dark', width: 360 });
      expect(await operator.accessible()).toEqual([]);
      expect(await operator.overflow()).toEqual([]);
    }
    await operator.sound();
  });
});
