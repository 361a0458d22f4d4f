/* The carrier's story: observe, enforce, a rogue line, a hospital's number, a courier that was wronged. */
import { api, type Schemas } from '../../api/client';
import { now } from '../../app/clock';
import { demo } from '../../app/demo';
import { count, moment } from '../../app/format';
import { statuses } from '../../text/carrier-codes';
import { verdicts } from '../../text/codes';
import { w } from '../../text/story-carrier';
import { as, need, ring, type Step, subscriber, traffic, whyOf } from './run';
import { inRow, type Shown } from './shown';

type Traffic = NonNullable<Schemas['Demo']['traffic']>;

const ROGUE = '057982800033';
const COURIER = '057982900007'; // of a block that the registry lacks
const COURIERS_LINE = 'lin_kuaidi2';
const RELEASED_HOURS = 24;
const CALLED = subscriber(741);
/* Whom its thirty calls rang. */
const FIRST_CALLED = 700;
const CALLED_BY_IT = 30;
/* Five reports restrain it to what is not commercial; two that say marketing make it commercial (docs/desk.md). */
const REPORTS = [
  [['malicious', 'malicious', 'malicious', 'malicious'], w.fourReports],
  [['malicious'], w.fiveReports],
  [['marketing', 'marketing'], w.saidMarketing],
] as const;

/** What was answered, and what would have been, by class. */
function classes(t: Traffic): Shown[] {
  const worst = t.would
    .filter((c) => c.verdict !== 'allow')
    .sort((a, b) => b.calls - a.calls)
    .slice(0, 12);
  return [
    {
      kind: 'facts',
      of: [
        [w.calls, count(t.done)],
        [w.rang, count(t.answered.allow + t.answered.remind + t.answered.warn)],
        [w.blocked, count(t.answered.block)],
      ],
    },
    {
      kind: 'table',
      caption: t.mode === 'observe' ? w.wouldCaption : w.didCaption,
      head: [w.verdict, w.reason, w.protected, w.number],
      rows: worst.map((c) => [verdicts[c.verdict], whyOf(c.reason), c.protected ? '●' : '', count(c.calls)]),
    },
  ];
}

/** One of whom it rang, whose report counts: who reported it before has had her say. */
async function report(kind: 'malicious' | 'marketing'): Promise<void> {
  const at = demo.value?.now ?? now().toISOString();
  for (let i = 0; i < CALLED_BY_IT; i++) {
    const number = subscriber(FIRST_CALLED + i);
    const body = { caller: ROGUE, number, at, kind, note: '骚扰' };
    if (need(await api.POST('/v1/reports', { body })).status === 'counted') return;
  }
}

async function climb(): Promise<Shown[]> {
  await as('regulator', 'telecom');
  need(
    await api.POST('/v1/lines/{id}/orders', {
      params: { path: { id: 'lin_rogue' } },
      body: { act: 'restore', reason: '整改验收合格' },
    }),
  );
  // The calls lie in the five minutes before now, when the order must be over.
  need(await api.POST('/v1/demo/clock', { body: { by: 'hour' } }));
  await as('carrier');
  const t = await traffic({ kind: 'rogue' });
  const shown: Shown[] = [
    {
      kind: 'facts',
      of: [
        [w.calls, count(t.done)],
        [w.rang, count(t.done - t.answered.block)],
      ],
    },
  ];
  shown.push(await ring(w.beforeReports, ROGUE, CALLED, 'lin_rogue'));
  for (const [kinds, who] of REPORTS) {
    for (const kind of kinds) await report(kind);
    shown.push(await ring(who, ROGUE, CALLED, 'lin_rogue'));
  }
  need(
    await api.POST('/v1/lines/{id}/orders', {
      params: { path: { id: 'lin_rogue' } },
      body: { act: 'suspend', reason: '五分钟三十个呼叫，七人举报' },
    }),
  );
  shown.push(await ring(w.afterOrder, ROGUE, CALLED, 'lin_rogue'));
  shown.push({ kind: 'says', tone: 'info', text: w.sip });
  return shown;
}

async function courier(): Promise<Shown[]> {
  await as('carrier');
  const shown: Shown[] = [await ring(w.courierBefore, COURIER, CALLED, COURIERS_LINE)];
  const found = need(await api.POST('/v1/numbers/lookup', { body: { number: COURIER } }));
  const status = (l: (typeof found.lines)[number]) => statuses[l.status] ?? l.status;
  shown.push({
    kind: 'facts',
    of: [
      [w.holder, found.range?.name ?? w.noRange],
      [w.lines, inRow(found.lines.flatMap((l) => [l.name ?? l.id, status(l)]))],
    ],
  });
  const done = need(
    await api.POST('/v1/numbers/releases', {
      params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { id: found.id, hours: RELEASED_HOURS, reason: '新号段尚未导入，码号使用证书已核对' },
    }),
  );
  shown.push({ kind: 'says', tone: 'success', text: w.released, values: { until: moment(done.until) } });
  shown.push(await ring(w.courierAfter, COURIER, CALLED, COURIERS_LINE));
  shown.push({ kind: 'link', href: `/carrier/numbers/${found.id}`, text: w.toNumber });
  return shown;
}

const toScreening = { href: '/carrier/screening', text: w.toScreening };

export const carrier: readonly Step[] = [
  {
    id: 'observe',
    title: w.observeTitle,
    text: w.observeText,
    button: w.observeButton,
    links: [toScreening],
    run: async () => {
      await as('carrier');
      return classes(await traffic({ kind: 'day', mode: 'observe' }));
    },
  },
  {
    id: 'enforce',
    title: w.enforceTitle,
    text: w.enforceText,
    button: w.enforceButton,
    links: [toScreening],
    run: async () => {
      await as('carrier');
      return classes(await traffic({ kind: 'day', mode: 'enforce' }));
    },
  },
  {
    id: 'rogue',
    title: w.rogueTitle,
    text: w.rogueText,
    button: w.rogueButton,
    links: [
      { href: '/carrier/reports', text: w.toReports },
      { href: '/carrier/lines/lin_rogue', text: w.toLine },
    ],
    run: climb,
  },
  {
    id: 'hospital',
    title: w.hospitalTitle,
    text: w.hospitalText,
    button: w.hospitalButton,
    links: [toScreening],
    run: async () => {
      await as('carrier');
      const t = await traffic({ kind: 'hospital' });
      return [...classes(t), await ring(w.hospitalItself, '057982500008', CALLED, 'lin_hospital')];
    },
  },
  {
    id: 'courier',
    title: w.courierTitle,
    text: w.courierText,
    button: w.courierButton,
    links: [{ href: '/carrier/lines/lin_kuaidi2', text: w.toLine }],
    run: courier,
  },
];
