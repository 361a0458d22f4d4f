/*
 * I own my data (E4): an empty gate is set up by its link; a member signs in by a code, reads who
 * looked, stops sharing, refuses calls, reports one, complains once though the server dies meanwhile
 * and follows it to its end, takes a copy along and checks a receipt; then the log verifies, and
 * with one byte flipped it does not. No mouse, both languages.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pair } from '../src/app/language';
import { w as home } from '../src/text/home';
import { w } from '../src/text/me';
import { complaintStates, issues, reportKinds } from '../src/text/me-codes';
import { w as settings } from '../src/text/settings';
import { w as setup } from '../src/text/setup';
import { walk } from './access';
import { House, pause, until } from './house';
import { type Language, NARROW, openBrowser, Story, WIDE } from './story';

const PURPOSE = 'matchmaking.introduce';
const TABS = 400;
const AGENCY = '喜鹊';
const IMPORTED = 120;
const PAGE = 100; // looks
const SHIFT = 0.02;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/* One member a language, since what she stops stays stopped. */
const MEMBERS: Record<Language, { number: string; person: string }> = {
  zh: { number: '13800000101', person: 'per_x001' },
  en: { number: '13800000105', person: 'per_x005' },
};

let browser: Browser;
let house: House;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), House.open()]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

/* The texts are shown the newest first. */
async function lastCode(number: string, before: string): Promise<string> {
  return until(async () => {
    const sent = (await house.outbox()).find((m) => m.number.includes(number) && /\d{6}/.test(m.text));
    const code = /\d{6}/.exec(sent?.text ?? '')?.[0];
    return code !== before && code;
  }, 'a code in the outbox');
}

/* As the page asks: a session's cookie goes over the loopback in a browser alone. */
const ask = (who: Story, path: string, headers: Record<string, string> = {}, body?: unknown) =>
  who.page.evaluate(
    async ([to, more, json]) => {
      const answer = await fetch(
        to,
        json ? { method: 'POST', headers: more, body: json } : { headers: more },
      );
      return { status: answer.status, text: await answer.text() };
    },
    [path, headers, body === undefined ? undefined : JSON.stringify(body)] as const,
  );

/** An act of staff at the desk. */
async function act(who: Story, path: string, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': who.who?.csrf ?? '' };
  const answer = await ask(who, path, headers, body);
  expect(answer.status, answer.text).toBeLessThan(300);
}

/** More looks than a page holds, from another system: older than any that follows. */
async function importLooks(person: string): Promise<void> {
  const file = join(house.folder, `looks-${person}.csv`);
  const rows = Array.from({ length: IMPORTED }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 5, 2, i)).toISOString().replace('.000', '');
    return `${at},stf_x01,${person},basic,${PURPOSE},detail`;
  });
  writeFileSync(file, `at,staff,person,categories,purpose,surface\n${rows.join('\n')}\n`);
  const done = await house.run('import', 'looks', file);
  expect(done.code, done.err).toBe(0);
}

/** What an authenticator shows now for a secret (RFC 6238). */
function codeOf(secret: string): string {
  const bits = [...secret].map((c) => BASE32.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Somebody at a keyboard: reaches a control by Tab alone. */
class Hands {
  constructor(
    readonly story: Story,
    readonly language: Language,
  ) {}

  say(pair: Pair, values: Record<string, string | number> = {}): string {
    const text = pair[this.language === 'zh' ? 0 : 1];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  }

  /** `key`: the way there; from the end of a long page it is short. */
  async tabTo(what: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await what.waitFor();
    for (let i = 0; i < TABS; i++) {
      if (await this.story.isFocused(what)) return;
      await this.story.page.keyboard.press(key);
    }
    throw new Error(`Tab does not reach ${what}`);
  }

  async press(what: Locator, key = 'Enter'): Promise<void> {
    await this.tabTo(what);
    await this.story.page.keyboard.press(key);
  }

  async pressButton(word: Pair, within: Locator | Story['page'] = this.story.page): Promise<void> {
    await this.press(within.getByRole('button', { name: this.say(word), exact: true }).first());
  }

  async type(label: Pair, text: string): Promise<void> {
    await this.tabTo(this.story.page.getByLabel(this.say(label)).first());
    await this.story.page.keyboard.press('Control+A');
    // As pasting does: all at once.
    await this.story.page.keyboard.insertText(text);
  }
}

for (const language of ['zh', 'en'] as const) {
  describe(`I own my data, ${language}`, () => {
    const { number, person } = MEMBERS[language];
    let staff: Story;
    let her: Story;
    let hands: Hands;
    let code = '';

    const look = () => ask(staff, `/v1/persons/${person}`, { Purpose: PURPOSE });
    const mine = async <T>(path: string): Promise<T> => JSON.parse((await ask(her, path)).text) as T;

    beforeAll(async () => {
      await importLooks(person);
      staff = await Story.begin(browser, house, { as: 'ruoxi' });
      await staff.go('/');
      for (let i = 0; i < 2; i++) expect((await look()).status).toBe(200);
      her = await Story.begin(browser, house, { language, width: NARROW });
      her.guard.allows(number);
      hands = new Hands(her, language);
    }, 120_000);

    afterAll(async () => {
      await staff?.context.close();
      await her?.context.close();
    });

    it('signs in by a code to her number', async () => {
      await her.go('/sign-in?as=person');
      await hands.type(home.number, number);
      await her.page.keyboard.press('Enter');
      code = await lastCode(number, code);
      await hands.type(home.code, `${code.slice(0, 3)} ${code.slice(3)}`);
      await her.page.keyboard.press('Enter');
      await her.page.waitForURL('**/me/data');
      await her.settled();
      expect(await her.heading.textContent()).toBe(hands.say(w.dataTitle));
      await her.sound();
    }, 60_000);

    it('reads who looked, the newest first, in either language at the same place', async () => {
      const looks = async () => (await mine<{ looks: { proven: boolean }[] }>('/v1/me/looks')).looks;
      await until(async () => (await looks()).filter((l) => l.proven).length >= 2, 'looks');
      await her.go('/me/data');
      const times = async () =>
        (
          await her.page
            .locator('[aria-labelledby="looks"] .me-entry time')
            .evaluateAll((all) => all.map((t) => t.getAttribute('datetime') ?? ''))
        ).map(Date.parse);
      const first = await times();
      expect(first).toHaveLength(PAGE);
      expect(first).toEqual([...first].sort((x, y) => y - x));
      const shift = await her.shift();
      expect(shift.sum, shift.where.join('; ')).toBeLessThan(SHIFT);
      const older = her.page.getByRole('button', { name: hands.say(w.older), exact: true });
      await hands.tabTo(older, 'Shift+Tab');
      await her.page.keyboard.press('Enter');
      await her.settled();
      const rest = await times();
      expect(rest.length).toBeGreaterThanOrEqual(IMPORTED + 2 - PAGE);
      expect(Math.max(...rest)).toBeLessThanOrEqual(Math.min(...first));
      await hands.pressButton(w.newest);
      await her.settled();
      const other = language === 'zh' ? 'en' : 'zh';
      await her.turn({ language: other });
      expect(await her.heading.textContent()).toBe(w.dataTitle[other === 'zh' ? 0 : 1]);
      expect(new URL(her.page.url()).pathname).toBe('/me/data');
      await her.turn({ language });
      expect(await her.overflow()).toEqual([]);
      await her.shot('me-data');
      await her.sound();
    }, 60_000);

    it('stops sharing, and the agency sees it no more at once', async () => {
      const before = Object.keys((JSON.parse((await look()).text) as { shown: object }).shown);
      expect(before).toContain('basic');
      for (;;) {
        const active = (await mine<{ consents: { status: string }[] }>('/v1/me/consents')).consents.filter(
          (c) => c.status === 'active',
        ).length;
        if (active === 0) break;
        await hands.press(
          her.page
            .locator('.me-consent')
            .getByRole('button', { name: hands.say(w.withdraw), exact: true })
            .first(),
        );
        await hands.pressButton(w.yesNow, her.page.locator('dialog'));
        await her.page.getByText(hands.say(w.withdrawn)).waitFor();
        await her.settled();
      }
      expect((await look()).status).toBe(403);
      await her.shot('me-data-stopped');
      await her.sound();
    }, 120_000);

    it('refuses calls and reports one', async () => {
      await her.go('/me/calls');
      await hands.pressButton(w.presetNone);
      await hands.pressButton(w.save);
      await until(
        async () => (await mine<{ sectors: string[] }>('/v1/me/preferences')).sectors.includes('*'),
        'her wishes are kept',
      );
      await hands.type(w.whoRang, '0579-82800001');
      await hands.tabTo(her.page.getByLabel(hands.say(w.whatKind)));
      await her.page
        .getByLabel(hands.say(w.whatKind))
        .selectOption({ label: hands.say(reportKinds.malicious) });
      await hands.pressButton(w.sendReport);
      await her.page.getByText(hands.say(w.reported)).waitFor();
      expect((await mine<{ reports: unknown[] }>('/v1/me/reports')).reports).toHaveLength(1);
      expect(await her.overflow()).toEqual([]);
      await her.shot('me-calls');
      await her.sound();
    }, 60_000);

    it('complains once, though the server dies while it is sent', async () => {
      const { page } = her;
      await her.go('/me/complaints/new');
      await hands.type(w.findWho, AGENCY);
      await hands.press(page.getByRole('radio').first(), 'Space');
      await hands.pressButton(w.next);
      await hands.press(page.getByRole('radio', { name: hands.say(issues.privacy) }), 'Space');
      await hands.pressButton(w.next);
      await hands.type(w.facts, '她的资料被无关的人看过。');
      await hands.pressButton(w.next);
      await hands.type(w.want, '停止使用。');
      await hands.pressButton(w.next);
      await page.getByLabel(hands.say(w.evidence)).setInputFiles({
        name: 'note.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('看到的时候是下午。\n'),
      });
      await hands.pressButton(w.next);
      await hands.pressButton(w.next);
      await her.shot('me-complain-review');
      await her.sound();
      const sent = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith('/v1/me/complaints'));
      await hands.pressButton(w.sendComplaint);
      await sent;
      await house.stop('SIGKILL');
      await pause(300);
      await house.start();
      her.guard.expects(409, /\/v1\/me\/complaints$/); // carried out, and the answer lost
      // What the browser says of a server that is gone is no fault of the page.
      await her.guard.fails();
      if (await page.getByRole('button', { name: hands.say(w.sendComplaint) }).isVisible())
        await hands.pressButton(w.sendComplaint);
      await page.getByText(hands.say(w.complainedNext)).waitFor();
      const all = await mine<{ complaints: { id: string }[] }>('/v1/me/complaints');
      expect(all.complaints).toHaveLength(1);
      await hands.press(page.getByRole('link', { name: hands.say(w.follow) }));
      await her.settled();
      expect(new URL(page.url()).pathname).toBe(`/me/complaints/${all.complaints[0]?.id}`);
      expect(await her.overflow()).toEqual([]);
      await her.shot('me-complaint');
      await her.turn({ theme: 'dark', width: WIDE });
      await her.shot('me-complaint');
      await her.turn({ theme: 'light', width: NARROW });
      await page.goBack();
      await her.guard.fails();
    }, 120_000);

    it('follows it to its end', async () => {
      const { complaints } = await mine<{ complaints: { id: string }[] }>('/v1/me/complaints');
      const path = `/v1/complaints/${complaints[0]?.id}`;
      const [officer, agency] = await Promise.all(
        ['yanqiu', house.logins().find((l) => l.staff === 'stf_x15')?.login ?? ''].map((as) =>
          Story.begin(browser, house, { as }),
        ),
      );
      if (!officer || !agency) throw new Error('nobody signed in');
      await Promise.all([officer.go('/parts'), agency.go('/parts')]);
      await act(officer, `${path}/accept`, { summary: '有会员反映资料被不当查看。' });
      await act(agency, `${path}/reply`, { text: '已停止该员工的查看。' });
      await act(officer, `${path}/close`, { upheld: true, answer: '投诉属实，已责令改正。' });
      await officer.context.close();
      await agency.context.close();
      await her.go('/me/complaints');
      await hands.press(her.page.locator('main table a').first());
      await her.settled();
      const told = await her.page.locator('main').textContent();
      for (const part of [
        '已停止该员工的查看。',
        '投诉属实，已责令改正。',
        hands.say(complaintStates.closed),
      ])
        expect(told).toContain(part);
      expect(await her.overflow()).toEqual([]);
      await her.shot('me-complaint-closed');
      await her.sound();
    }, 120_000);

    it('takes a copy along after a further code', async () => {
      her.guard.expects(403, /\/v1\/me\/export$/);
      await her.guard.fails();
      await her.go('/me/extract');
      await hands.pressButton(w.makeCopy);
      await hands.type(w.yourNumber, number);
      await her.page.keyboard.press('Enter');
      code = await lastCode(number, code);
      await hands.type(w.code, code);
      await her.page.keyboard.press('Enter');
      const download = her.page.waitForEvent('download');
      await hands.pressButton(w.download);
      const kept = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Record<string, unknown>;
      expect(kept.format).toBe('menshen-export-1');
      await her.shot('me-extract');
      // On paper it stands alone.
      await her.page.emulateMedia({ media: 'print' });
      expect(
        await her.page
          .locator('.bar, .nav, .demo-place')
          .evaluateAll((all) => all.filter((e) => e.checkVisibility()).length),
      ).toBe(0);
      expect((await her.page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
      await her.page.emulateMedia({ media: null });
      // Her own picture and identity number come in the copy; nobody else gets them.
      const others = (await her.guard.fails()).filter((f) => !/portrait|identity number/.test(f));
      expect(others).toEqual([]);
    }, 60_000);

    it('checks a receipt without the server, and finds a changed byte', async () => {
      const { consents } = await mine<{ consents: { receipt: string }[] }>('/v1/me/consents');
      await her.go('/me/receipt');
      const receipt = (await ask(her, consents[0]?.receipt ?? '')).text;
      await her.context.setOffline(true);
      await hands.type(w.receiptText, receipt);
      await hands.pressButton(w.check);
      await her.page.getByText(hands.say(w.genuine)).waitFor();
      await her.shot('me-receipt');
      const at = receipt.indexOf('extra ') + 200;
      await hands.type(
        w.receiptText,
        receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1),
      );
      await hands.pressButton(w.check);
      await her.page.getByText(hands.say(w.notGenuine)).waitFor();
      await her.context.setOffline(false);
      await her.guard.fails();
    }, 60_000);

    it('shows where the focus is, dark and at twice the size', async () => {
      const size = her.page.viewportSize() ?? { width: NARROW, height: 800 };
      await her.turn({ theme: 'dark' });
      await her.page.setViewportSize({ width: WIDE / 2, height: 400 });
      for (const path of ['/me/calls', '/me/complaints/new', '/me/receipt']) {
        await her.go(path);
        expect(await walk(her.page), path).toEqual([]);
        expect(await her.overflow(), path).toEqual([]);
      }
      await her.page.setViewportSize(size);
      await her.turn({ theme: 'light' });
      await her.sound();
    }, 120_000);

    it('has no page that axe finds hard to use', async () => {
      for (const path of [
        '/me/data',
        '/me/calls',
        '/me/complaints',
        '/me/complaints/new',
        '/me/receipt',
        '/me/extract',
      ])
        for (const theme of ['light', 'dark'] as const) {
          await her.go(path);
          await her.turn({ theme });
          expect(await her.accessible(), `${path} ${theme}`).toEqual([]);
        }
      await her.sound();
    }, 120_000);
  });
}

/** She adds a colleague, who sets her password by the link and signs in. */
async function invites(admin: Story, hands: Hands): Promise<void> {
  const { house: place } = admin;
  await admin.go('/settings/staff');
  await hands.pressButton(settings.addStaff);
  const dialog = admin.page.getByRole('dialog');
  await hands.type(settings.name, '欧阳若兰');
  await hands.type(settings.login, 'ruolan');
  await hands.pressButton(settings.add, dialog);
  await hands.pressButton(settings.inviteMake, dialog);
  const link = (await dialog.locator('code').textContent()) ?? '';
  expect(link).toMatch(/\/join#[\w-]{43}$/);
  expect(await admin.overflow()).toEqual([]);
  await admin.shot('staff-invited');
  await admin.page.keyboard.press('Escape');
  await admin.page
    .getByText(hands.say(settings.noAccount, { login: 'ruolan' }))
    .first()
    .waitFor();
  const she = await Story.begin(browser, place, { language: hands.language, width: NARROW });
  const hers = new Hands(she, hands.language);
  await she.go(link.slice(place.base.length));
  expect(she.page.url()).not.toContain('#');
  await hers.type(setup.password, 'four rather plain words');
  await hers.type(setup.again, 'four rather plain word');
  await hers.pressButton(setup.join);
  await she.page.getByText(hers.say(setup.differ)).first().waitFor();
  await hers.type(setup.again, 'four rather plain words');
  await hers.pressButton(setup.join);
  const secret = (await she.page.locator('code').first().textContent())?.replaceAll(' ', '') ?? '';
  await she.shot('joined');
  await hers.press(she.page.getByRole('checkbox'), 'Space');
  await hers.press(she.page.locator('main').getByRole('link', { name: hers.say(setup.signIn) }));
  await she.settled();
  await hers.type(home.login, 'ruolan');
  await hers.type(home.password, 'four rather plain words');
  await hers.type(home.code, codeOf(secret));
  she.guard.expects(403, /^\/v1\/persons$/); // no certificate yet
  await she.page.keyboard.press('Enter');
  await she.page.locator('.bar-role, .bar-menu').first().waitFor();
  await she.end();
}

describe.each(['zh', 'en'] as const)('the first run, %s', (language) => {
  it('is set up by the link that it printed', async () => {
    const empty = await House.open(false);
    try {
      const link = readFileSync(join(empty.data, 'setup-link'), 'utf8').trim();
      expect(empty.messages()).toContain(link);
      const admin = await Story.begin(browser, empty, { language, width: NARROW });
      const hands = new Hands(admin, language);
      admin.guard.expects(403, /^\/v1\/persons$/); // no certificate yet: her first screen says so
      await admin.go(link.slice(empty.base.length));
      expect(admin.page.url()).not.toContain('#'); // its secret stays in no history
      await hands.type(setup.organisationName, '浦江婚介行业协会');
      await hands.type(setup.name, '林知远');
      await hands.type(setup.login, 'zhiyuan');
      await hands.type(setup.password, 'three plain words');
      await hands.type(setup.again, 'three plain words');
      await hands.pressButton(setup.make);
      const secret = (await admin.page.locator('code').first().textContent())?.replaceAll(' ', '') ?? '';
      expect(await admin.overflow()).toEqual([]);
      await admin.shot('setup-done');
      await hands.press(admin.page.getByRole('checkbox'), 'Space');
      await hands.press(admin.page.locator('main').getByRole('link', { name: hands.say(setup.signIn) }));
      await admin.settled();
      await hands.type(home.login, 'zhiyuan');
      await hands.type(home.password, 'three plain words');
      await hands.type(home.code, codeOf(secret));
      await admin.page.keyboard.press('Enter');
      await admin.page.locator('.bar-role, .bar-menu').first().waitFor();
      await invites(admin, hands);
      await admin.end();
    } finally {
      await empty.close();
    }
  }, 180_000);
});

/* The newest file of entries that stands in the log. */
function bundleOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && e.parentPath.includes('entries'))
    .map((e) => join(e.parentPath, e.name));
  return files.sort((a, b) => statSync(a).size - statSync(b).size).at(-1) ?? '';
}

describe('the log', () => {
  it('verifies, and with one byte flipped it does not', async () => {
    expect((await house.run('ledger', 'verify')).code).toBe(0);
    await house.stop();
    const file = bundleOf(join(house.data, 'ledger/current/tile'));
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect((await house.run('ledger', 'verify')).code).toBe(1);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await house.start();
  }, 60_000);
});
