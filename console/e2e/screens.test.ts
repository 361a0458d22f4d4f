/*
 * Every screen of the console, as everybody who may open it.
 *
 * The list is the console's own (src/app/screens.ts); a screen of something (/agency/members/:id) is
 * opened where another screen links to it. So a new screen is walked without a word here.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screens } from '../src/app/screens';
import { walk } from './access';
import { House } from './house';
import { MEMBER, type Role, rolesOf } from './roles';
import { NARROW, openBrowser, Story, WIDE } from './story';

const FIRST_LOAD_BYTES = 100 * 1024;
const FIRST_LOAD_FILES = 6;
const HOUSE = /^\/(settings|audit|health)/;
const STAFF = ['agency-manager', 'carrier-operator', 'association-auditor', 'person'];
const SHIFT = 0.02;
/* The two that a visitor of the sample city may sit down with, and where the ranges of two carriers begin. */
const COURIER = '057982800055';
const SHOWN = [MEMBER, '13800000001', '13800000000', '13900000000'];
const ELSEWHERE = new Set(['/setup']); // opened by a link that a story has
/* Each language, appearance and width, one step from the one before. */
const MANNERS = [
  { language: 'zh', theme: 'light', width: WIDE },
  { language: 'zh', theme: 'dark', width: WIDE },
  { language: 'en', theme: 'dark', width: WIDE },
  { language: 'en', theme: 'light', width: WIDE },
  { language: 'en', theme: 'light', width: NARROW },
  { language: 'en', theme: 'dark', width: NARROW },
  { language: 'zh', theme: 'dark', width: NARROW },
  { language: 'zh', theme: 'light', width: NARROW },
] as const;

let house: House;
let browser: Browser;
let roles: Role[];
/* Where a screen of something was linked to: by its path, by role. */
const links = new Map<string, Map<string, string>>();

beforeAll(async () => {
  house = await House.open();
  browser = await openBrowser();
  roles = await rolesOf(browser, house);
  await findNumber();
  await complain();
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

/* A number's page is asked for in a form. */
async function findNumber(): Promise<void> {
  const role = roles.find((r) => r.name === 'carrier-operator');
  const story = await Story.begin(browser, house, { as: role?.as ?? '' });
  await story.go('/carrier/numbers');
  await story.page.locator('main input[type=tel]').fill(COURIER);
  await story.page.keyboard.press('Enter');
  await story.page.waitForURL('**/carrier/numbers/*');
  links.set('/carrier/numbers/:id', new Map([[role?.name ?? '', new URL(story.page.url()).pathname]]));
  await story.context.close();
}

/* Nobody of the sample city who signs in here has complained yet. */
async function complain(): Promise<void> {
  const story = await Story.begin(browser, house, { as: MEMBER });
  await story.go('/me/complaints');
  const id = await story.page.evaluate(async (csrf) => {
    const answer = await fetch('/v1/me/complaints', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-CSRF-Token': csrf,
        'Idempotency-Key': crypto.randomUUID(),
      },
      body: JSON.stringify({
        respondent: 'org_xique',
        issue: 'privacy',
        facts: '没有同意，却有人看过我的聊天记录。',
        request: '停止并说明。',
        anonymous: false,
      }),
    });
    return ((await answer.json()) as { id: string }).id;
  }, story.who?.csrf ?? '');
  links.set('/me/complaints/:id', new Map([['person', `/me/complaints/${id}`]]));
  await story.context.close();
}

const isOf = (path: string) => path.includes(':');

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\/:\w+\*/g, '(/.+)?').replace(/:\w+/g, '[^/]+')}$`);
}

/* A screen without an area is for the unsigned too; those of the house are walked as whoever runs it. */
function openTo(path: string): (Role | undefined)[] {
  const s = screens.find((x) => x.path === path);
  const hers = roles.filter(
    (r) =>
      (s?.area === undefined || r.areas.includes(s.area)) &&
      (s?.access === undefined || s.access.includes(r.access)),
  );
  if (s?.area !== undefined) return hers;
  return HOUSE.test(path)
    ? [...STAFF.flatMap((name) => hers.filter((r) => r.name === name)), undefined]
    : [undefined, ...hers.slice(0, 1)];
}

/* Remember the first link to each screen of something. */
async function collect(story: Story, role: Role | undefined): Promise<void> {
  const found = await story.page.evaluate(() =>
    [...document.querySelectorAll<HTMLAnchorElement>('main a[href]')].map(
      (a) => a.getAttribute('href') ?? '',
    ),
  );
  for (const s of screens.filter((x) => isOf(x.path))) {
    const of = pattern(s.path);
    const link = found.find((href) => of.test(href.replace(/[?#].*/, '')));
    const byRole = links.get(s.path) ?? new Map<string, string>();
    if (link && !byRole.has(role?.name ?? '')) byRole.set(role?.name ?? '', link);
    links.set(s.path, byRole);
  }
}

/* In place, every way. */
async function appearances(story: Story, name: string, whole: boolean): Promise<void> {
  const wrong: string[] = [];
  for (const manner of whole ? MANNERS : [MANNERS[0], MANNERS[5]]) {
    await story.turn(manner);
    const of = `${manner.language} ${manner.theme} ${manner.width}`;
    wrong.push(...(await story.overflow()).map((x) => `${of}: wider than its window: ${x}`));
    wrong.push(...(await story.accessible()).map((x) => `${of}: ${x}`));
    await story.shot(name);
  }
  expect(wrong).toEqual([]);
}

/* By its address, by a link, back, on, and anew. */
async function ways(story: Story, address: string): Promise<void> {
  const { page } = story;
  const title = (await story.heading.first().textContent()) ?? '';
  const from = address === '/parts' ? '/sign-in' : '/parts';
  await story.go(from);
  await story.follow(address);
  expect(await story.heading.count(), 'one heading').toBe(1);
  expect(await story.heading.textContent()).toBe(title);
  expect(await story.isFocused(story.heading), 'the heading has the focus').toBe(true);
  expect(await page.title()).toContain(title);
  const here = page.url();
  await page.goBack();
  await story.settled();
  expect(new URL(page.url()).pathname).toBe(from);
  await page.goForward();
  await story.settled();
  expect(page.url()).toBe(here);
  expect(await story.heading.textContent()).toBe(title);
  await page.reload();
  await story.settled();
  expect(page.url()).toBe(here);
  expect(await story.heading.textContent()).toBe(title);
}

async function visit(path: string, address: string, role: Role | undefined, whole: boolean): Promise<void> {
  const manner = role ? { as: role.as } : {};
  const story = await Story.begin(browser, house, manner);
  story.guard.allows(...SHOWN);
  // A role that may not see a part of a screen is told who may; that is one of its states.
  story.guard.expects(403, /^\/v1\//);
  if (!role) story.guard.expects(401, /^\/v1\//);
  // A market regulator reads reports, and is told that the line behind one is none of hers.
  if (role?.access === 'authority') story.guard.expects(404, /^\/v1\/(lines|campaigns)\//);
  try {
    await story.go(address);
    const shift = await story.shift();
    await collect(story, role);
    const name =
      (path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home') +
      (whole ? '' : `-${role?.name ?? 'nobody'}`);
    // Where one becomes somebody, the navigation comes with it.
    if (!path.startsWith('/try/'))
      expect.soft(shift.sum, `moved while loading: ${shift.where.join('; ')}`).toBeLessThan(SHIFT);
    if (whole) {
      expect.soft(await walk(story.page)).toEqual([]);
      await ways(story, address);
    }
    await appearances(story, name, whole);
  } finally {
    await story.end();
  }
}

describe('each screen', () => {
  const fixed = screens.filter((s) => !isOf(s.path) && !ELSEWHERE.has(s.path));
  const of = screens.filter((s) => isOf(s.path) && !ELSEWHERE.has(s.path));
  for (const s of fixed)
    it(s.path, async () => {
      const who = openTo(s.path);
      expect(who.length, 'somebody may open it').toBeGreaterThan(0);
      for (const [i, role] of who.entries()) await visit(s.path, s.path, role, i === 0);
    });
  for (const s of of)
    it(s.path, async () => {
      const found = links.get(s.path);
      // What is public has one address for everybody.
      const anybodys = s.area === undefined ? found?.values().next().value : undefined;
      const who = openTo(s.path).map((role) => [role, found?.get(role?.name ?? '') ?? anybodys] as const);
      const linked = who.filter((x): x is readonly [Role | undefined, string] => x[1] !== undefined);
      expect(linked.length, 'a screen links to it').toBeGreaterThan(0);
      for (const [i, [role, address]] of linked.entries()) await visit(s.path, address, role, i === 0);
    });
});

describe('on paper', () => {
  it('there is no navigation, and the heading', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-paper-'));
    const shown = screens.filter((s) => s.nav && !isOf(s.path));
    for (const role of roles.filter(
      (r, i) => i === 0 || r.name === 'agency-sales' || r.name === 'authority-officer',
    )) {
      const hers = shown.filter((s) => s.area === undefined || role.areas.includes(s.area));
      const screen = hers[0];
      if (!screen) continue;
      const story = await Story.begin(browser, house, { as: role.as });
      story.guard.allows(...SHOWN);
      await story.go(screen.path);
      const nav = await story.page.locator('#nav a').allInnerTexts();
      const title = (await story.heading.textContent()) ?? '';
      const file = join(folder, `${role.name}.pdf`);
      await story.page.pdf({ path: file, format: 'A4' });
      const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
      const flat = text.replace(/\s+/g, '');
      expect(flat).toContain(title.replace(/\s+/g, ''));
      const last = nav.at(-1) ?? '';
      const inBody = ((await story.page.locator('main').textContent()) ?? '').includes(last);
      if (last && !inBody) expect(flat).not.toContain(last.replace(/\s+/g, ''));
      await story.page.emulateMedia({ media: 'print' });
      expect(await story.page.locator('.bar, .nav, .skip').filter({ visible: true }).count()).toBe(0);
      await story.end();
    }
    rmSync(folder, { recursive: true });
  });
});

describe('the first load', () => {
  it(`is at most ${FIRST_LOAD_FILES} files and ${FIRST_LOAD_BYTES} bytes for everybody`, async () => {
    for (const role of [undefined, ...roles]) {
      const story = await Story.begin(browser, house, role ? { as: role.as } : {});
      story.guard.allows(...SHOWN);
      story.guard.expects(403, /^\/v1\//);
      const wire = await story.context.newCDPSession(story.page);
      let bytes = 0;
      const files: string[] = [];
      await wire.send('Network.enable');
      const ids = new Set<string>();
      wire.on('Network.responseReceived', (e) => {
        if (!/^(Document|Script|Stylesheet|Image|Font)$/.test(e.type) || e.response.url.startsWith('data:'))
          return;
        files.push(new URL(e.response.url).pathname);
        ids.add(e.requestId);
      });
      // What the screen then asks about its own matter is not the console's size.
      wire.on('Network.loadingFinished', (e) => {
        if (ids.has(e.requestId)) bytes += e.encodedDataLength;
      });
      await story.go('/');
      const of = `${role?.name ?? 'nobody'} at ${new URL(story.page.url()).pathname}: ${files.join(' ')}`;
      expect.soft(bytes, of).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
      expect.soft(files.length, of).toBeLessThanOrEqual(FIRST_LOAD_FILES);
      await story.end();
    }
  });
});
