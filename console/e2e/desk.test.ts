/*
 * From complaints to correction (E2): three members complain, the association accepts, joins and
 * opens a case; the market regulator orders, draws, inspects and fines, two of its officers at each
 * step that wants two; it is published and, put right, removed.
 *
 * The agency answers in its own browser, and she reads in hers how it ended. Two of the complaints
 * come in on paper, and another department answers by the API.
 */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reach, walk } from './access';
import { House } from './house';
import { type Language, NARROW, openBrowser, Story, WIDE } from './story';

const AGENCY = 'org_jinse';
const MANAGER = 'stf_s01'; // of the agency
const MANAGER_LOGIN = 'sese';
const REPORTER = { name: '梅雪落', number: '13800000101' };
const CYBERSPACE = 'org_wangxin';
const DAY_MS = 86_400_000;
const SHIFT = 0.02;

const WORDS = {
  zh: {
    accept: '受理',
    accepted: '已受理，调解期限开始计算。',
    join: '合并',
    joined: '已合并处理。',
    open: '立案',
    summary: '告知机构的摘要',
    summons: '行业约谈',
    file: '立案',
    selfInspection: '责令自查',
    order: '责令改正',
    inspection: '现场检查',
    notice: '行政处罚事先告知',
    draft: '行政处罚拟定',
    decision: '行政处罚决定',
    service: '送达',
    publish: '处罚公示',
    payment: '缴款',
    dispatch: '移送',
    onRecord: '已记录',
    late: '逾期',
    waits: '等待另一名审批人决定。',
    yours: '一份处罚拟定等您决定：批准或者驳回。',
    outOfRange: '金额不在幅度之内',
    holds: '承诺值与种子、名单一致，抽中的也一致',
    newDraw: '发起抽查',
    announce: '公布',
    reveal: '公开种子并抽取',
    learn: '查看身份',
    close: '办结',
    reason: '理由',
    acknowledged: '签收',
    removed: '已移出',
    returned: '已退回',
    text: '内容',
    place: '地点',
    at: '时间',
    until: '期限',
    item: '第 {n} 项',
    itemUntil: '第 {n} 项的期限',
    more: '再加一项',
    count: '件数',
    amount: '金额（元）',
    violation: '违法行为',
    outcome: '决定',
    answer: '对申辩的答复',
    proof: '同意移出',
    send: '提交',
    conclusion: '结论',
    personal: '个人信息',
    recused: '罗青回避',
    drawnOne: '抽中',
    find: '按名称或行政区划代码查找',
    total: '合计',
    offline: '现在没有网络',
    leftOutWhy: '{n}不列入的原因',
    riskOf: '{n}的风险等级',
    investigated: '已立案调查',
    record: '双随机抽查记录',
    accepted2: '已改正的事项',
    failed: '未改正的事项',
    itemNumber: '第 {n} 项整改',
    summonsPaper: '约谈通知书',
    refuse: '不予受理',
    grounds: '法定理由',
    submit: '签收、提交自查或整改',
    submitCase: '案件',
    submitKind: '行为',
    submitText: '内容',
    submitItem: '对应的整改项',
    submitReceived: '签收哪一件',
    submitted: '已提交，记入案件。',
    papers: '发给我们的文书',
    acts: { acknowledge: '签收', reply: '答复', proof: '整改证明', defence: '陈述申辩' },
    notYet: '现在还不能做的',
    upheld: '投诉成立',
    per1000: '每千名会员',
  },
  en: {
    accept: 'Accept',
    accepted: 'Accepted. The time for mediation runs.',
    join: 'Join',
    joined: 'Joined.',
    open: 'Open a case',
    summary: 'Summary for the agency',
    summons: 'Talk with a member',
    file: 'Case filed',
    selfInspection: 'Self-inspection demanded',
    order: 'Order to correct',
    inspection: 'On-site inspection',
    notice: 'Notice of an intended penalty',
    draft: 'Draft of a penalty',
    decision: 'Decision on a penalty',
    service: 'Service of the decision',
    publish: 'Publication',
    payment: 'Payment of the fine',
    dispatch: 'Dispatched',
    onRecord: 'on record',
    late: 'late',
    waits: 'Waits for a second officer.',
    yours: 'A draft waits for your decision: approve or reject.',
    outOfRange: 'The amount is outside the range',
    holds: 'seed and lists make the commitment, and draw the same',
    newDraw: 'Draw',
    announce: 'Announce',
    reveal: 'Reveal the seed and draw',
    learn: 'Reveal',
    close: 'Close',
    reason: 'Reason',
    acknowledged: 'Received',
    removed: 'removed',
    returned: 'returned',
    text: 'Text',
    place: 'Place',
    at: 'Time',
    until: 'Until',
    item: 'Item {n}',
    itemUntil: 'Item {n}, until',
    more: 'One more item',
    count: 'Number of cases',
    amount: 'Amount (yuan)',
    violation: 'Violation',
    outcome: 'Decision',
    answer: 'What became of the defence',
    proof: 'accepted: it is removed',
    send: 'Send',
    conclusion: 'Outcome',
    personal: 'personal information',
    recused: '罗青 is recused',
    drawnOne: 'drawn',
    find: 'Find by name or region code',
    total: 'Total',
    offline: 'There is no net',
    leftOutWhy: 'Why {n} is left out',
    riskOf: 'Risk of {n}',
    investigated: 'under investigation',
    record: 'Record of a Double-Random Draw',
    accepted2: 'Items corrected',
    failed: 'Items not corrected',
    itemNumber: 'Item {n}',
    summonsPaper: 'Summons',
    refuse: 'Refuse',
    grounds: 'Ground of law',
    submit: 'Receive, or submit proof',
    submitCase: 'Case',
    submitKind: 'Act',
    submitText: 'Text',
    submitItem: 'Item that it proves',
    submitReceived: 'What you received',
    submitted: 'Submitted; it is in the case.',
    papers: 'Papers sent to us',
    acts: {
      acknowledge: 'Received',
      reply: 'Reply',
      proof: 'Proof of correction',
      defence: 'Statement and defence',
    },
    notYet: 'Not yet',
    upheld: 'upheld',
    per1000: 'Per 1,000 members',
  },
} as const;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** The world beside the screens: the clock, and who answers by the API. */
class World {
  private readonly tokens = new Map<string, string>();
  private ahead = 0;

  constructor(readonly house: House) {}

  now(moreDays = 0, hour = 10): string {
    const at = new Date(Date.now() + (this.ahead + moreDays) * DAY_MS + 8 * 3_600_000);
    return `${at.toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:00`;
  }

  async days(n: number): Promise<void> {
    for (let i = 0; i < n; i++) {
      const answer = await fetch(`${this.house.base}/v1/demo/clock`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: this.house.base },
        body: JSON.stringify({ by: 'day' }),
      });
      if (!answer.ok) throw new Error(`the clock: ${answer.status} ${await answer.text()}`);
      this.ahead++;
    }
  }

  /** The browser's clock goes with the city's, so that what is late looks late. */
  async follow(...stories: Story[]): Promise<void> {
    for (const s of stories) await s.context.clock.setSystemTime(new Date(Date.now() + this.ahead * DAY_MS));
  }

  async ask(who: string, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    let token = this.tokens.get(who);
    if (!token) {
      const made = await this.house.run('user', 'token', who, '--scopes', 'all', '--ttl', '90d');
      if (made.code !== 0) throw new Error(made.err);
      token = made.out.trim();
      this.tokens.set(who, token);
    }
    const answer = await fetch(this.house.base + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${who} ${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
    return said;
  }

  /** She, at her portal. */
  async person(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const sat = await fetch(`${this.house.base}/v1/demo/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: this.house.base },
      body: JSON.stringify({ role: 'person', as: 'member' }),
    });
    const cookie = (sat.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const { csrf } = (await sat.json()) as { csrf: string };
    const answer = await fetch(this.house.base + path, {
      method,
      headers: {
        Cookie: cookie,
        Origin: this.house.base,
        'X-CSRF-Token': csrf,
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`she ${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
    return said;
  }

  act(who: string, id: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.ask(who, 'POST', `/v1/cases/${id}/acts`, body);
  }
}

/** Somebody of the desk at the case file. */
class Desk {
  constructor(
    readonly story: Story,
    readonly words: (typeof WORDS)[Language],
  ) {}

  get page() {
    return this.story.page;
  }

  field(label: string, within: Locator = this.page.locator('.act-form')): Locator {
    return within.getByLabel(label, { exact: false }).first();
  }

  button(name: string, within: Locator = this.page.locator('main')): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  /** Choose an act of the panel. */
  async choose(title: string): Promise<Locator> {
    await this.button(title, this.page.locator('.act')).first().click();
    const form = this.page.locator('.act-form');
    await form.waitFor();
    return form;
  }

  async submit(): Promise<void> {
    await this.page.locator('.act-form button[type=submit]').click();
    await this.page.locator('.notice-success').first().waitFor();
    await this.story.settled();
  }
}

/** The agency at its page of what is due (A3). */
class Agency {
  constructor(
    readonly story: Story,
    readonly words: (typeof WORDS)[Language],
  ) {}

  /** Hand something in to the case. */
  async handIn(
    of: string,
    kind: keyof (typeof WORDS)[Language]['acts'],
    write: (form: Locator) => Promise<unknown>,
  ): Promise<void> {
    const { story, words: w } = this;
    await story.page.getByRole('button', { name: w.submit, exact: true }).click();
    const form = story.page.getByRole('dialog');
    await form.getByLabel(w.submitCase).first().selectOption(of);
    await story.settled();
    await form.getByLabel(w.submitKind).first().selectOption(kind);
    await write(form);
    await form.getByRole('button', { name: w.acts[kind], exact: true }).click();
    await form.getByText(w.submitted).waitFor();
    await story.page.keyboard.press('Escape');
    await story.settled();
  }

  says(text: string): (form: Locator) => Promise<void> {
    return (form) => form.getByLabel(this.words.submitText).fill(text);
  }
}

const fill = (words: string, n: number | string) => words.replace('{n}', String(n));

for (const language of ['zh', 'en'] as const)
  describe(`from complaints to correction, ${language}`, () => {
    const w = WORDS[language];
    let house: House;
    let world: World;
    beforeAll(async () => {
      house = await House.open();
      world = new World(house);
    });
    afterAll(async () => {
      await house?.close();
    });
    const begin = async (as: string, width?: number) => {
      const story = await Story.begin(browser, house, { as, language, ...(width ? { width } : {}) });
      await world.follow(story);
      // The sample city's bar names the two numbers that a visitor may sit down with.
      story.guard.allows(REPORTER.number, '13800000001');
      return story;
    };
    const sit = async (as: string, width?: number) => new Desk(await begin(as, width), w);
    const respond = async () => {
      const agency = new Agency(await begin(MANAGER_LOGIN), w);
      await agency.story.go('/agency/compliance');
      return agency;
    };
    /* What the panel says cannot be done yet. */
    const notYet = (desk: Desk) => desk.page.locator('.act details', { hasText: w.notYet });

    const complaints: string[] = [];
    let file = '';

    it('three members complain, and their agency is first by rate', async () => {
      for (const facts of [
        '店员把我的聊天念给别人听。',
        '我的照片被发给了别的会员。',
        '退会后仍有人拿着我的资料。',
      ]) {
        const wrote = { respondent: AGENCY, issue: 'privacy', facts, request: '停止并道歉。' };
        // The first by her own portal, the others on paper.
        const entered =
          complaints.length === 0
            ? await world.person('POST', '/v1/me/complaints', { ...wrote, name: REPORTER.name })
            : await world.ask('stf_h03', 'POST', '/v1/complaints', {
                ...wrote,
                reporter: { name: '方信', number: `1380000059${complaints.length}` },
              });
        complaints.push(String(entered.id));
      }
      const desk = await sit('yanqiu');
      const { story, page } = desk;
      await story.go(`/desk/complaints?respondent=${AGENCY}&issue=privacy`);
      expect(await page.locator('.table tbody tr').count()).toBe(3);
      await story.shot('desk-story-queue');
      await story.go('/desk/complaints?view=ranking');
      expect(await page.locator('.table tbody tr').first().textContent()).toContain('锦瑟婚恋');
      const rates = (await page.locator(`.table td[data-head="${w.per1000}"]`).allTextContents())
        .map((x) => Number(x.replace(/,/g, '')))
        .filter((x) => !Number.isNaN(x));
      expect(rates.length).toBeGreaterThan(1);
      expect(rates).toEqual(rates.toSorted((a, b) => b - a));

      // On paper names are words, not columns of letters, and a chart has its numbers.
      expect(await story.print('ranking')).toContain('锦瑟婚恋');
      await story.go('/desk/complaints?view=weeks');
      expect(await story.print('weeks')).toContain(w.total);

      // What the law lets her refuse for, each with its text: six, and none of them fits.
      await story.go(`/desk/complaints/${complaints[0]}`);
      await desk.button(w.refuse, page.locator('.act')).click();
      const grounds = page.getByRole('group', { name: w.grounds });
      await grounds.waitFor();
      expect(await grounds.getByRole('radio').count()).toBe(6);
      await story.end();
    });

    it('a complaint is accepted on a phone, by keyboard alone', async () => {
      const desk = await sit('yanqiu', NARROW);
      const { story, page } = desk;
      await story.go(`/desk/complaints/${complaints[0]}`);
      expect(await story.overflow()).toEqual([]);
      expect(await story.accessible()).toEqual([]);
      expect(await walk(page)).toEqual([]);
      await story.shot('desk-story-complaint');
      await story.go(`/desk/complaints/${complaints[0]}`);
      await reach(page, page.getByLabel(w.summary));
      await page.keyboard.insertText('会员反映聊天内容被店员外传。');
      await reach(page, page.locator('.act form').getByRole('button', { name: w.accept, exact: true }));
      await page.keyboard.press('Enter');
      await page.getByText(w.accepted).waitFor();
      await story.settled();
      expect(await story.isFocused(page.locator('.notice-success'))).toBe(true);
      await story.end();
    });

    it('the others are joined to it', async () => {
      const desk = await sit('yanqiu');
      const { story, page } = desk;
      for (const other of complaints.slice(1)) {
        await story.go(`/desk/complaints/${other}`);
        await desk.button(w.join, page.locator('.act')).first().click();
        await page.locator('.act form select').selectOption(complaints[0] ?? '');
        await page.locator('.act form button[type=submit]').click();
        await page.getByText(w.joined).waitFor();
      }
      expect(await story.accessible()).toEqual([]);
      await story.end();
    });

    it('the association opens a case and summons the agency, which acknowledges', async () => {
      const desk = await sit('yanqiu');
      const { story, page } = desk;
      await story.go(`/desk/complaints/${complaints[0]}`);
      await desk.button(w.open).click();
      await page.waitForURL(/\/desk\/cases\/cas_/);
      await story.settled();
      file = new URL(page.url()).pathname.split('/').pop() ?? '';
      const form = await desk.choose(w.summons);
      await desk.field(w.text).fill('请说明会员聊天外传的情况。');
      await desk.field(w.place).fill('协会三楼会议室');
      await desk.field(w.at).fill(world.now(3));
      for (const name of ['沈砚秋', '唐维']) await form.getByLabel(name).check();
      await desk.submit();
      // No fine is offered to an association, nor taken from one.
      for (const never of [w.notice, w.draft, w.inspection])
        expect(await desk.button(never, page.locator('.act')).count()).toBe(0);
      await expect(world.act('stf_h03', file, { kind: 'notice_of_penalty' })).rejects.toThrow(
        /not-authority/,
      );
      await story.go(`/desk/cases/${file}?tab=documents`);
      const href = (await page.locator('.table tbody a').first().getAttribute('href')) ?? '';
      expect(href).toContain('/v1/documents/doc_');
      const printed = await story.paper(href, 'summons');
      const { documents } = (await world.ask('stf_h03', 'GET', `/v1/documents?case=${file}`)) as {
        documents: { number: string; paper: string; hash: string }[];
      };
      const issued = documents.find((d) => d.paper === 'summons');
      const said = [issued?.number ?? '', issued?.hash ?? '', w.summonsPaper, '请说明会员聊天外传的情况。'];
      for (const x of [...said, '浦江婚介行业协会', '锦瑟婚恋', '协会三楼会议室', '沈砚秋、唐维'])
        expect(printed).toContain(x.replace(/\s+/g, ''));
      const [year, month, date] = world.now(3).slice(0, 10).split('-').map(Number);
      const inEnglish = new Date(`${world.now(3)}Z`).toLocaleString('en', { month: 'long', timeZone: 'UTC' });
      expect(printed).toContain(
        language === 'zh' ? `${year}年${month}月${date}日10时` : `${date}${inEnglish}${year},10:00`,
      );

      const agency = await respond();
      await agency.handIn(file, 'acknowledge', async (form) => {
        await form.locator('summary', { hasText: w.papers }).click();
        await form.getByRole('link', { name: issued?.number ?? '' }).waitFor();
        await agency.story.shot('desk-story-agency');
        expect(await agency.story.accessible()).toEqual([]);
        await form.getByLabel(w.submitReceived).selectOption({ index: 1 });
      });
      await agency.story.end();
      await story.go(`/desk/cases/${file}`);
      expect(await page.locator('.timeline').textContent()).toContain(w.acknowledged);
      await story.end();
    });

    it('the regulator files it on a phone, by keyboard alone', async () => {
      const desk = await sit('zhangping', NARROW);
      const { story, page } = desk;
      await story.go(`/desk/cases/${file}`);
      const act = desk.button(w.file, page.locator('.act')).first();
      await reach(page, act);
      await page.keyboard.press('Enter');
      await page.locator('.act-form').waitFor();
      expect(await story.overflow()).toEqual([]);
      expect(await story.accessible()).toEqual([]);
      expect(await walk(page)).toEqual([]);
      await story.shot('desk-story-phone');
      await reach(page, page.locator('.act-form button[type=submit]'));
      await page.keyboard.press('Enter');
      await page.locator('.notice-success').first().waitFor();
      await story.settled();
      await story.end();
    });

    it('it orders two corrections, the agency proves one, and the other is late', async () => {
      const desk = await sit('zhangping');
      const { story } = desk;
      await story.go(`/desk/cases/${file}`);
      await desk.choose(w.selfInspection);
      await desk.field(w.until).fill(world.now(2));
      await desk.submit();
      await desk.choose(w.order);
      await desk.field(fill(w.item, 1)).fill('关闭聊天对店员的开放。');
      await desk.field(fill(w.itemUntil, 1)).fill(world.now(3));
      await desk.button(w.more).click();
      await desk.field(fill(w.item, 2)).fill('为每名店员设独立账号。');
      await desk.field(fill(w.itemUntil, 2)).fill(world.now(3));
      await desk.submit();
      // Nobody goes there before the time to correct is over.
      expect(await desk.button(w.inspection, desk.page.locator('.act')).count()).toBe(0);
      expect(await notYet(desk).textContent()).toContain(w.inspection);
      await story.end();

      const agency = await respond();
      await agency.handIn(file, 'reply', agency.says('自查：店员共用一个账号，聊天对全部店员开放。'));
      await agency.handIn(file, 'proof', async (form) => {
        await form.getByLabel(w.submitItem).selectOption('2');
        await agency.says('账号清单。')(form);
      });
      await agency.story.end();

      await world.days(4);
      const later = await sit('zhangping');
      await later.story.go(`/desk/cases/${file}`);
      const items = later.page.locator('.page-body section ol.rows > li');
      expect(await items.nth(0).textContent()).toContain('▲');
      expect(await items.nth(1).textContent()).not.toContain('▲');
      expect(await later.button(w.inspection, later.page.locator('.act')).count()).toBe(1);
      expect(await later.page.locator('.timeline').textContent()).toContain('店员共用一个账号');
      await later.story.shot('desk-story-late');
      // A case on paper is what happened; what can be done next is for the screen.
      const printed = await later.story.print('case');
      expect(printed).toContain('店员共用一个账号');
      expect(printed).not.toContain(w.notYet.replace(/\s/g, ''));
      await later.story.end();
    });

    it('a draw names inspectors by a seed that this browser checks', async () => {
      const desk = await sit('zhangping');
      const { story, page } = desk;
      await story.go('/desk/inspections?new=1');
      // Found by a part of the name, left out for a reason, weighed for a risk.
      await page.getByLabel(w.find).fill('月老');
      expect(await page.locator('.population').count()).toBe(1);
      await page.getByLabel(w.find).fill('');
      await page.getByLabel('月老红线', { exact: true }).uncheck();
      await page.getByLabel(fill(w.leftOutWhy, '月老红线')).selectOption('investigated');
      await page.getByLabel(fill(w.riskOf, '锦瑟婚恋')).selectOption('3');
      await page.getByLabel(w.recused).check();
      await story.shot('desk-story-announce');
      expect(await story.accessible()).toEqual([]);
      await desk.button(w.announce).click();
      await page.waitForURL(/\/desk\/inspections\/drw_/);
      await story.settled();
      await desk.button(w.reveal).click();
      await page.getByText(w.holds).waitFor();
      // Who is recused is there, and not drawn.
      const drawn = await page
        .locator('li', { has: page.locator('.chip', { hasText: w.drawnOne }) })
        .allTextContents();
      expect(drawn.length).toBeGreaterThan(2);
      expect(drawn.join()).not.toContain('罗青');
      expect(await page.locator('li', { hasText: '锦瑟婚恋' }).textContent()).toContain('×3');
      const left = page.locator('li', { hasText: '月老红线' });
      expect(await left.textContent()).toContain(w.investigated);
      // The record of it, on paper.
      const record = page.getByRole('link', { name: w.record });
      const printed = await story.paper((await record.getAttribute('href')) ?? '', 'draw');
      const draw = new URL(page.url()).pathname.split('/').pop();
      const told = (await world.ask('stf_g01', 'GET', `/v1/draws/${draw}`)) as {
        seed: string;
        commit: string;
      };
      // A hash that does not fit its line goes on in the next, where the mark of the sample may stand between.
      for (const x of [told.seed.slice(0, 40), told.commit.slice(0, 40), '月老红线', '锦瑟婚恋'])
        expect(printed).toContain(x);
      await story.shot('desk-story-draw');
      expect(await story.accessible()).toEqual([]);
      await story.end();
    });

    it('the inspection finds it again, and the fine is what the law says', async () => {
      const desk = await sit('zhangping');
      const { story, page } = desk;
      await story.go(`/desk/cases/${file}`);
      let form = await desk.choose(w.inspection);
      await desk.field(w.text).fill('聊天记录仍对全部店员开放。');
      for (const name of ['章平', '顾行之']) await form.getByLabel(name).check();
      await form.getByRole('group', { name: w.accepted2 }).getByLabel(fill(w.itemNumber, 2)).check();
      await form.getByRole('group', { name: w.failed }).getByLabel(fill(w.itemNumber, 1)).check();
      // On site the net is gone: it says so, and what was written outlives a reload, in this tab alone.
      await story.context.setOffline(true);
      await form.getByText(w.offline).waitFor();
      await story.context.setOffline(false);
      await story.go(`/desk/cases/${file}`);
      form = page.locator('.act-form');
      expect(await desk.field(w.text).inputValue()).toBe('聊天记录仍对全部店员开放。');
      expect(await form.getByLabel('顾行之').isChecked()).toBe(true);
      expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('聊天记录');
      await desk.submit();
      expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('聊天记录');

      form = await desk.choose(w.notice);
      await form.getByLabel(w.violation).first().selectOption('data_misuse');
      await desk.field(w.count).fill('2');
      story.guard.expects(422, /\/acts$/);
      for (const wrong of ['500', '45,000']) {
        await desk.field(w.amount).fill(wrong);
        await page.getByText(w.outOfRange).waitFor();
        await form.locator('button[type=submit]').click();
        await form.locator('.notice-danger[role=alert]').waitFor();
      }
      await story.shot('desk-story-fine');
      await desk.field(w.amount).fill('10,000');
      await desk.submit();
      // The days in which it may be heard: no draft until they are over.
      expect(await desk.button(w.draft, page.locator('.act')).count()).toBe(0);
      expect(await notYet(desk).textContent()).toContain(w.draft);
      await story.end();
      const agency = await respond();
      await agency.handIn(file, 'defence', agency.says('已在整改，请从轻。'));
      await agency.story.end();
    });

    it('after the days of the notice one drafts, and another decides', async () => {
      await world.days(9);
      const officer = await sit('zhangping');
      await officer.story.go(`/desk/cases/${file}`);
      const form = await officer.choose(w.draft);
      await form.getByLabel(w.violation).first().selectOption('data_misuse');
      await officer.field(w.count).fill('2');
      await officer.field(w.amount).fill('10,000');
      await officer.field(w.answer).fill('整改未完成，不予从轻。');
      await officer.submit();
      await officer.page.getByText(w.waits).waitFor();
      expect(await officer.button(w.decision, officer.page.locator('.act')).count()).toBe(0);
      await officer.story.shot('desk-story-second');
      await officer.story.end();

      const approver = await sit('luoqing');
      await approver.story.go(`/desk/cases/${file}`);
      await approver.page.getByText(w.yours).waitFor();
      const decide = await approver.choose(w.decision);
      await decide.getByLabel(w.outcome).first().selectOption('approved');
      await approver.submit();
      await approver.story.end();
    });

    it('it is served, paid and published for three years, and names nobody', async () => {
      const desk = await sit('zhangping');
      const { story, page } = desk;
      await story.go(`/desk/cases/${file}`);
      await desk.choose(w.service);
      await desk.submit();
      await desk.choose(w.payment);
      await desk.field(w.amount).fill('10,000');
      await desk.submit();
      // What the public will read is shown before.
      const form = await desk.choose(w.publish);
      const before = (await form.locator('.paper').textContent()) ?? '';
      expect(before).toContain('锦瑟婚恋');
      expect(before).toContain('10,000');
      await desk.submit();
      await story.go('/desk/registers?register=certificates');
      expect(await page.locator('.table tbody tr').count()).toBeGreaterThan(3);
      expect(await story.accessible()).toEqual([]);
      await story.shot('desk-story-certificates');
      await story.go('/desk/registers?register=market&new=1');
      await page.locator('form select').first().selectOption(AGENCY);
      await page.locator('form select').nth(1).selectOption({ index: 1 });
      expect(await page.locator('form .paper').textContent()).toContain('锦瑟婚恋');
      await story.shot('desk-story-enter');
      await story.go('/desk/registers?register=penalty');
      await page.getByRole('link', { name: '锦瑟婚恋' }).first().click();
      await page.locator('.paper').waitFor();
      await story.settled();
      const shown = (await page.locator('.paper').textContent()) ?? '';
      const year = Number(world.now().slice(0, 4));
      expect(shown).toContain(String(year + 3));
      expect(shown).toContain('10,000');
      expect(shown).not.toContain(REPORTER.name);
      await story.shot('desk-story-entry');
      await story.end();
    });

    it('a department gives it back once, and the correction removes the entry', async () => {
      const desk = await sit('zhangping');
      const { story, page } = desk;
      await story.go(`/desk/cases/${file}`);
      const form = await desk.choose(w.dispatch);
      await form.getByLabel(w.personal).check();
      await form.locator('.choices select').last().selectOption(CYBERSPACE);
      await desk.submit();
      await story.go(`/desk/cases/${file}?tab=departments`);
      expect(await page.locator('.table tbody tr').count()).toBe(1);
      const sent = (await world.ask('stf_g01', 'GET', `/v1/dispatches?case=${file}`)).dispatches as {
        id: string;
        due: string;
      }[];
      expect(Date.parse(sent[0]?.due ?? '')).toBeGreaterThan(Date.parse(`${world.now()}:00+08:00`));
      const back = { ground: 'not-competent', text: '不属本单位管辖。' };
      await world.ask('stf_w01', 'POST', `/v1/dispatches/${sent[0]?.id}/return`, back);
      await expect(
        world.ask('stf_w01', 'POST', `/v1/dispatches/${sent[0]?.id}/return`, back),
      ).rejects.toThrow(/409/);
      await story.go(`/desk/cases/${file}?tab=departments`);
      expect(await page.locator('.table').textContent()).toContain(w.returned);

      const listed = (await world.ask(MANAGER, 'GET', `/v1/penalties?organisation=${AGENCY}`)).penalties as {
        id: string;
        status: string;
      }[];
      const entry = listed.find((e) => e.status === 'listed')?.id ?? '';
      await world.ask(MANAGER, 'POST', `/v1/listings/${entry}/repair`, { text: '已整改，罚款已缴清。' });
      await story.go(`/desk/registers/${entry}`);
      await page.getByLabel(w.conclusion).selectOption('accepted');
      await page.locator('.act').getByLabel(w.reason).first().fill('复核整改到位。');
      await desk.button(w.send, page.locator('.act')).click();
      await page.locator('.notice-success').waitFor();
      await story.settled();
      expect(await page.locator('.page-body').textContent()).toContain(w.removed);
      await story.end();
    });

    it('nothing moves while the desk’s pages load', async () => {
      const addresses = ['/desk/complaints', `/desk/complaints/${complaints[0]}`, '/desk/cases'];
      for (const width of [WIDE, NARROW]) {
        const { story } = await sit('zhangping', width);
        for (const at of [...addresses, `/desk/cases/${file}`, '/desk/inspections', '/desk/registers']) {
          await story.go(at);
          const { sum, where } = await story.shift();
          expect.soft(sum, `${at} at ${width}: ${where.join('; ')}`).toBeLessThan(SHIFT);
        }
        await story.end();
      }
    });

    it('who complains is behind a reason that she reads, and the record holds', async () => {
      const desk = await sit('yanqiu');
      const { story, page } = desk;
      story.guard.allows(REPORTER.number);
      // The other body and its officers are called by their names.
      await story.go(`/desk/cases/${file}`);
      await page.locator('.timeline', { hasText: '章平' }).waitFor();
      expect(await page.locator('main').textContent()).not.toMatch(/(stf|org)_[a-z]/);
      await story.go(`/desk/cases/${file}?tab=people`);
      expect(await page.content()).not.toContain(REPORTER.name);
      await desk.button(w.learn).first().click();
      await page.getByRole('dialog').getByLabel(w.reason).fill('当面核对合同。');
      await page.getByRole('dialog').getByRole('button', { name: w.learn, exact: true }).click();
      await page.getByText(REPORTER.name).waitFor();

      // She reads who learned it, and how her complaint ended.
      await story.go(`/desk/complaints/${complaints[0]}`);
      await desk.button(w.close, page.locator('.act')).first().click();
      await page.locator('.act form select').selectOption('yes');
      await page.locator('.act form textarea').fill('投诉属实，已责令改正并处罚。');
      await page.locator('.act form button[type=submit]').click();
      await page.locator('.notice-success').waitFor();
      await story.end();
      const her = await begin(REPORTER.number, NARROW);
      await her.go('/me/complaints');
      await her.page.locator(`.table a[href="/me/complaints/${complaints[0]}"]`).click();
      await her.settled();
      const read = (await her.page.locator('main').textContent()) ?? '';
      for (const x of [w.upheld, '投诉属实，已责令改正并处罚。', '当面核对合同。']) expect(read).toContain(x);
      expect(await her.overflow()).toEqual([]);
      await her.shot('desk-story-outcome');
      await her.end();
      const hers = await world.person('GET', `/v1/me/complaints/${complaints[0]}`);
      expect([hers.status, hers.upheld, hers.answer]).toEqual([
        'closed',
        true,
        '投诉属实，已责令改正并处罚。',
      ]);
      const opened = hers.opened as { what: string; reason: string }[];
      expect(opened.find((o) => o.what === 'reporter')?.reason).toBe('当面核对合同。');
      expect((await house.run('ledger', 'verify')).code).toBe(0);
    });
  });
