/*
 * A house has what happens posted to a system of its own: a further code, a secret that is shown
 * once, a signed ping, a refusal, and a pause.
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pair, say, setLanguage } from '../src/app/language';
import { w as settings } from '../src/text/settings';
import { outcomes, states, topics } from '../src/text/webhook-codes';
import { w } from '../src/text/webhooks';
import { House, until } from './house';
import { type Language, NARROW, openBrowser, Story, WIDE } from './story';

const KEEPER = 'songwang'; // of 江南通信

interface Got {
  headers: IncomingHttpHeaders;
  body: string;
}

describe.each<Language>(['zh', 'en'])('what happens is posted, in %s', (language) => {
  let house: House;
  let browser: Browser;
  let keeper: Story;
  let server: Server;
  let secret = '';
  let address = '';
  const got: Got[] = [];
  let status = 204;

  beforeAll(async () => {
    server = createServer((question, answer) => {
      let body = '';
      question.on('data', (part) => {
        body += part;
      });
      question.on('end', () => {
        got.push({ headers: question.headers, body });
        answer.writeHead(status).end();
      });
    });
    await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/menshen`;
    house = await House.open();
    browser = await openBrowser();
    keeper = await Story.begin(browser, house, { as: KEEPER, language });
    keeper.context.setDefaultTimeout(15_000);
    // The sample city's bar names the numbers that a visitor may sit down with.
    keeper.guard.allows('13800000101', '13800000001');
    keeper.guard.expects(403, /^\/v1\/(webhooks|session\/confirm)/);
    Object.assign(globalThis, { document: { documentElement: {} } });
    setLanguage(language);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
    server?.close();
  });

  const box = (name: Pair) => keeper.page.getByRole('checkbox', { name: say(name), exact: true });
  const button = (name: string): Locator => keeper.page.getByRole('button', { name, exact: true });

  /** Every appearance that a picture is kept of. */
  async function look(name: string): Promise<void> {
    const wrong: string[] = [];
    for (const [theme, width] of [
      ['dark', WIDE],
      ['dark', NARROW],
      ['light', NARROW],
      ['light', WIDE],
    ] as const) {
      await keeper.turn({ theme, width });
      wrong.push(...(await keeper.overflow()), ...(await keeper.accessible()));
      await keeper.shot(name);
    }
    expect(wrong).toEqual([]);
  }

  function signed({ headers, body }: Got): boolean {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const mac = createHmac('sha256', key).update(
      `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`,
    );
    return headers['webhook-signature'] === `v1,${mac.digest('base64')}`;
  }

  it('adds an address with a further code, and shows its secret once', async () => {
    await keeper.go('/settings/webhooks');
    await keeper.page.getByText(say(w.none)).waitFor();
    await look('settings-webhooks-none');
    await button(say(w.add)).click();
    await keeper.page.getByRole('textbox', { name: say(w.url) }).fill(address);
    await box(w.all).check();
    await box(topics.trace).uncheck();
    await box(topics.trace).check();
    await look('settings-webhooks-add');
    await button(say(w.save)).click();
    const code = keeper.page.getByRole('dialog').getByRole('textbox', { name: say(settings.code) });
    await code.waitFor();
    // The one that signed in is used up; the next comes within half a minute.
    await until(
      async () => {
        if (await code.isVisible()) {
          await code.fill(await house.code(KEEPER));
          await button(say(settings.confirm)).click();
        }
        await new Promise((go) => setTimeout(go, 3000));
        return keeper.page.getByText(say(w.made)).isVisible();
      },
      'it is confirmed',
      90_000,
    );
    secret = (await keeper.page.locator('.notice-success code').textContent()) ?? '';
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await keeper.shot('settings-webhooks-made');
    await keeper.go('/settings/webhooks');
    await keeper.page.getByRole('link', { name: address }).waitFor();
    expect(await keeper.page.content()).not.toContain(secret);
    await look('settings-webhooks');
    await keeper.sound();
  });

  it('posts a ping that is signed, and tells what came of it', async () => {
    await keeper.page.getByRole('link', { name: address }).click();
    await keeper.page.getByText(say(w.noAttempts)).waitFor();
    await button(say(w.ping)).click();
    await keeper.page.getByText(say(outcomes.delivered[1])).waitFor();
    expect(got.map((g) => (JSON.parse(g.body) as { type: string }).type)).toEqual(['ping']);
    expect(got.every(signed)).toBe(true);
    await keeper.sound();
  });

  it('tells of what is refused, and goes on', async () => {
    status = 500;
    await button(say(w.pause)).click();
    await keeper.page.getByText(say(states.paused[1])).first().waitFor();
    await button(say(w.ping)).click();
    await keeper.page.getByText(say(outcomes.refused[1])).first().waitFor();
    await look('settings-webhook');
    status = 204;
    await button(say(w.resume)).click();
    await keeper.page.getByText(say(states.active[1])).first().waitFor();
    await keeper.sound();
  });

  it('is removed', async () => {
    await button(say(w.remove)).click();
    await keeper.page
      .getByRole('dialog')
      .getByRole('button', { name: say(w.remove), exact: true })
      .click();
    await keeper.page.getByText(say(w.none)).waitFor();
    await keeper.end();
  });
});
