/*
 * access: what people with other senses and hands meet on a page.
 *
 *     seriousIn   what axe-core finds serious or critical
 *     reach       Tab until a control has the focus
 *     walk        Tab from the first control to the last: all reached, each visibly, none hidden, no trap
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const MOST = 600; // steps; a page with more controls is walked as far

export async function seriousIn(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const axe = (window as unknown as { axe: { run: (...args: unknown[]) => Promise<AxeResults> } }).axe;
    return (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations;
  }, TAGS);
  return found
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) =>
      v.nodes.map(
        (n) => `${v.id} (${v.impact}): ${n.target.join(' ')}: ${n.failureSummary?.split('\n')[1]?.trim()}`,
      ),
    );
}

interface Step {
  at: number; // its number; -1: outside the page
  what: string;
  wrong?: string;
}

/* In the page: number what Tab should reach. */
function number(): string[] {
  const controls = [
    ...document.querySelectorAll<HTMLElement>(
      'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])',
    ),
  ].filter(
    (e) =>
      e.checkVisibility({ visibilityProperty: true, opacityProperty: false }) &&
      !e.matches(':disabled, [inert] *, [tabindex="-1"]') &&
      e.tabIndex >= 0,
  );
  // Of radio buttons Tab reaches one a group.
  const groups = new Set<string>();
  const reached = controls.filter((e) => {
    if (!(e instanceof HTMLInputElement) || e.type !== 'radio') return true;
    const chosen = document.querySelector(`input[type=radio][name="${e.name}"]:checked`);
    if (chosen ? chosen !== e : groups.has(e.name)) return false;
    groups.add(e.name);
    return true;
  });
  (window as unknown as { menshenWalk: HTMLElement[] }).menshenWalk = reached;
  return reached.map((e) => `${e.localName}.${e.className} “${(e.textContent ?? '').trim().slice(0, 30)}”`);
}

/* In the page: where the focus is, and whether somebody sees it. */
function where(): Step {
  const all = (window as unknown as { menshenWalk: HTMLElement[] }).menshenWalk;
  const e = document.activeElement;
  if (!(e instanceof HTMLElement) || e === document.body) return { at: -1, what: 'the page' };
  const what = `${e.localName}.${e.className} “${(e.textContent ?? '').trim().slice(0, 30)}”`;
  const style = getComputedStyle(e);
  const ring = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
  const box = e.getBoundingClientRect();
  const step: Step = { at: all.indexOf(e), what };
  if (!ring) step.wrong = `${what} shows no focus`;
  else if (box.width < 1 || box.height < 1) step.wrong = `${what} has no size`;
  else {
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    if (box.bottom <= 0 || box.top >= innerHeight) step.wrong = `${what} is out of sight`;
    else if (top && top !== e && !e.contains(top) && !top.contains(e) && top.closest('.bar, thead'))
      step.wrong = `${what} is behind ${top.localName}.${top.className}`;
  }
  return step;
}

/** Come to a control by Tab alone. */
export async function reach(page: Page, what: Locator): Promise<void> {
  await what.waitFor();
  for (let i = 0; i < MOST; i++) {
    if (await what.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${what}`);
}

/** What is wrong with a walk through the page by Tab alone. */
export async function walk(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    getSelection()?.removeAllRanges();
    scrollTo(0, 0);
  });
  // From the very beginning, wherever a click was before.
  await page.locator('.skip').first().focus();
  const controls = await page.evaluate(number);
  const wrong = new Set<string>();
  const seen = new Set<number>([controls.findIndex((c) => c.includes('skip'))]);
  let stuck = 0;
  let before = -2;
  for (let i = 0; i < MOST; i++) {
    await page.keyboard.press('Tab');
    const step = await page.evaluate(where);
    if (step.wrong) wrong.add(step.wrong);
    if (step.at < 0 && i > 0) break; // past the last one
    // A field of several parts (a date) keeps the focus for some steps.
    stuck = step.at === before ? stuck + 1 : 0;
    if (stuck > 6) {
      wrong.add(`Tab does not leave ${step.what}`);
      break;
    }
    before = step.at;
    seen.add(step.at);
  }
  if (controls.length < MOST / 2)
    for (const [i, what] of controls.entries()) if (!seen.has(i)) wrong.add(`Tab does not reach ${what}`);
  return [...wrong];
}
