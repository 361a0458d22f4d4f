/*
 * story: somebody at a page, in a language, an appearance and a width, under guard.
 *
 *     const browser = await openBrowser();
 *     const wang = await Story.begin(browser, house, { as: 'ruoxi', language: 'en' });
 *     await wang.go('/agency/pools');
 *     await wang.shot('agency-pools');
 *     await wang.end();                       // fails if anything was wrong on the way (guard.ts)
 *
 * `as` is a login of the sample city, a person's number, or absent for nobody.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Session } from '../src/app/session';
import { seriousIn } from './access';
import { Guard } from './guard';
import { BUILD, type House, pause, until } from './house';

export type Language = 'zh' | 'en';
export type Theme = 'light' | 'dark';
export const SCREENS = join(BUILD, 'screens');
export const WIDE = 1280;
export const NARROW = 360;
const HEIGHT = 800;
const PATIENCE_MS = 60_000; // a busy machine

export interface Manner {
  as?: string;
  language?: Language;
  theme?: Theme;
  width?: number;
}

/** Debian's own, or the one that CHROMIUM names; what it would ask of others itself is switched off. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;
/* By house and login: a code works once, and a session that nobody uses ends. */
const FRESH_MS = 10 * 60_000;
const kept = new Map<string, { state: Kept; who: Session; at: number }>();

async function enter(context: BrowserContext, house: House, as: string): Promise<Session> {
  const ask = (data: Record<string, string>) => context.request.post(`${house.base}/v1/session`, { data });
  if (/^\+?\d+$/.test(as)) {
    const before = (await house.outbox()).length;
    await context.request.post(`${house.base}/v1/session/codes`, { data: { number: as } });
    const answer = await ask({ number: as, code: await house.personCode(as, before) });
    if (!answer.ok()) throw new Error(`${as}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as Session;
  }
  const { password } = house.login(as);
  // A code that somebody used already is waited out.
  const answer = await until(
    async () => {
      const one = await ask({ login: as, password, code: await house.code(as) });
      if (one.ok()) return one;
      await pause(3000);
      return undefined;
    },
    `${as} signs in`,
    120_000,
  );
  return (await answer.json()) as Session;
}

/** The browser's state of who has signed in. */
async function stateOf(browser: Browser, house: House, as: string): Promise<{ state: Kept; who: Session }> {
  const key = `${house.base} ${as}`;
  const had = kept.get(key);
  if (had && Date.now() - had.at < FRESH_MS) return had;
  const context = await browser.newContext();
  const who = await enter(context, house, as);
  const state = await context.storageState();
  await context.close();
  const made = { state, who, at: Date.now() };
  kept.set(key, made);
  return made;
}

export async function whoIs(browser: Browser, house: House, as: string): Promise<Session> {
  return (await stateOf(browser, house, as)).who;
}

export class Story {
  private constructor(
    readonly house: House,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly guard: Guard,
    readonly who: Session | undefined,
    private language: Language,
    private theme: Theme,
    private width: number,
  ) {}

  static async begin(browser: Browser, house: House, manner: Manner = {}): Promise<Story> {
    const { as, language = 'zh', theme = 'light', width = WIDE } = manner;
    const signed = as === undefined ? undefined : await stateOf(browser, house, as);
    const stored = [{ name: 'menshen.language', value: language as string }];
    if (signed) stored.push({ name: 'menshen.signed-in', value: '1' });
    const context = await browser.newContext({
      baseURL: house.base,
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: HEIGHT },
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      storageState: {
        cookies: signed?.state.cookies ?? [],
        origins: [{ origin: house.base, localStorage: stored }],
      },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const guard = await Guard.over(context, house.base);
    if (as && /^\+?\d+$/.test(as)) guard.allows(as);
    const page = await context.newPage();
    return new Story(house, context, page, guard, signed?.who, language, theme, width);
  }

  /** Open an address anew, as from a bookmark. */
  async go(path: string): Promise<void> {
    await this.page.goto(path);
    await this.settled();
  }

  /** As by a link of the page. */
  async follow(path: string): Promise<void> {
    await this.page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = to;
      document.body.append(link);
      link.click();
      link.remove();
    }, path);
    await this.settled();
  }

  /** The heading is there, and all that was asked for. */
  async settled(): Promise<void> {
    const { page, guard } = this;
    await page.locator('h1').first().waitFor();
    await until(
      async () => guard.isQuiet() && (await page.locator('main .waiting:visible').count()) <= this.patterns(),
      `${page.url()} is there; still asked for: ${guard.pending().join(', ')}`,
      PATIENCE_MS,
    );
  }

  /* The page of the parts shows what waiting looks like. */
  private patterns(): number {
    return new URL(this.page.url()).pathname === '/parts' ? 1 : 0;
  }

  get heading(): Locator {
    return this.page.locator('h1');
  }

  async isFocused(what: Locator): Promise<boolean> {
    return what.evaluate((e) => e === document.activeElement);
  }

  /** Another appearance of the same page, without loading it again. */
  async turn(to: { language?: Language; theme?: Theme; width?: number }): Promise<void> {
    if (to.language && to.language !== this.language) {
      await this.page.locator(`.bar button[lang^="${to.language}"]`).click();
      this.language = to.language;
    }
    if (to.theme && to.theme !== this.theme) {
      await this.page.emulateMedia({ colorScheme: to.theme });
      this.theme = to.theme;
    }
    if (to.width && to.width !== this.width) {
      await this.page.setViewportSize({ width: to.width, height: HEIGHT });
      this.width = to.width;
    }
    await this.settled();
  }

  /** A picture of the whole page, under build/screens. */
  async shot(name: string): Promise<void> {
    mkdirSync(SCREENS, { recursive: true });
    const file = `${name}-${this.language}-${this.theme}-${this.width}.png`;
    await this.page.screenshot({ path: join(SCREENS, file), fullPage: true, animations: 'disabled' });
  }

  /**
   * A paper printed as its reader would, A4: its text without spaces, and its pages as pictures under
   * build/screens. It is read in a context of its own, since its policy is another than the console's.
   */
  async paper(address: string, name: string): Promise<string> {
    const context = await this.context.browser()?.newContext({
      baseURL: this.house.base,
      storageState: await this.context.storageState(),
    });
    if (!context) throw new Error('no browser');
    try {
      const page = await context.newPage();
      const answer = await page.goto(address);
      const policy = (await answer?.allHeaders())?.['content-security-policy'] ?? '';
      expect(policy, 'a paper has no script').toMatch(/^default-src 'none'(?!.*script-src)/);
      return await this.onPaper(page, `paper-${name}-${this.language}`);
    } finally {
      await context.close();
    }
  }

  /** This page on A4: its text without spaces, and its pages as pictures under build/screens. */
  async print(name: string): Promise<string> {
    return this.onPaper(this.page, `print-${name}-${this.language}`);
  }

  private async onPaper(page: Page, name: string): Promise<string> {
    mkdirSync(SCREENS, { recursive: true });
    const file = join(SCREENS, name);
    await page.pdf({ path: `${file}.pdf`, format: 'A4', preferCSSPageSize: true });
    execFileSync('pdftoppm', ['-r', '70', '-png', `${file}.pdf`, file]);
    const text = execFileSync('pdftotext', ['-layout', `${file}.pdf`, '-'], { encoding: 'utf8' });
    return text.replace(/\s+/g, '');
  }

  /** What a screen reader's or a keyboard's user would stumble over: axe's serious and critical. */
  async accessible(): Promise<string[]> {
    return seriousIn(this.page);
  }

  /** Points of layout that moved by themselves since the page was loaded. */
  async shift(): Promise<{ sum: number; where: string[] }> {
    return this.page.evaluate(() => {
      const w = window as unknown as { menshenShift: number; menshenShifted: string[] };
      return { sum: w.menshenShift, where: w.menshenShifted };
    });
  }

  /** How far the page is wider than its window, and by what. */
  async overflow(): Promise<string[]> {
    return this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      return [...document.body.querySelectorAll('*')]
        .filter((e) => e.getBoundingClientRect().right > width + 1)
        .map((e) => `${e.localName}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}`)
        .slice(-5);
    });
  }

  /** Nothing was wrong so far. */
  async sound(): Promise<void> {
    expect(await this.guard.fails(), `${this.who?.role ?? 'nobody'} at ${this.page.url()}`).toEqual([]);
  }

  async end(): Promise<void> {
    try {
      await this.sound();
    } finally {
      await this.context.close();
    }
  }
}
