/* The sample city's guided stories, each from its first step to its last, in both languages. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House } from './house';
import { type Language, openBrowser, Story } from './story';

/* What each shows being refused, on purpose. */
const REFUSED: Readonly<Record<string, readonly (readonly [number, RegExp])[]>> = {
  person: [], // first: afterwards subscribers have rung her, whose numbers are hers to see
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
const LAST: Readonly<Record<string, RegExp>> = {
  agency: /signed root/,
  carrier: /allowed/,
  regulator: /order-in-force/,
  person: /c2sp\.org\/tlog-proof@v1/,
};
const STEP_MS = 120_000;

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
    for (const [status, path] of REFUSED[role] ?? []) story.guard.expects(status, path);
    if (role === 'person') story.guard.allows('13800000101');
    await story.go(`/story/${role}`);
    const steps = await story.page.locator('.story-steps li').count();
    for (let i = 0; i < steps; i++) {
      await story.page.locator('.story-step .story-acts button').first().click();
      await story.page.locator('.story-shown').waitFor({ timeout: STEP_MS });
      await story.settled();
      if (i + 1 < steps) await story.page.locator('.story-acts button.primary').click();
    }
    expect(await story.page.locator('.story-shown').textContent()).toMatch(LAST[role] ?? /^$/);
    await story.page.reload();
    await story.settled();
    expect(await story.page.locator('.story-shown').textContent()).toMatch(LAST[role] ?? /^$/);
    expect(await story.overflow()).toEqual([]);
    await story.shot(`story-${role}`);
    await story.end();
  });
});
