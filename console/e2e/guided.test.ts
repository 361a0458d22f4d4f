/*
 * The sample city's guided stories, each from its first step to its last, in both languages: what
 * each step shows is what the gate answered, and what is handed out is checked by the command.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verdict, verdicts } from '../src/text/codes';
import { w as carrier } from '../src/text/story-carrier';
import { w as proof } from '../src/text/story-proof';
import { House } from './house';
import { type Language, openBrowser, Story } from './story';

/* What each shows being refused, on purpose. */
const REFUSED: Readonly<Record<string, readonly (readonly [number, RegExp])[]>> = {
  // first: afterwards subscribers have rung, whose numbers are hers to see
  person: [
    [403, /^\/v1\/persons\//],
    [409, /\/proof$/], // a record of this second
  ],
  agency: [
    [403, /^\/v1\/persons\//],
    [503, /^\/v1\/persons\//],
  ],
  carrier: [],
  regulator: [
    [403, /\/acts$/],
    [422, /\/acts$/],
  ],
};
const STEP_MS = 120_000;
/* Codes of reasons and acts have words. */
const CODE =
  /behaviour-remind|order-in-force|line-inactive|caller-not-authorised|sector-refused|notice_of_penalty|org_/;

/** What the calls of a step were answered, in order. */
async function answers(story: Story): Promise<string[]> {
  return story.page.locator('.story-call .chip').allTextContents();
}

const word = (verdict: Verdict, language: Language) =>
  expect.stringContaining(verdicts[verdict][language === 'zh' ? 0 : 1]);

/** Keep what the step hands out; its command verifies it, and finds a byte that was changed. */
async function checkElsewhere(story: Story, house: House, language: Language): Promise<void> {
  const { page } = story;
  const say = (pair: readonly [string, string]) => pair[language === 'zh' ? 0 : 1];
  const states = await page
    .locator('.story-checks [data-state]')
    .evaluateAll((all) => all.map((e) => e.getAttribute('data-state')));
  expect(states.filter((s) => s === 'good').length).toBeGreaterThanOrEqual(4);
  expect(states.filter((s) => s === 'bad')).toHaveLength(1); // the changed copy
  await page.getByText(say(proof.found)).waitFor();
  const waits = page.waitForEvent('download');
  await page.locator('.story-shown button', { hasText: /\.(tlog-proof|tar)$/ }).click();
  const download = await waits;
  const file = join(house.folder, download.suggestedFilename());
  await download.saveAs(file);
  const told = (await page.locator('.story-command').textContent()) ?? '';
  const [, , verb = '', ...rest] = told.split(' ');
  const args = rest.map((a) => (a === download.suggestedFilename() ? file : a));
  const verify = () => house.run('ledger', verb, ...args);
  expect(await verify()).toMatchObject({ code: 0 });
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(await verify()).toMatchObject({ code: 1 });
}

/* What a step must show beyond having been done; by its number. */
type Check = (story: Story, house: House, language: Language) => Promise<void>;
const CHECKS: Readonly<Record<string, Readonly<Record<number, Check>>>> = {
  person: {
    3: async (story, _, language) => {
      expect(await answers(story)).toEqual([word('block', language), word('allow', language)]);
    },
    4: checkElsewhere,
  },
  agency: {
    5: async (story) => {
      expect(await story.page.locator('.story-shown').textContent()).toMatch(/signed root/);
    },
  },
  carrier: {
    // Before, after four reports, after five, when it is said to sell, when it is suspended.
    2: async (story, _, language) => {
      expect(await answers(story)).toEqual(
        (['allow', 'allow', 'remind', 'block', 'block'] as const).map((v) => word(v, language)),
      );
    },
    // Found by its number, and released by it.
    4: async (story, house, language) => {
      expect(await answers(story)).toEqual([word('block', language), word('allow', language)]);
      const link = story.page.getByRole('link', { name: carrier.toNumber[language === 'zh' ? 0 : 1] });
      expect(await link.getAttribute('href')).toMatch(/^\/carrier\/numbers\/num_/);
      expect((await house.run('ledger', 'verify')).code).toBe(0);
    },
  },
  regulator: {
    5: async (story, _, language) => {
      expect(await answers(story)).toEqual([word('block', language)]);
    },
    6: checkElsewhere,
  },
};

describe.each(['zh', 'en'] as const)('in %s', (language: Language) => {
  let house: House;
  let browser: Browser;
  beforeAll(async () => {
    house = await House.open();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it.each(Object.keys(REFUSED))('%s', async (role) => {
    const story = await Story.begin(browser, house, { language });
    const shown = story.page.locator('.story-shown');
    for (const [status, path] of REFUSED[role] ?? []) story.guard.expects(status, path);
    if (role === 'person') story.guard.allows('13800000104');
    if (role === 'agency') story.guard.allows('13800000101');
    await story.go(`/story/${role}`);
    const steps = await story.page.locator('.story-steps li').count();
    expect(steps).toBeGreaterThan(Math.max(...Object.keys(CHECKS[role] ?? {}).map(Number)));
    for (let i = 0; i < steps; i++) {
      await story.page.locator('.story-step .story-acts button').first().click();
      await shown.waitFor({ timeout: STEP_MS });
      await story.settled();
      expect(await shown.textContent()).not.toMatch(CODE);
      await CHECKS[role]?.[i]?.(story, house, language);
      if (i + 1 < steps) await story.page.locator('.story-acts button.primary').click();
    }
    const last = await shown.textContent();
    await story.page.reload();
    await story.settled();
    expect(await shown.textContent()).toBe(last);
    expect(await story.overflow()).toEqual([]);
    await story.shot(`story-${role}`);
    await story.turn({ width: 360 });
    expect(await story.overflow()).toEqual([]);
    await story.shot(`story-${role}`);
    await story.end();
  });
});
