/* Who holds a certificate, for whom, until when: the register that the association's examiners keep. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { Chip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { w } from '../../text/desk';
import { certificateStates } from '../../text/desk-codes';
import type { Names } from './names';
import { useQuery } from './query';

type Certificate = NonNullable<Schemas['Staff']['certificate']>;

const TONE: Record<Certificate['status'], Tone> = {
  valid: 'success',
  expired: 'warning',
  suspended: 'danger',
  revoked: 'danger',
};

export function CertificateRegister({ names }: { names: Names }) {
  const q = useQuery();
  const organisation = q.get('organisation');
  const cursor = q.get('cursor');
  const load = useLoad(
    () =>
      api.GET('/v1/staff', {
        params: { query: { ...(organisation ? { organisation } : {}), ...(cursor ? { cursor } : {}) } },
      }),
    [organisation, cursor],
  );
  return (
    <>
      <div class="filters no-print">
        <Choice
          label={say(w.agency)}
          value={organisation}
          onValue={(to) => q.set({ organisation: to })}
          options={[
            ['', say(w.every)],
            ...names.organisations.filter((o) => o.kind === 'agency').map((o) => [o.id, o.name] as const),
          ]}
        />
      </div>
      <p class="no-print">
        <a href="/public/certificates">{say(w.publicLookUp)}</a>
      </p>
      <Loaded of={load} rows={4} who={say(w.supervisors)}>
        {(data) => {
          const rows = data.staff.flatMap((s) => (s.certificate ? [{ ...s, held: s.certificate }] : []));
          const next = data.next;
          return rows.length === 0 && !next && !cursor ? (
            <Empty>{say(w.noCertificates)}</Empty>
          ) : (
            <Table
              caption={say(w.certificatesCaption)}
              rows={rows}
              id={(s) => s.id}
              next={next ? () => q.set({ cursor: next }) : undefined}
              first={cursor ? () => q.set({ cursor: '' }) : undefined}
              columns={[
                {
                  key: 'number',
                  head: say(w.certificateNumber),
                  cell: (s) => (
                    <a href={`/public/certificates/${encodeURIComponent(s.held.number)}`}>{s.held.number}</a>
                  ),
                },
                { key: 'holder', head: say(w.holder), cell: (s) => s.name },
                { key: 'agency', head: say(w.agency), cell: (s) => names.of(s.organisation) },
                {
                  key: 'state',
                  head: say(w.state),
                  cell: (s) => (
                    <Chip tone={TONE[s.held.status]}>{say(certificateStates[s.held.status])}</Chip>
                  ),
                },
                // `until` is the midnight after its last day.
                {
                  key: 'until',
                  head: say(w.lastDay),
                  cell: (s) => day(new Date(Date.parse(s.held.until) - 1)),
                },
              ]}
            />
          );
        }}
      </Loaded>
    </>
  );
}
