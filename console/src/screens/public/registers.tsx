/* The public registers: who is listed, who was penalised or criticised, until when. */
import { useLocation } from 'preact-iso';
import { type Answer, api, asJson, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { language, pick, say } from '../../app/language';
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

function address(of: { tab: string; register: string; cursor?: string | undefined }): string {
  const q = new URLSearchParams();
  if (of.tab === 'penalties') q.set('tab', of.tab);
  if (of.register) q.set('register', of.register);
  if (of.cursor) q.set('cursor', of.cursor);
  const text = q.toString();
  return text ? `${BASE}?${text}` : BASE;
}

interface Rows {
  rows: readonly Entry[];
  next: string | undefined;
}

async function ask(penalties: boolean, register: string, cursor: string | undefined): Promise<Answer<Rows>> {
  const page = cursor ? { cursor } : {};
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
  const { query, route } = useLocation();
  const penalties = query.tab === 'penalties';
  const tab = penalties ? 'penalties' : 'listings';
  const register = query.register ?? '';
  const list = useLoad<Rows>(
    () => ask(penalties, register, query.cursor),
    [penalties, register, query.cursor, language.value],
  );
  const file = (format: string) =>
    `/v1/public/${tab}?format=${format}${register ? `&register=${encodeURIComponent(register)}` : ''}`;
  return (
    <Page title={say(w.registersTitle)} lead={say(w.registersLead)} at={list.at} onRefresh={list.reload}>
      <Tabs
        label={say(w.registers)}
        current={address({ tab, register: '' })}
        tabs={[
          { href: BASE, label: say(w.listings) },
          { href: address({ tab: 'penalties', register: '' }), label: say(w.penalties) },
        ]}
      />
      <Choice
        label={say(w.which)}
        value={register}
        onValue={(v) => route(address({ tab, register: v }))}
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
              next={next ? () => route(address({ tab, register, cursor: next })) : undefined}
              first={query.cursor ? () => route(address({ tab, register })) : undefined}
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
