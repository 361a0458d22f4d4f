/* The agency's story: a claim opens nothing, and every look is on the record. */
import { api } from '../../api/client';
import { categories as labels } from '../../text/agency-codes';
import { w } from '../../text/story-agency';
import { as, lookRows, need, needJson, refusal, type Step, Stuck } from './run';
import { inRow, type Shown } from './shown';

const MEMBER = 'per_x001';
const FILE = `/agency/members/${MEMBER}`;
const look = () =>
  api.GET('/v1/persons/{id}', {
    params: { path: { id: MEMBER }, header: { Purpose: 'matchmaking.introduce' } },
  });

/** What of her is open, hidden, and not there; by category. */
async function file(): Promise<Shown[]> {
  const m = need(await look());
  return [
    {
      kind: 'facts',
      of: [
        [w.alias, m.alias ?? '—'],
        [w.owner, m.owner ?? '—'],
        [w.shown, inRow(Object.keys(m.shown ?? {}).map((k) => labels[k] ?? k))],
        [w.withheld, inRow(Object.keys(m.withheld ?? {}).map((k) => labels[k] ?? k))],
      ],
    },
  ];
}

async function claim(): Promise<Shown[]> {
  await as('agency');
  const before = need(await look());
  const taken = await api.POST('/v1/persons/{id}/claim', { params: { path: { id: MEMBER } } });
  if (!taken.response.ok && taken.response.status !== 409) throw new Stuck(refusal(taken));
  const after = need(await look());
  const same = JSON.stringify([before.shown, before.masked, before.withheld]);
  const changed = same !== JSON.stringify([after.shown, after.masked, after.withheld]);
  return [
    { kind: 'says', tone: changed ? 'danger' : 'success', text: changed ? w.claimOpened : w.claimNothing },
    ...(await file()),
  ];
}

async function full(): Promise<Shown[]> {
  await as('agency');
  need(await api.POST('/v1/demo/faults', { body: { disk: 'full' } }));
  const refused = await look();
  need(await api.POST('/v1/demo/faults', { body: { disk: 'ok' } }));
  return [
    refused.response.ok ? { kind: 'says', tone: 'danger', text: w.fullOpened } : refusal(refused),
    { kind: 'says', tone: 'success', text: w.fullAgain },
  ];
}

export const agency: readonly Step[] = [
  {
    id: 'before',
    title: w.beforeTitle,
    text: w.beforeText,
    button: w.beforeButton,
    crm: [w.crmBefore],
    links: [{ href: '/agency/pools', text: w.toPools }],
    run: async () => {
      await as('agency');
      return file();
    },
  },
  {
    id: 'claim',
    title: w.claimTitle,
    text: w.claimText,
    button: w.claimButton,
    crm: [w.crmClaim, w.crmChats],
    links: [{ href: FILE, text: w.toFile }],
    run: claim,
  },
  {
    id: 'expired',
    title: w.expiredTitle,
    text: w.expiredText,
    button: w.expiredButton,
    crm: [w.crmExpired],
    links: [{ href: '/agency/compliance', text: w.toCompliance }],
    run: async () => {
      await as('agency', 'expired');
      const refused = await look();
      return [
        refused.response.ok ? { kind: 'says', tone: 'danger', text: w.expiredOpened } : refusal(refused),
      ];
    },
  },
  {
    id: 'phone',
    title: w.phoneTitle,
    text: w.phoneText,
    button: w.phoneButton,
    crm: [w.crmPhone],
    links: [{ href: '/me/data', text: w.toMe }],
    run: async () => {
      await as('person');
      const looks = needJson(await api.GET('/v1/me/looks')).looks;
      return [
        {
          kind: 'table',
          caption: w.phoneCaption,
          head: [w.at, w.looker, w.purpose, w.answer],
          rows: lookRows(looks),
        },
      ];
    },
  },
  {
    id: 'full',
    title: w.fullTitle,
    text: w.fullText,
    button: w.fullButton,
    crm: [w.crmFull],
    links: [{ href: FILE, text: w.toFile }],
    run: full,
  },
  {
    id: 'flip',
    title: w.flipTitle,
    text: w.flipText,
    button: w.flipButton,
    crm: [w.crmFlip],
    links: [{ href: '/audit', text: w.toAudit }],
    run: async () => {
      const f = need(await api.POST('/v1/demo/flip', {}));
      return [
        {
          kind: 'facts',
          of: [
            [w.record, f.record],
            [w.byte, `${f.at} / ${f.bytes}: ${f.before} → ${f.after}`],
          ],
        },
        { kind: 'says', tone: f.original.ok ? 'success' : 'danger', text: w.flipOriginal },
        {
          kind: 'says',
          tone: f.copy.ok ? 'danger' : 'success',
          text: w.flipCopy,
          values: { found: f.copy.found ?? '' },
        },
      ];
    },
  },
];
