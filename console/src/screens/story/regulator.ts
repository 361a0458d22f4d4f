/* The regulator's story: three complaints, what an association may not, a lawful fine, its paper. */
import { api, type Schemas } from '../../api/client';
import { moveClock } from '../../app/demo';
import { yuan } from '../../app/format';
import { w } from '../../text/story-regulator';
import { packet } from './proof';
import { as, need, needJson, refusal, ring, type Step, Stuck, subscriber } from './run';
import { inRow, type Shown, type Told } from './shown';

const RESPONDENT = 'org_yuelao';
const DAYS_TO_DEFEND = 6;

async function theCase(): Promise<string> {
  const found = need(await api.GET('/v1/cases')).cases.find((c) => c.respondent === RESPONDENT);
  if (!found) throw new Stuck({ kind: 'says', tone: 'danger', text: w.noCase });
  return found.id;
}

const act = async (id: string, body: Schemas['CaseAct']) =>
  api.POST('/v1/cases/{id}/acts', { params: { path: { id } }, body });

const fine = (kind: 'notice_of_penalty' | 'penalty', amount_fen: number) =>
  ({ kind, violation: 'data_misuse', count: 2, amount_fen }) as Schemas['CaseAct'];

async function amounts(): Promise<Shown[]> {
  await as('regulator');
  const id = await theCase();
  const shown: Shown[] = [];
  for (const amount of [50_000, 4_500_000]) {
    const refused = await act(id, fine('notice_of_penalty', amount));
    shown.push(
      { kind: 'says', tone: 'neutral', text: w.tried, values: { amount: yuan(amount) } },
      refusal(refused),
    );
  }
  const done = await act(id, fine('notice_of_penalty', 1_000_000));
  if (!done.response.ok) throw new Stuck(refusal(done));
  shown.push({ kind: 'says', tone: 'success', text: w.noticed, values: { amount: yuan(1_000_000) } });
  return shown;
}

async function decide(): Promise<Shown[]> {
  for (let i = 0; i < DAYS_TO_DEFEND; i++) need(await moveClock('working_day'));
  await as('regulator');
  const id = await theCase();
  need(
    await act(id, {
      ...fine('penalty', 1_000_000),
      text: '罚款一万元。',
      defence_answer: '整改属实，不改变事实。',
    }),
  );
  const alone = await act(id, { kind: 'decision', outcome: 'approved', text: '同意。' });
  const shown: Shown[] = [{ kind: 'says', tone: 'neutral', text: w.alone }, refusal(alone)];
  await as('regulator', 'approver');
  need(await act(id, { kind: 'decision', outcome: 'approved', text: '同意。' }));
  shown.push({ kind: 'says', tone: 'success', text: w.approved });
  return shown;
}

async function publish(): Promise<Shown[]> {
  await as('regulator');
  const id = await theCase();
  need(await act(id, { kind: 'service', method: 'in-person' }));
  need(await act(id, { kind: 'publish' }));
  const papers = need(await api.GET('/v1/documents', { params: { query: { case: id } } })).documents;
  const paper = papers[papers.length - 1];
  const genuine = paper
    ? needJson(await api.GET('/v1/public/documents/{hash}', { params: { path: { hash: paper.hash } } }))
    : undefined;
  return [
    {
      kind: 'facts',
      of: [
        [w.paper, paper?.number ?? '—'],
        [w.issuer, genuine?.issuer ?? '—'],
        [w.hash, paper?.hash ?? '—'],
      ],
    },
    {
      kind: 'says',
      tone: genuine?.genuine ? 'success' : 'danger',
      text: genuine?.genuine ? w.genuine : w.notGenuine,
    },
  ];
}

export const regulator: readonly Step[] = [
  {
    id: 'complaints',
    title: w.complaintsTitle,
    text: w.complaintsText,
    button: w.complaintsButton,
    links: [{ href: '/desk/complaints', text: w.toComplaints }],
    run: async () => {
      await as('regulator', 'association');
      const ranked = need(await api.GET('/v1/rankings')).rows;
      return [
        {
          kind: 'table',
          caption: w.ranking,
          head: [w.agency, w.members, w.complaints],
          rows: ranked.map((a) => [a.name, String(a.members), String(a.complaints)]),
        },
      ];
    },
  },
  {
    id: 'association',
    title: w.associationTitle,
    text: w.associationText,
    button: w.associationButton,
    links: [{ href: '/desk/cases', text: w.toCases }],
    run: async () => {
      await as('regulator', 'association');
      const id = await theCase();
      const next = need(await api.GET('/v1/cases/{id}/next', { params: { path: { id } } }));
      const refused = await act(id, fine('notice_of_penalty', 1_000_000));
      return [
        { kind: 'facts', of: [[w.may, inRow(next.acts.map((a): Told => [a.title.zh, a.title.en]))]] },
        refusal(refused),
      ];
    },
  },
  {
    id: 'amounts',
    title: w.amountsTitle,
    text: w.amountsText,
    button: w.amountsButton,
    links: [{ href: '/desk/cases', text: w.toCases }],
    run: amounts,
  },
  {
    id: 'decide',
    title: w.decideTitle,
    text: w.decideText,
    button: w.decideButton,
    links: [{ href: '/desk/cases', text: w.toCases }],
    run: decide,
  },
  {
    id: 'publish',
    title: w.publishTitle,
    text: w.publishText,
    button: w.publishButton,
    links: [{ href: '/desk/registers', text: w.toRegisters }],
    run: publish,
  },
  {
    id: 'line',
    title: w.lineTitle,
    text: w.lineText,
    button: w.lineButton,
    links: [{ href: '/carrier/lines/lin_rogue', text: w.toLine }],
    run: async () => {
      await as('regulator', 'telecom');
      const order = await api.POST('/v1/lines/{id}/orders', {
        params: { path: { id: 'lin_rogue' } },
        body: { act: 'suspend', reason: '多名用户举报，溯源属实' },
      });
      // Suspended already is as good.
      if (!order.response.ok && order.response.status !== 409) throw new Stuck(refusal(order));
      await as('carrier');
      return [
        await ring(w.itCalls, '057982800033', subscriber(741), 'lin_rogue'),
        { kind: 'says', tone: 'info', text: w.sip403 },
      ];
    },
  },
  {
    id: 'packet',
    title: w.packetTitle,
    text: w.packetText,
    button: w.packetButton,
    links: [{ href: '/desk/cases', text: w.toCases }],
    run: async () => {
      await as('regulator');
      const answer = await api.GET('/v1/cases/{id}/packet', {
        params: { path: { id: await theCase() } },
        parseAs: 'arrayBuffer',
      });
      return packet(new Uint8Array(need(answer) as ArrayBuffer));
    },
  },
];
