/* A file with the record of the look that opened it, and the line of her log that this look is. */
import { type Answer, api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { moment } from '../../app/format';
import { called, say } from '../../app/language';
import { session } from '../../app/session';
import { Explain } from '../../parts/explain';
import { Loaded } from '../../parts/loaded';
import { w } from '../../text/agency';
import { categories, purposes } from '../../text/agency-codes';

export interface File {
  person: Schemas['Person'];
  record: string;
}

export async function fileOf(id: string, purpose: string): Promise<Answer<File>> {
  const { data, error, response } = await api.GET('/v1/persons/{id}', {
    params: { path: { id }, header: { Purpose: purpose } },
  });
  const record = response.headers.get('X-Menshen-Record') ?? '';
  return { data: data && { person: data, record }, error, response };
}

/** What a record tells of a look beside what all records tell. */
interface Looked {
  purpose?: string;
  verdicts?: Readonly<Record<string, { verdict: string; rule?: string; basis?: string }>>;
}

/** The categories that were read, in words. */
export function readOf(looked: Looked): string[] {
  return Object.entries(looked.verdicts ?? {})
    .filter(([, v]) => v.verdict !== 'deny')
    .map(([category]) => category);
}

export function Seen({ record }: { record: string }) {
  const told = useLoad(() => api.GET('/v1/records/{id}', { params: { path: { id: record } } }), [record]);
  const s = session.value;
  return (
    <>
      <h2>{say(w.seen)}</h2>
      <p>{say(w.seenLead)}</p>
      <Loaded of={told} rows={1}>
        {(r) => {
          const looked = r as typeof r & Looked;
          const read = readOf(looked).map((c) => called(categories, c));
          const first = Object.values(looked.verdicts ?? {})[0];
          return (
            <>
              <p class="log-line">
                {say(w.seenLine, {
                  at: moment(r.recorded),
                  organisation: s?.organisation_name ?? s?.organisation ?? '',
                  staff: s?.id ?? '',
                  purpose: called(purposes, looked.purpose ?? ''),
                  what: read.length > 0 ? read.join(' · ') : say(w.seenNothing),
                })}
              </p>
              <Explain rule={first?.rule} basis={first?.basis} record={record} />
            </>
          );
        }}
      </Loaded>
      <p class="shared-ground">{say(w.seenAlso)}</p>
    </>
  );
}
