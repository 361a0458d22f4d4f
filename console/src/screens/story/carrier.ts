/* The carrier's story: observe, enforce, a rogue line, a hospital's number, a courier that was wronged. */
import { api, type Schemas } from '../../api/client';
import { demo } from '../../app/demo';
import { count } from '../../app/format';
import { w } from '../../text/story_carrier';
import { as, need, ring, type Step, subscriber, traffic } from './run';
import type { Shown } from './shown';

type Traffic = NonNullable<Schemas['Demo']['traffic']>;

const ROGUE = '057982800033';
const COURIER = '057982800055';
const CALLED = subscriber(741);

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
      rows: worst.map((c) => [c.verdict, c.reason, c.protected ? '●' : '', count(c.calls)]),
    },
  ];
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
  const at = demo.value?.now ?? new Date().toISOString();
  for (let i = 0; i < 5; i++)
    need(
      await api.POST('/v1/reports', {
        body: {
          caller: ROGUE,
          number: subscriber(700 + i),
          at,
          kind: 'marketing',
          note: '推销',
        },
      }),
    );
  shown.push(await ring(w.afterReports, ROGUE, CALLED, 'lin_rogue'));
  need(
    await api.POST('/v1/lines/{id}/orders', {
      params: { path: { id: 'lin_rogue' } },
      body: { act: 'suspend', reason: '五分钟三十个呼叫，五人举报' },
    }),
  );
  shown.push(await ring(w.afterOrder, ROGUE, CALLED, 'lin_rogue'));
  return shown;
}

async function courier(): Promise<Shown[]> {
  await as('carrier');
  const shown: Shown[] = [await ring(w.courierBefore, COURIER, CALLED, 'lin_kuaidi')];
  const found = need(await api.POST('/v1/numbers/lookup', { body: { number: COURIER } }));
  shown.push({
    kind: 'facts',
    of: [
      [w.holder, found.range?.name ?? '—'],
      [w.lines, found.lines.map((l) => `${l.id} (${l.status})`).join(' · ') || '—'],
    ],
  });
  need(
    await api.POST('/v1/lines/{id}/documents', {
      params: { path: { id: 'lin_kuaidi' } },
      body: {
        kind: 'permit',
        number: 'TZ-2026-0031',
        until: new Date(Date.now() + 3 * 365 * 86_400_000).toISOString(),
        evidence: `sha256:${'5'.repeat(64)}`,
      },
    }),
  );
  shown.push(await ring(w.courierAfter, COURIER, CALLED, 'lin_kuaidi'));
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
    links: [{ href: '/carrier/lines/lin_kuaidi', text: w.toLine }],
    run: courier,
  },
];
