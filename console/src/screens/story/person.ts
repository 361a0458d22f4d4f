/* The person's story, on her phone: who rang, who looked, what she never gave, one tap, a receipt. */
import { api } from '../../api/client';
import { askDemo } from '../../app/demo';
import { count, moment } from '../../app/format';
import { verdicts } from '../../text/codes';
import { w } from '../../text/story-person';
import { receipt } from './proof';
import {
  as,
  lookRows,
  names,
  need,
  needJson,
  pause,
  refusal,
  ring,
  type Step,
  Stuck,
  subscriber,
  whyOf,
} from './run';
import type { Shown } from './shown';

const HER = subscriber(104);
const MEMBER = 'per_x004';
const SEAT = 'other'; // who plays the agency's story keeps her consents
const NOT_YET = 409; // no checkpoint covers the record

/** Her newest calls, once those from `since` on are in what is searched. */
async function callsSince(since: string) {
  for (let i = 0; ; i++) {
    const calls = need(await api.GET('/v1/me/calls')).calls;
    if (i === 20 || Date.parse(calls[0]?.at ?? '') >= Date.parse(since)) return calls;
    await pause(500);
  }
}

const lookAtHer = () =>
  api.GET('/v1/persons/{id}', {
    params: { path: { id: MEMBER }, header: { Purpose: 'matchmaking.introduce' } },
  });

const looksAtHer = async () => needJson(await api.GET('/v1/me/looks')).looks;

/** The receipt of a record of hers, opened; one of this second waits for its checkpoint. */
async function proofOf(record: string): Promise<string> {
  for (let i = 0; ; i++) {
    const answer = await api.GET('/v1/records/{id}/proof', {
      params: { path: { id: record }, query: { opened: 'yes' } },
      parseAs: 'text',
    });
    if (answer.response.status !== NOT_YET || i === 20) return String(need(answer));
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
      await ring(w.hospital, '057982500008', HER, 'lin_hospital');
      await ring(w.hospital, '057982500009', HER, 'lin_gateway');
      await as('person', SEAT);
      const calls = (await callsSince(since)).slice(0, 5);
      const name = await names(calls.map((c) => c.organisation));
      return [
        {
          kind: 'table',
          caption: w.rangCaption,
          head: [w.at, w.who, w.happened, w.reason],
          rows: calls.map((c) => [
            moment(c.at),
            c.organisation ? name(c.organisation) : (c.caller ?? '—'),
            verdicts[c.verdict],
            whyOf(c.reason),
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
      await lookAtHer(); // one that is refused is told to her as well
      await as('person', SEAT);
      return [
        {
          kind: 'table',
          caption: w.lookedCaption,
          head: [w.at, w.who, w.purpose, w.happened],
          rows: lookRows(await looksAtHer()),
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
      await as('person', SEAT);
      const all = need(await api.GET('/v1/me/consents')).consents;
      const one = all.find(
        (c) => c.by === 'asserted' && c.status === 'active' && c.purposes.includes('marketing'),
      );
      if (!one) return [{ kind: 'says', tone: 'info', text: w.neverNone }];
      need(await api.PUT('/v1/me/consents', { body: { changes: [{ act: 'disown', id: one.id }] } }));
      const name = await names([one.organisation]);
      return [
        {
          kind: 'facts',
          of: [
            [w.claimedBy, name(one.organisation)],
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
      await as('person', SEAT);
      const stopped = need(await api.POST('/v1/me/stop'));
      await as('carrier');
      const shown: Shown[] = [
        { kind: 'says', tone: 'success', text: w.stopDone },
        {
          kind: 'facts',
          of: [
            [w.stopConsents, count(stopped.consents.length)],
            [w.stopRequests, count(stopped.requests.length)],
          ],
        },
        await ring(w.sales, '057982100000', HER, 'lin_estate', 'cmp_estate'),
        { kind: 'says', tone: 'info', text: w.sip603 },
        await ring(w.hospital, '057982500008', HER, 'lin_hospital'),
      ];
      await as('agency');
      shown.push({ kind: 'says', tone: 'neutral', text: w.matchmaker }, refusal(await lookAtHer()));
      await as('person', SEAT);
      return shown;
    },
  },
  {
    id: 'receipt',
    title: w.receiptTitle,
    text: w.receiptText,
    button: w.receiptButton,
    links: [{ href: '/me/receipt', text: w.toReceipt }],
    run: async () => {
      await as('person', SEAT);
      const look = (await looksAtHer())[0];
      if (!look) throw new Stuck({ kind: 'says', tone: 'info', text: w.receiptNone });
      return receipt(look.record, await proofOf(look.record));
    },
  },
];
