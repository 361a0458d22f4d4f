/* B3: what is public: the association's list, the market regulator's, penalties, criticism. */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day, yuan } from '../../app/format';
import { pick, say } from '../../app/language';
import { useQuery } from '../../app/query';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { w } from '../../text/desk';
import { fieldWords, listingStates, registers } from '../../text/desk-codes';
import { CertificateRegister } from './certificates';
import { acts, type Names, useNames } from './names';
import { ListingPaper } from './public-paper';

export type Entry = Schemas['Listing'];
type Register = Entry['register'];
const CERTIFICATES = 'certificates';
type Grounds = Schemas['GroundList']['grounds'];

const TONE: Record<Entry['status'], Tone> = {
  noticed: 'warning',
  listed: 'danger',
  removed: 'success',
  withdrawn: 'neutral',
  expired: 'neutral',
};

export function EntryState({ of }: { of: Entry }) {
  return (
    <>
      <Chip tone={TONE[of.status]}>{say(listingStates[of.status])}</Chip>{' '}
      {of.objection?.status === 'open' && <Chip tone="warning">{say(w.objected)}</Chip>}
      {of.proven_at && of.status === 'listed' && <Chip tone="info">{say(w.repairWaits)}</Chip>}
    </>
  );
}

/** A ground's title, a violation's, or the code. */
export function groundOf(code: string, grounds: Grounds): string {
  const known = grounds.find((g) => g.code === code);
  const word = fieldWords[code];
  return known ? pick(known.title) : word ? say(word) : code;
}

export function useGrounds(): Grounds {
  return useLoad(() => api.GET('/v1/grounds', { params: { query: {} } }), []).data?.grounds ?? [];
}

function Enter({ names, grounds }: { names: Names; grounds: Grounds }) {
  const { route } = useLocation();
  const register = session.value?.kind === 'association' ? 'abnormal' : 'market';
  const of = register === 'abnormal' ? 'listing' : 'market';
  const [held, set] = useState({ organisation: '', ground: '', exit: '', reason: '' });
  const send = useSend((key) =>
    api.POST('/v1/listings', {
      params: { header: { 'Idempotency-Key': key } },
      body: { register, ...held },
    }),
  );
  const choices = (what: string) => [
    ['', '—'] as const,
    ...grounds.filter((g) => g.of === `${of}-${what}`).map((g) => [g.code, pick(g.title)] as const),
  ];
  const ground = grounds.find((g) => g.of === `${of}-entry` && g.code === held.ground);
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        const entry = await send.send();
        if (entry) route(`/desk/registers/${entry.id}`);
      }}
    >
      <h2>{say(w.enterTitle, { register: say(registers[register]) })}</h2>
      <p>{say(register === 'abnormal' ? w.enterHow : w.enterHowMarket)}</p>
      <Failed failure={send.failure} />
      <Choice
        label={say(w.agency)}
        required
        value={held.organisation}
        onValue={(organisation) => set({ ...held, organisation })}
        options={[
          ['', '—'],
          ...names.organisations.filter((o) => o.kind !== 'authority').map((o) => [o.id, o.name] as const),
        ]}
      />
      <Choice
        label={say(w.ground)}
        hint={ground ? `${pick(ground.text)} ${pick(ground.basis)}` : undefined}
        required
        value={held.ground}
        onValue={(to) => set({ ...held, ground: to })}
        options={choices('entry')}
      />
      <Choice
        label={say(w.exit)}
        hint={say(w.exitHint)}
        required
        value={held.exit}
        onValue={(exit) => set({ ...held, exit })}
        options={choices('exit')}
      />
      {held.organisation && ground && (
        <ListingPaper register={register} respondent={held.organisation} ground={ground} names={names} />
      )}
      <TextField
        label={say(w.reason)}
        hint={say(w.entryReasonHint)}
        required
        value={held.reason}
        onValue={(reason) => set({ ...held, reason })}
      />
      <p>
        <Button kind="primary" type="submit" busy={send.busy}>
          {say(register === 'abnormal' ? w.giveNotice : w.enter)}
        </Button>
      </p>
    </form>
  );
}

function Public({ register }: { register: Register }) {
  const at = register === 'penalty' || register === 'criticism' ? 'penalties' : 'listings';
  const link = (format: string) => `/v1/public/${at}?register=${register}&format=${format}`;
  return (
    <p class="row no-print">
      <a href={`/public/registers?${at === 'penalties' ? 'tab=penalties&' : ''}register=${register}`}>
        {say(w.publicPage)}
      </a>
      <a href={link('csv')} download>
        CSV
      </a>
      <a href={link('json')}>JSON</a>
      <a href={link('feed')}>{say(w.feed)}</a>
    </p>
  );
}

export function Registers() {
  const q = useQuery();
  const names = useNames();
  const grounds = useGrounds();
  const register = (q.get('register') || 'abnormal') as Register | typeof CERTIFICATES;
  const status = q.get('status');
  const fresh = q.get('new') === '1';
  const fines = register === 'penalty' || register === 'criticism';
  const asked = {
    register,
    ...(status ? { status: status as Entry['status'] } : {}),
    ...q.page,
  };
  const load = useLoad(async () => {
    if (register === CERTIFICATES) return { data: { listings: [] }, response: new Response() };
    if (!fines)
      return api.GET('/v1/listings', { params: { query: { ...asked, register: register as 'abnormal' } } });
    const got = await api.GET('/v1/penalties', {
      params: { query: { ...asked, register: register as 'penalty' } },
    });
    return {
      ...got,
      data: got.data && { listings: got.data.penalties, ...(got.data.next ? { next: got.data.next } : {}) },
    };
  }, [register, status, q.page.cursor]);
  const at = (to: string) => `/desk/registers?register=${to}`;
  const tabs = (
    <Tabs
      label={say(w.registersTitle)}
      current={at(q.get('register') || 'abnormal')}
      tabs={[
        ...(Object.keys(registers) as Register[]).map((k) => ({ href: at(k), label: say(registers[k]) })),
        { href: at(CERTIFICATES), label: say(w.certificates) },
      ]}
    />
  );
  if (q.get('register') === CERTIFICATES)
    return (
      <Page title={say(w.registersTitle)} lead={say(w.certificatesLead)}>
        {tabs}
        <CertificateRegister names={names} />
      </Page>
    );
  return (
    <Page
      title={say(w.registersTitle)}
      lead={say(w.registersLead)}
      at={load.at}
      onRefresh={load.reload}
      primary={
        acts() &&
        !fresh &&
        !fines && (
          <a class="button primary" href={`${at(register)}&new=1`}>
            {say(w.publish)}
          </a>
        )
      }
    >
      {tabs}
      {fresh && <Enter names={names} grounds={grounds} />}
      <div class="filters no-print">
        <Choice
          label={say(w.state)}
          value={status}
          onValue={(to) => q.set({ status: to })}
          options={[
            ['', say(w.every)],
            ...(Object.keys(listingStates) as Entry['status'][]).map(
              (k) => [k, say(listingStates[k])] as const,
            ),
          ]}
        />
      </div>
      <Public register={register as Register} />
      <Loaded of={load} once={names.ready} rows={4} who={say(w.supervisors)}>
        {(data) =>
          data.listings.length === 0 ? (
            <Empty>{say(w.nothingPublic)}</Empty>
          ) : (
            <Table
              caption={say(w.registerCaption)}
              rows={data.listings}
              id={(e) => e.id}
              {...q.pages(data.next)}
              columns={[
                {
                  key: 'party',
                  head: say(w.agency),
                  cell: (e) => <a href={`/desk/registers/${e.id}`}>{names.of(e.organisation)}</a>,
                },
                { key: 'ground', head: say(w.ground), cell: (e) => groundOf(e.ground, grounds) },
                ...(register === 'penalty'
                  ? [
                      {
                        key: 'fen',
                        head: say(w.fine),
                        number: true,
                        cell: (e: Entry) => (e.amount_fen === null ? '—' : yuan(e.amount_fen)),
                      },
                    ]
                  : []),
                { key: 'state', head: say(w.state), cell: (e) => <EntryState of={e} /> },
                { key: 'at', head: say(w.enteredAt), cell: (e) => day(e.at) },
                {
                  key: 'due',
                  head: say(w.nextReview),
                  cell: (e) =>
                    e.status === 'noticed' && e.due ? (
                      <DeadlineChip due={e.due} />
                    ) : e.review ? (
                      day(e.review)
                    ) : (
                      '—'
                    ),
                },
                { key: 'until', head: say(w.publicUntil), cell: (e) => (e.until ? day(e.until) : '—') },
                { key: 'by', head: say(w.by), cell: (e) => names.of(e.by) },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
