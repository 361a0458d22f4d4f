/* The person's story, on her phone: who rang, who looked, what she never gave, one tap, a receipt. */
import { api } from '../../api/client';
import { askDemo } from '../../app/demo';
import { moment } from '../../app/format';
import { purposes } from '../../text/agency_codes';
import { verdicts } from '../../text/codes';
import { w } from '../../text/story_person';
import { as, categories, need, needJson, pause, ring, type Step, Stuck, subscriber } from './run';

const HER = subscriber(101);
/** Her newest calls, once those from `since` on are in what is searched. */
async function callsSince(since: string) {
  for (let i = 0; ; i++) {
    const calls = need(await api.GET('/v1/me/calls')).calls;
    if (i === 20 || Date.parse(calls[0]?.at ?? '') >= Date.parse(since)) return calls;
    await pause(500);
  }
}

export const person: readonly Step[] = [
  {
    id: 'rang',
    title: w.rangTitle,
    text: w.rangText,
    button: w.rangButton,
    links: [{ href: '/me/calls', text: w.toCalls }],
    run: async () => {
      await as('carrier');
      const since = (await askDemo())?.now ?? '';
      await ring(w.courier, '057982500008', HER, 'lin_hospital');
      await ring(w.courier, '057982500009', HER, 'lin_gateway');
      await as('person');
      const calls = (await callsSince(since)).slice(0, 5);
      return [
        {
          kind: 'table',
          caption: w.rangCaption,
          head: [w.at, w.who, w.happened, w.reason],
          rows: calls.map((c) => [
            moment(c.at),
            c.organisation ?? c.caller ?? '—',
            verdicts[c.verdict],
            c.reason,
          ]),
        },
      ];
    },
  },
  {
    id: 'looked',
    title: w.lookedTitle,
    text: w.lookedText,
    button: w.lookedButton,
    links: [{ href: '/me/data', text: w.toData }],
    run: async () => {
      await as('agency');
      await api.GET('/v1/persons/{id}', {
        params: { path: { id: 'per_x001' }, header: { Purpose: 'matchmaking.introduce' } },
      });
      await as('person');
      const looks = needJson(await api.GET('/v1/me/looks')).looks.slice(0, 5);
      return [
        {
          kind: 'table',
          caption: w.lookedCaption,
          head: [w.at, w.who, w.purpose, w.happened],
          rows: looks.map((l) => [
            moment(l.at),
            l.looker ?? '—',
            purposes[l.purpose ?? ''] ?? l.purpose ?? '—',
            categories(l.categories),
          ]),
        },
      ];
    },
  },
  {
    id: 'never',
    title: w.neverTitle,
    text: w.neverText,
    button: w.neverButton,
    links: [{ href: '/me/data', text: w.toData }],
    run: async () => {
      await as('person');
      const all = need(await api.GET('/v1/me/consents')).consents;
      const one = all.find(
        (c) => c.by === 'asserted' && c.status === 'active' && c.purposes.includes('marketing'),
      );
      if (!one) throw new Stuck({ kind: 'says', tone: 'info', text: w.neverNone });
      need(await api.PUT('/v1/me/consents', { body: { changes: [{ act: 'disown', id: one.id }] } }));
      return [
        {
          kind: 'facts',
          of: [
            [w.claimedBy, one.organisation],
            [w.wording, one.wording],
          ],
        },
        { kind: 'says', tone: 'success', text: w.neverDone },
      ];
    },
  },
  {
    id: 'stop',
    title: w.stopTitle,
    text: w.stopText,
    button: w.stopButton,
    links: [{ href: '/me/calls', text: w.toCalls }],
    run: async () => {
      await as('person');
      need(
        await api.PUT('/v1/me/preferences', {
          body: { sectors: ['*'], classes: [], hours: [], block: [], allow: [] },
        }),
      );
      return [{ kind: 'says', tone: 'success', text: w.stopDone }];
    },
  },
  {
    id: 'receipt',
    title: w.receiptTitle,
    text: w.receiptText,
    button: w.receiptButton,
    links: [{ href: '/me/data', text: w.toData }],
    run: async () => {
      await as('person');
      const look = needJson(await api.GET('/v1/me/looks')).looks[0];
      if (!look) throw new Stuck({ kind: 'says', tone: 'info', text: w.receiptNone });
      const proof = await api.GET('/v1/records/{id}/proof', {
        params: { path: { id: look.record } },
        parseAs: 'text',
      });
      const text = String(need(proof));
      return [
        {
          kind: 'facts',
          of: [
            [w.record, look.record],
            [w.size, `${text.length}`],
            [w.first, text.split('\n')[0] ?? ''],
          ],
        },
        { kind: 'says', tone: 'info', text: w.receiptCheck },
      ];
    },
  },
];
