/*
 * "Claiming unlocks nothing" (E1): a matchmaker claims a member, sees what she saw before, asks, is
 * allowed to ring and rings by a relay number, until the member takes it back; and is stopped by the
 * day's limit, time, and her certificate.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDay } from '../src/app/format';
import { say as sayIn, setLanguage } from '../src/app/language';
import { w as agency } from '../src/text/agency';
import { returnReasons } from '../src/text/agency-codes';
import { w as common } from '../src/text/app';
import { w as me } from '../src/text/me';
import { House, until } from './house';
import { ring } from './proxy';
import { type Language, NARROW, openBrowser, Story } from './story';

const PURPOSE = 'matchmaking.introduce';
const DAY_MS = 86_400_000;
/* The store's desk, which her call-back rings, and a courier, who has no business with her. */
const DESK = { number: '057982400050', line: 'lin_matchmaking_service' };
const COURIER = { number: '057982800050', line: 'lin_kuaidi' };
const RELAY = /\+86579827\d{5}/;
/* The sample city's bar offers its seats and calls by these. */
const SHOWN = ['13800000741', '13800000101', '13800000001'];
const WORDS = {
  zh: {
    claim: '领取',
    claimed: '领取成功',
    taken: '刚刚被另一位同事领取',
    limit: '今天的领取次数已用完，零点重置',
    sealed: '私聊与浏览记录已封存',
    call: '经中转号呼叫',
    asked: '请求已发送',
    send: '发送请求',
    ask: '征求同意 联系方式',
    gone: '您没有今天有效的从业证书',
  },
  en: {
    claim: 'Claim',
    claimed: 'Claimed. Nothing new is visible',
    taken: 'Just claimed by another colleague',
    limit: 'Today’s claims are used up; they return at midnight',
    sealed: 'Private chats and browsing history are sealed',
    call: 'Call via relay',
    asked: 'Nothing changes here until the member answers',
    send: 'Send the request',
    ask: 'Ask Contact',
    gone: 'You hold no certificate that is valid today',
  },
} as const;

/** The sample city's members have numbers by their ids. */
function numberOf(id: string): string {
  return String(13_800_000_100 + Number(id.slice('per_x'.length)));
}

/** What the page itself could ask, with its cookie. */
async function ask<T>(
  by: Story,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: T }> {
  return by.page.evaluate(
    async ([m, to, purpose, csrf, text]) => {
      const answer = await fetch(to, {
        method: m,
        headers: {
          Purpose: purpose,
          ...(m === 'GET' ? {} : { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }),
        },
        ...(text === '' ? {} : { body: text }),
      });
      return { status: answer.status, json: await answer.json() };
    },
    [method, path, PURPOSE, by.who?.csrf ?? '', body === undefined ? '' : JSON.stringify(body)] as const,
  );
}

async function file(by: Story, id: string): Promise<Record<string, unknown>> {
  const { status, json } = await ask<Record<string, unknown>>(by, 'GET', `/v1/persons/${id}`);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}

function without(of: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)));
}

/** The city's clock, moved until it is an hour at which members may be rung. */
async function atCallingHours(house: House): Promise<Date> {
  const demo = async (path = '', body?: unknown) =>
    (await (
      await fetch(
        `${house.base}/v1/demo${path}`,
        body === undefined
          ? {}
          : {
              method: 'POST',
              headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify(body),
            },
      )
    ).json()) as { now: string };
  for (let i = 0; i < 24; i++) {
    const { now } = await demo();
    const hour = Number(now.slice(11, 13));
    if ((hour >= 9 && hour < 11) || (hour >= 14 && hour < 19)) return new Date(now);
    await demo('/clock', { by: 'hour' });
  }
  throw new Error('no hour of the day');
}

async function later(house: House, days: number): Promise<void> {
  for (let i = 0; i < days; i++)
    await fetch(`${house.base}/v1/demo/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"by":"day"}',
    });
}

describe.each(['zh', 'en'] as const)('claiming unlocks nothing (%s)', (language: Language) => {
  const say = WORDS[language];
  let house: House;
  let browser: Browser;
  let ruoxi: Story;
  let her: Story; // the first of the members
  let members: { id: string; alias: string }[];
  let began: Date;
  let relay = '';
  beforeAll(async () => {
    Object.assign(globalThis, { document: { documentElement: {} } });
    setLanguage(language);
    house = await House.open(true, { sip: true });
    browser = await openBrowser();
    began = await atCallingHours(house);
    ruoxi = await Story.begin(browser, house, { as: 'ruoxi', language });
    ruoxi.guard.allows(...SHOWN);
    await ruoxi.go('/agency/pools?pool=store');
    const { persons } = (
      await ask<{ persons: { id: string; alias: string; masked: object }[] }>(
        ruoxi,
        'GET',
        '/v1/persons?pool=store&limit=30&sort=alias',
      )
    ).json;
    members = persons.filter((p) => Object.keys(p.masked).length > 0);
    expect(members.length).toBeGreaterThan(8);
    // One of them who does not share how she is reached.
    for (const m of [...members]) {
      const { withheld } = await file(ruoxi, m.id);
      if (!(withheld as Record<string, string>).contact) continue;
      members = [m, ...members.filter((x) => x !== m)];
      break;
    }
  }, 120_000);
  afterAll(async () => {
    await ruoxi?.end();
    await her?.context.close();
    await browser?.close();
    await house?.close();
  });

  const rowOf = (story: Story, alias: string) =>
    story.page
      .locator('tbody tr')
      .filter({ has: story.page.getByRole('link', { name: alias, exact: true }) });
  const member = (i: number) => members[i] ?? { id: '', alias: '' };

  it('claims from the list, and sees what was seen before', async () => {
    const { id, alias } = member(0);
    const before = await file(ruoxi, id);
    await ruoxi.go('/agency/pools?pool=store');
    await ruoxi.shot('agency-pools');
    const button = rowOf(ruoxi, alias).getByRole('button', { name: say.claim });
    await button.focus();
    await ruoxi.page.keyboard.press('Enter');
    await rowOf(ruoxi, alias).getByText(say.claimed).waitFor();
    const after = await file(ruoxi, id);
    const names = ['owner', 'version', 'claimed_at', 'returns_at'];
    expect(without(after, ...names)).toEqual(without(before, ...names));
    expect([before.owner, after.owner]).toEqual([null, house.login('ruoxi').staff]);
    await ruoxi.sound();
  });

  it('finds no way round', async () => {
    const { id } = member(0);
    ruoxi.guard.expects(404, /\/(chats|views|phone)$/);
    ruoxi.guard.expects(400, /^\/v1\/persons$/);
    ruoxi.guard.expects(403, /^\/v1\/exports/);
    for (const part of ['chats', 'views', 'phone'])
      expect((await ask(ruoxi, 'GET', `/v1/persons/${id}/${part}`)).status, part).toBe(404);
    expect((await ask(ruoxi, 'GET', '/v1/persons?sort=phone')).status).toBe(400);
    expect((await ask(ruoxi, 'GET', '/v1/exports/persons')).status).toBe(403);
    expect((await ask<{ persons: unknown[] }>(ruoxi, 'GET', '/v1/persons?q=138')).json.persons).toEqual([]);
    await ruoxi.go(`/agency/members/${id}?purpose=${PURPOSE}`);
    await ruoxi.page.getByText(say.sealed).waitFor();
    expect(await ruoxi.page.content()).not.toContain(numberOf(id));
    await ruoxi.shot('agency-member');
    expect(await ruoxi.accessible()).toEqual([]);
  });

  it('is claimed once, of two who claim at the same instant', async () => {
    const { alias } = member(1);
    const xiaolan = await Story.begin(browser, house, { as: 'xiaolan', language });
    xiaolan.guard.allows(...SHOWN);
    xiaolan.guard.expects(409, /\/claim$/);
    ruoxi.guard.expects(409, /\/claim$/);
    for (const s of [ruoxi, xiaolan]) await s.go('/agency/pools?pool=store');
    const buttons = [ruoxi, xiaolan].map((s) => rowOf(s, alias).getByRole('button', { name: say.claim }));
    await Promise.all(buttons.map((b) => b.click()));
    const told = await Promise.all(
      [ruoxi, xiaolan].map(async (s) => {
        const row = rowOf(s, alias);
        await row.getByText(new RegExp(`${say.claimed}|${say.taken}`)).waitFor();
        return (await row.getByText(say.taken).count()) > 0 ? 'taken' : 'claimed';
      }),
    );
    expect(told.sort()).toEqual(['claimed', 'taken']);
    await xiaolan.end();
  });

  it('asks, is allowed, and rings by a number that is not hers', async () => {
    const { id } = member(0);
    her = await Story.begin(browser, house, { as: numberOf(id), language, width: NARROW });
    her.guard.allows(...SHOWN);
    await ruoxi.go(`/agency/members/${id}?purpose=${PURPOSE}`);
    const call = ruoxi.page.getByRole('button', { name: say.call });
    expect(await call.isDisabled()).toBe(true);
    await ruoxi.page.locator(`button[title="${say.ask}"]`).click();
    const week = new Date(began.getTime() + 7 * DAY_MS);
    await ruoxi.page.getByLabel(sayIn(agency.askUntil)).fill(isoDay(week));
    await ruoxi.page.getByRole('button', { name: say.send }).click();
    await ruoxi.page.getByText(say.asked).waitFor();
    await her.go('/me/data');
    // Of the sample city's members many want no such calls, or not now, which goes before a consent.
    const open = { sectors: [], classes: [], hours: [], block: [], allow: [] };
    expect((await ask(her, 'PUT', '/v1/me/preferences', open)).status).toBe(200);
    const agree = her.page.getByRole('button', { name: sayIn(me.agree), exact: true });
    await agree.click();
    await agree.waitFor({ state: 'detached' });
    await ruoxi.go(`/agency/members/${id}?purpose=${PURPOSE}`);
    await call.click();
    await ruoxi.page.getByText(RELAY).waitFor();
    relay = RELAY.exec(await ruoxi.page.content())?.[0] ?? '';
    expect(await ruoxi.page.content()).not.toContain(numberOf(id));
    await ruoxi.shot('agency-call');
    await ruoxi.sound();
  });

  it('is put through by the carrier alone, who rings both and shows neither', async () => {
    const number = numberOf(member(0).id);
    const out = await ring(house.sip, DESK.number, relay, DESK.line);
    expect(out).toMatchObject({ status: 302, target: `86${number}`, shown: relay, verdict: 'allow' });
    const back = await ring(house.sip, number, relay, 'lin_jiangnan');
    expect(back).toMatchObject({ target: `86${DESK.number.slice(1)}`, shown: relay });
    expect((await ring(house.sip, COURIER.number, relay, COURIER.line)).target).not.toContain(number);
    type Calls = { calls: { record: string; purpose: string | null; caller: string }[] };
    const rang = await until(
      async () =>
        (await ask<Calls>(her, 'GET', '/v1/me/calls')).json.calls.find((c) => c.record === out.record),
      'her calls hold it',
    );
    expect(rang).toMatchObject({ purpose: PURPOSE, caller: relay });
    await her.go('/me/data');
    const rung = her.page.getByRole('region', { name: sayIn(me.rung) });
    await rung.getByText(sayIn(me.rungBy)).waitFor();
    const looks = her.page.getByRole('region', { name: sayIn(me.looks), exact: true });
    const purpose =
      /[:：]?\s*([^·]+)·/.exec((await rung.locator('p').first().textContent()) ?? '')?.[1] ?? '?';
    const looked = looks
      .getByRole('listitem')
      .filter({ hasText: house.login('ruoxi').staff })
      .first();
    expect(await looked.textContent()).toContain(purpose.trim());
    await her.shot('me-rung');
    await her.sound();
  });

  it('rings no more once she has taken it back', async () => {
    const { id } = member(0);
    type Consents = {
      consents: { status: string; purposes: string[]; categories: string[]; receipt: string }[];
    };
    const { consents } = (await ask<Consents>(her, 'GET', '/v1/me/consents')).json;
    const given = consents.find(
      (c) => c.status === 'active' && c.purposes.includes(PURPOSE) && c.categories.includes('contact'),
    );
    await her.page
      .locator('.me-consent')
      .filter({ has: her.page.locator(`a[href="${given?.receipt}"]`) })
      .getByRole('button', { name: sayIn(me.withdraw), exact: true })
      .click();
    await her.page
      .locator('dialog')
      .getByRole('button', { name: sayIn(me.yesNow) })
      .click();
    await her.page.getByText(sayIn(me.withdrawn)).waitFor();
    type Bindings = { bindings: { person: string; state: string; why?: string; dial?: object }[] };
    const { bindings } = (await ask<Bindings>(ruoxi, 'GET', '/v1/bindings')).json;
    const ended = bindings.find((x) => x.person === id);
    expect(ended).toMatchObject({ state: 'closed', why: 'do-not-call' });
    expect(ended).not.toHaveProperty('dial');
    await ruoxi.go(`/agency/members/${id}?purpose=${PURPOSE}`);
    expect(await ruoxi.page.getByRole('button', { name: say.call }).isDisabled()).toBe(true);
    expect(await ruoxi.page.content()).not.toContain(relay);
    const after = await ring(house.sip, DESK.number, relay, DESK.line);
    expect([after.target, after.verdict]).toEqual(['', expect.stringContaining('block')]);
    await her.end();
    await ruoxi.sound();
  });

  it('stops at the day’s limit, and says until when', async () => {
    ruoxi.guard.expects(429, /\/claim$/);
    await ruoxi.go('/agency/pools?pool=store');
    const limit = ruoxi.page.getByText(say.limit);
    for (let i = 0; i < 7 && (await limit.count()) === 0; i++) {
      const row = rowOf(ruoxi, member(members.length - 1 - i).alias);
      await row.getByRole('button', { name: say.claim }).click();
      await row.getByText(new RegExp(`${say.claimed}|${say.limit}`)).waitFor();
    }
    expect(await limit.count()).toBe(1);
    await ruoxi.sound();
  });

  it('is reminded on the thirteenth day, and has lost on the sixteenth whom nobody reached', async () => {
    const { id, alias } = member(0);
    await ruoxi.go(`/agency/members/${id}?purpose=${PURPOSE}`);
    await ruoxi.page.getByRole('button', { name: sayIn(agency.record) }).click();
    await ruoxi.page
      .getByRole('dialog')
      .getByRole('button', { name: sayIn(agency.record) })
      .click();
    await ruoxi.page.getByText(sayIn(agency.recorded)).waitFor();
    await later(house, 13);
    await ruoxi.go('/agency/pools?pool=mine&view=expiring');
    await rowOf(ruoxi, alias)
      .getByText(sayIn(common.days, { n: 2 }))
      .waitFor();
    await ruoxi.shot('agency-reminder');
    await later(house, 3);
    const returned = ruoxi.page.getByRole('region', { name: sayIn(agency.returned) });
    const back = async () => {
      await ruoxi.go('/agency/pools?pool=mine');
      return (
        (await returned
          .getByRole('listitem')
          .filter({ hasText: alias })
          .textContent({ timeout: 500 })
          .catch(() => '')) ?? ''
      );
    };
    await expect.poll(back, { timeout: 90_000, interval: 3000 }).toContain(sayIn(returnReasons.recycled));
    expect(await returned.textContent()).toContain(sayIn(returnReasons['no-first-follow-up']));
    expect(await ruoxi.page.locator('tbody tr').filter({ hasText: alias }).count()).toBe(0);
    await ruoxi.shot('agency-returned');
    expect(await file(ruoxi, id)).toMatchObject({ owner: null });
    await ruoxi.sound();
  });

  it('claims nothing without a certificate', async () => {
    await later(house, 12);
    const dongqing = await Story.begin(browser, house, { as: 'dongqing', language });
    dongqing.guard.allows(...SHOWN);
    dongqing.guard.expects(403, /^\/v1\/persons/);
    await dongqing.go('/agency/pools?pool=store');
    await dongqing.page.getByText(say.gone).waitFor();
    expect(await dongqing.page.getByRole('button', { name: say.claim }).count()).toBe(0);
    const refused = await ask<{ code: string }>(dongqing, 'POST', `/v1/persons/${member(2).id}/claim`);
    expect([refused.status, refused.json.code]).toEqual([403, 'certificate-invalid']);
    await dongqing.end();
  });

  it('leaves a ledger that anybody can check', async () => {
    expect((await house.run('ledger', 'verify')).code).toBe(0);
  });
});
