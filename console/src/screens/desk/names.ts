/*
 * names: what organisations and people of the desk are called.
 *
 * One's own colleagues and the organisations that concern one are read once for a screen. Other
 * officers met on it are asked for by id, many at a time; who has no name to be told is shown as the id.
 */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type Answer, api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { nameOf } from '../../app/names';
import { session } from '../../app/session';

export interface Names {
  of: (id: string | null | undefined) => string;
  staff: readonly Schemas['Staff'][]; // of one's own organisation, active ones
  organisations: readonly { id: string; name: string; kind: string; region: string }[];
}

interface Row {
  id: string;
  name: string;
  kind: string;
  region: string;
}

function rowsOf(answer: unknown): Row[] {
  const list = (answer as { organisations?: Partial<Row>[] } | undefined)?.organisations ?? [];
  return list.map((o) => ({
    id: o.id ?? '',
    name: o.name ?? '',
    kind: o.kind ?? '',
    region: o.region ?? '',
  }));
}

const PAGES = 20; // of organisations; a choice of more would be no choice

/** One's own colleagues, page by page. */
async function colleagues(own: string): Promise<Answer<Schemas['Staff'][]>> {
  const rows: Schemas['Staff'][] = [];
  let cursor: string | null = null;
  for (let i = 0; ; i++) {
    const { data, error, response }: Answer<Schemas['StaffList']> = await api.GET('/v1/staff', {
      params: { query: { organisation: own, ...(cursor ? { cursor } : {}) } },
    });
    if (data === undefined) return { error, response };
    rows.push(...data.staff);
    cursor = data.next;
    if (!cursor || i + 1 === PAGES) return { data: rows, response };
  }
}

/** The organisations that concern one, page by page. */
async function organisationsOf(): Promise<Answer<Row[]>> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let i = 0; ; i++) {
    const { data, error, response } = await api.GET('/v1/organisations', {
      params: { query: cursor ? { cursor } : {} },
    });
    if (error !== undefined) return { error, response };
    rows.push(...rowsOf(data));
    cursor = (data as { next?: string } | undefined)?.next;
    if (!cursor || i + 1 === PAGES) return { data: rows, response };
  }
}

const told = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();
const waits: string[] = [];
const AT_ONCE = 40;

function tell(): void {
  for (let rest = waits.splice(0); rest.length > 0; rest = rest.slice(AT_ONCE)) {
    const ids = rest.slice(0, AT_ONCE);
    api.GET('/v1/officers/names', { params: { query: { ids: ids.join(',') } } }).then(
      ({ data }) => {
        told.value = new Map([...told.value, ...ids.map((id) => [id, data?.names[id] ?? id] as const)]);
      },
      () => {
        for (const id of ids) asked.delete(id);
      },
    );
  }
}

/* Its name, or nothing while it is asked for. */
function asks(id: string): string {
  // What somebody wrote is no id, and goes into no address.
  if (!/^(org|stf)_[\w-]+$/.test(id)) return id;
  if (id.startsWith('org_')) return nameOf(id);
  const known = told.value.get(id);
  if (known !== undefined) return known;
  if (!asked.has(id)) {
    asked.add(id);
    if (waits.push(id) === 1) setTimeout(tell);
  }
  return '…';
}

export function useNames(): Names {
  const own = session.value?.organisation ?? '';
  const organisations = useLoad(organisationsOf, [own]);
  const staff = useLoad(() => colleagues(own), [own]);
  const ready = [organisations, staff].every((l) => l.data !== undefined || l.failure !== undefined);
  return useMemo(() => {
    const rows = organisations.data ?? [];
    const people = staff.data ?? [];
    const known = new Map<string, string>([
      ...rows.map((o) => [o.id, o.name] as const),
      ...people.map((p) => [p.id, p.name] as const),
    ]);
    return {
      of: (id) => (id ? (known.get(id) ?? (ready ? asks(id) : '…')) : '—'),
      staff: people.filter((p) => p.status === 'active'),
      organisations: rows,
    };
  }, [organisations.data, staff.data, ready]);
}

/** The part of an id that people can read to each other. */
export function short(id: string): string {
  return id
    .slice(id.indexOf('_') + 1)
    .slice(0, 8)
    .toUpperCase();
}

/** Officers act; auditors read. */
export function acts(): boolean {
  return session.value?.role !== 'auditor';
}
