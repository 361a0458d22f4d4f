/*
 * names: what organisations and people of the desk are called.
 *
 * One's own colleagues and the organisations that concern one are read once for a screen. Other
 * officers met on it are asked for by id, many at a time; who has no name to be told is shown as the id.
 */
import { useMemo } from 'preact/hooks';
import { type Answer, api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { directory, nameOf } from '../../app/names';
import { session } from '../../app/session';

export interface Names {
  of: (id: string | null | undefined) => string;
  ready: boolean; // asked and answered, or in vain
  staff: readonly Schemas['Staff'][]; // of one's own organisation, active ones
  organisations: readonly Schemas['RegisteredOrganisation'][];
}

const PAGES = 20; // of organisations or colleagues; a choice of more would be no choice

async function allOf<P extends { next?: string | null }, R>(
  ask: (page: { cursor?: string }) => Promise<Answer<P>>,
  rows: (page: P) => readonly R[],
): Promise<Answer<R[]>> {
  const all: R[] = [];
  let page: { cursor?: string } = {};
  for (let i = 1; ; i++) {
    const { data, error, response } = await ask(page);
    if (data === undefined) return { error, response };
    all.push(...rows(data));
    if (!data.next || i === PAGES) return { data: all, response };
    page = { cursor: data.next };
  }
}

const colleagues = (organisation: string) =>
  allOf(
    (page) => api.GET('/v1/staff', { params: { query: { organisation, ...page } } }),
    (of) => of.staff,
  );

const organisationsOf = () =>
  allOf(
    (page) => api.GET('/v1/organisations', { params: { query: page } }),
    (of) => of.organisations,
  );

/* Whom the server does not name here is called by the id from then on. */
const officers = directory(40, async (ids) => {
  const { data } = await api.GET('/v1/officers/names', { params: { query: { ids } } });
  return data?.names ?? {};
});

function asked(id: string): string {
  // What somebody wrote is no id, and goes into no address.
  if (!/^(org|stf)_[\w-]+$/.test(id)) return id;
  return id.startsWith('org_') ? nameOf(id) : (officers.of(id) ?? '…');
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
      ready,
      of: (id) => (id ? (known.get(id) ?? (ready ? asked(id) : '…')) : '—'),
      staff: people.filter((p) => p.status === 'active'),
      organisations: rows,
    };
  }, [organisations.data, staff.data, ready]);
}

/** Officers act; auditors read. */
export function acts(): boolean {
  return session.value?.role !== 'auditor';
}
