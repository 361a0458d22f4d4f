/* The public registers: who is listed, who was penalised or criticised, until when. */
import { type Answer, api, asJson, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { language, pick, say } from '../../app/language';
import { type Query, useQuery } from '../../app/query';
import { Chip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Explain } from '../../parts/explain';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { w } from '../../text/public';

type Entry = Schemas['PublicEntry'];
const LISTS = [
  ['abnormal', w.abnormal],
  ['market', w.market],
] as const;
const DECISIONS = [
  ['penalty', w.penalty],
  ['criticism', w.criticism],
] as const;

const BASE = '/public/registers';
const PENALTIES = `${BASE}?tab=penalties`;

interface Rows {
  rows: readonly Entry[];
  next: string | undefined;
}

async function ask(penalties: boolean, register: string, page: Query['page']): Promise<Answer<Rows>> {
  if (penalties) {
    const { data, ...rest } = asJson(
      await api.GET('/v1/public/penalties', {
        params: { query: { ...page, ...(register ? { register: register as 'penalty' } : {}) } },
      }),
    );
    return { ...rest, data: data && { rows: data.penalties, next: data.next } };
  }
  const { data, ...rest } = asJson(
    await api.GET('/v1/public/listings', {
      params: { query: { ...page, ...(register ? { register: register as 'market' } : {}) } },
    }),
  );
  return { ...rest, data: data && { rows: data.listings, next: data.next } };
}

export function Registers() {
  const q = useQuery();
  const penalties = q.get('tab') === 'penalties';
  const tab = penalties ? 'penalties' : 'listings';
  const register = q.get('register');
  const list = useLoad<Rows>(
    () => ask(penalties, register, q.page),
    [penalties, register, q.page.cursor, language.value],
  );
  const file = (format: string) =>
    `/v1/public/${tab}?format=${format}${register ? `&register=${encodeURIComponent(register)}` : ''}`;
  return (
    <Page title={say(w.registersTitle)} lead={say(w.registersLead)} at={list.at} onRefresh={list.reload}>
      <Tabs
        label={say(w.registers)}
        current={penalties ? PENALTIES : BASE}
        tabs={[
          { href: BASE, label: say(w.listings) },
          { href: PENALTIES, label: say(w.penalties) },
        ]}
      />
      <Choice
        label={say(w.which)}
        value={register}
        onValue={(to) => q.set({ register: to })}
        options={[
          ['', say(w.all)],
          ...(penalties ? DECISIONS : LISTS).map(([code, words]) => [code, say(words)] as const),
        ]}
      />
      <Loaded of={list} rows={5}>
        {({ rows, next }) =>
          rows.length === 0 ? (
            <Empty>{say(w.nothing)}</Empty>
          ) : (
            <Table
              caption={say(penalties ? w.penalties : w.listings)}
              rows={rows}
              id={(r) => r.id}
              {...q.pages(next)}
              columns={[
                {
                  key: 'organisation',
                  head: say(w.organisation),
                  cell: (r) => r.organisation.name ?? r.organisation.id,
                },
                {
                  key: 'label',
                  head: say(w.label),
                  cell: (r) => (
                    <Chip tone={r.register === 'penalty' || r.register === 'market' ? 'danger' : 'warning'}>
                      {pick(r.label)}
                      {r.objection && ` · ${say(w.objection)}`}
                    </Chip>
                  ),
                },
                {
                  key: 'ground',
                  head: say(w.ground),
                  cell: (r) => (
                    <>
                      {pick({ zh: r.ground.zh ?? undefined, en: r.ground.en ?? undefined }) || r.ground.code}{' '}
                      <Explain reason={say(w.basis)} basis={r.basis} />
                    </>
                  ),
                },
                { key: 'by', head: say(w.by), cell: (r) => r.by.name ?? r.by.id },
                { key: 'from', head: say(w.from), cell: (r) => day(r.from) },
                { key: 'until', head: say(w.until), cell: (r) => (r.until ? day(r.until) : say(w.noEnd)) },
              ]}
            />
          )
        }
      </Loaded>
      <p class="row">
        <a href={file('csv')} download>
          {say(w.csv)}
        </a>
        <a href={file('json')}>{say(w.json)}</a>
        <a href={file('feed')}>{say(w.feed)}</a>
      </p>
    </Page>
  );
}
