/* names: what organisations and colleagues are called, read once for a screen; else their id. */
import { useMemo } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
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

/** `also`: a body whose people are named too, where one may read them. */
export function useNames(also?: string): Names {
  const own = session.value?.organisation ?? '';
  const other = also && also !== own && session.value?.kind === 'authority' ? also : '';
  const organisations = useLoad(() => api.GET('/v1/organisations'), [own]);
  const staff = useLoad(() => api.GET('/v1/staff', { params: { query: { organisation: own } } }), [own]);
  const others = useLoad(
    () => api.GET('/v1/staff', { params: { query: { organisation: other || own } } }),
    [other, own],
  );
  return useMemo(() => {
    const rows = rowsOf(organisations.data);
    const people = staff.data?.staff ?? [];
    const known = new Map<string, string>([
      ...rows.map((o) => [o.id, o.name] as const),
      ...(others.data?.staff ?? []).map((p) => [p.id, p.name] as const),
      ...people.map((p) => [p.id, p.name] as const),
    ]);
    return {
      of: (id) => (id ? (known.get(id) ?? nameOf(id)) : '—'),
      staff: people.filter((p) => p.status === 'active'),
      organisations: rows,
    };
  }, [organisations.data, staff.data, others.data]);
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
