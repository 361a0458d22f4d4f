/* What the stories rely on: each thing that a page must not do is noticed when a page does it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { walk } from './access';
import { House } from './house';
import { openBrowser, Story } from './story';

let house: House;
let browser: Browser;
let story: Story;
beforeAll(async () => {
  house = await House.open();
  browser = await openBrowser();
  await fetch(`${house.base}/v1/session/codes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"number":"13800000107"}',
  });
  await house.personCode('13800000107');
  story = await Story.begin(browser, house);
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const put = (html: string) => (page: Page) =>
  page.evaluate((inside) => {
    const box = document.createElement('div');
    box.innerHTML = inside;
    document.querySelector('main')?.append(box);
  }, html);

const BROKEN: readonly (readonly [what: string, by: (page: Page) => Promise<unknown>, noticed: RegExp])[] = [
  ['an inline style', put('<p style="color: red">x</p>'), /policy was broken: style-src-attr/],
  [
    'a script of its own',
    (p) =>
      p.evaluate(() => {
        const s = document.createElement('script');
        s.textContent = 'window.x = 1';
        document.head.append(s);
      }),
    /policy was broken: script-src/,
  ],
  ['a picture of another', put('<img src="http://example.com/x.png" alt="">'), /example\.com/],
  [
    'a question to another',
    (p) => p.evaluate(() => fetch('http://example.com/').catch(() => 0)),
    /policy was broken: connect-src|another origin/,
  ],
  ['a word on the console', (p) => p.evaluate(() => console.error('oh no')), /the console: oh no/],
  [
    'an error',
    (p) =>
      p.evaluate(() => {
        setTimeout(() => {
          throw new Error('oh no');
        });
      }),
    /an error of the page/,
  ],
  [
    'a refusal',
    (p) => p.evaluate(() => fetch('/v1/persons').then((r) => r.text())),
    /GET \/v1\/persons was answered with 401/,
  ],
  ['a number', put('<p>138-0000-0107</p>'), /holds a number: 138-0000-0107/],
  [
    'a number in a field',
    put('<input aria-label="x" value="+86 13800000107">'),
    /a field of .* holds a number/,
  ],
  ['a chat', put('<p>荠菜鲜肉，我外婆教的</p>'), /a line of a chat/],
  [
    'a number in the title',
    (p) =>
      p.evaluate(() => {
        document.title = '13800000107';
      }),
    /the title of .* holds a number/,
  ],
  [
    'a number in the address',
    (p) => p.evaluate(() => fetch('/healthz?q=%2B8613800000107').then((r) => r.text())),
    /the address .* holds a number/,
  ],
  [
    'an answer with a number',
    (p) => p.evaluate(() => fetch('/v1/outbox').then((r) => r.text())),
    /the answer to GET .*outbox holds a number/,
  ],
  [
    'a download with an identity number',
    (p) =>
      p.evaluate(() => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob(['99010119930101001X']));
        link.download = 'members.csv';
        document.body.append(link);
        link.click();
        link.remove();
      }),
    /the download members\.csv holds an identity number/,
  ],
  [
    'what only a mouse reaches',
    (p) =>
      p.evaluate(() => {
        const box = document.createElement('div');
        box.textContent = 'x';
        box.addEventListener('click', () => {});
        document.body.append(box);
      }),
    /only a mouse reaches <div>x/,
  ],
];

for (const [what, by, noticed] of BROKEN)
  it(`notices ${what}`, async () => {
    await story.go('/parts');
    await story.sound();
    await by(story.page);
    await story.page.waitForTimeout(150);
    expect((await story.guard.fails()).join('\n')).toMatch(noticed);
  });

it('notices what axe would', async () => {
  await story.go('/parts');
  expect(await story.accessible()).toEqual([]);
  await put('<button></button><img src="data:," >')(story.page);
  const found = (await story.accessible()).join('\n');
  expect(found).toMatch(/button-name \(critical\)/);
  expect(found).toMatch(/image-alt \(critical\)/);
  await story.guard.fails();
});

it('notices what is wider than its window', async () => {
  await story.go('/parts');
  expect(await story.overflow()).toEqual([]);
  await put('<div class="wide">x</div>')(story.page);
  await story.page.evaluate(() => {
    const wide = document.querySelector<HTMLElement>('.wide');
    if (wide) wide.style.width = '3000px';
  });
  expect((await story.overflow()).join()).toMatch(/div\.wide to/);
  await story.guard.fails();
});

it('notices a control without a ring, and one that Tab passes by or cannot leave', async () => {
  await story.go('/sign-in');
  expect(await walk(story.page)).toEqual([]);
  await put('<button id="dark">dark</button><button id="trap">trap</button>')(story.page);
  await story.page.evaluate(() => {
    const dark = document.getElementById('dark');
    if (dark) dark.style.outline = 'none';
    const trap = document.getElementById('trap');
    trap?.addEventListener('keydown', (e) => e.preventDefault());
    document
      .querySelector('main')
      ?.append(Object.assign(document.createElement('button'), { textContent: 'beyond' }));
  });
  const found = (await walk(story.page)).join('\n');
  expect(found).toMatch(/“dark” shows no focus/);
  expect(found).toMatch(/Tab does not leave button\. “trap”/);
  expect(found).toMatch(/Tab does not reach button\. “beyond”/);
  await story.guard.fails();
});
