/*
 * E3, the call that should not ring: a campaign needs its proof of consent, a verdict is the same on
 * the page and by the API, reports lead to a line, the line is stopped, software is taken down, comes
 * back, and who was stopped by mistake rings again.
 */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say, setLanguage } from '../src/app/language';
import { w } from '../src/text/carrier';
import { orderActs, statuses, takedownStates } from '../src/text/carrier_codes';
import { verdicts } from '../src/text/codes';
import { House } from './house';
import { type Language, openBrowser, Story } from './story';

const OPERATOR = 'songwang'; // of 江南通信
const COLLEAGUE = 'yiwei'; // of the same: who gave an order decides no appeal
const TELECOM = 'kezheng'; // of the authority for telecom
const LINE = 'lin_matchmaking_service';
const CALLER = '057982400050';
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
  let browser: Browser;
  let operator: Story;
  let officer: Story;
  beforeAll(async () => {
    house = await House.open();
    browser = await openBrowser();
    operator = await Story.begin(browser, house, { as: OPERATOR, language });
    officer = await Story.begin(browser, house, { as: TELECOM, language });
    // A carrier's own block of numbers is no person's; the sample city shows numbers to try.
    for (const story of [operator, officer]) story.guard.allows('13800000000', '13800000999', ...SHOWN);
    Object.assign(globalThis, { document: { documentElement: {} } });
    setLanguage(language);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

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

  it('follows reports to the line, and stops it with its campaigns in view', async () => {
    for (const number of PEOPLE) {
      const rang = await call(number, LINE, CALLER);
      expect(rang.verdict).not.toBe('block');
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
    await colleague.go('/carrier/screening');
    await button(colleague, say(w.resolveAppeal)).click();
    const dialog = colleague.page.getByRole('dialog');
    await dialog.getByLabel(say(w.reason)).fill('登记有误，号码属于医院');
    await dialog.getByRole('button', { name: say(w.uphold) }).click();
    await colleague.page.getByText(say(w.appealUpheldNext)).waitFor();
    await colleague.shot('carrier-appeal');
    await colleague.end();
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
