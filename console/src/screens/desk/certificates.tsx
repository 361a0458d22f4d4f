/* Who holds a certificate, for whom, until when: the register that the association's examiners keep. */
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { lastDay } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { CertificateState } from '../../parts/certificate';
import { Empty } from '../../parts/empty';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { w } from '../../text/desk';
import type { Names } from './names';

export function CertificateRegister({ names }: { names: Names }) {
  const q = useQuery();
  const organisation = q.get('organisation');
  const load = useLoad(
    () =>
      api.GET('/v1/staff', {
        params: { query: { ...(organisation ? { organisation } : {}), ...q.page } },
      }),
    [organisation, q.page.cursor],
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
          return rows.length === 0 && !data.next && !q.page.cursor ? (
            <Empty>{say(w.noCertificates)}</Empty>
          ) : (
            <Table
              caption={say(w.certificatesCaption)}
              rows={rows}
              id={(s) => s.id}
              {...q.pages(data.next)}
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
                  cell: (s) => <CertificateState of={s.held.status} />,
                },
                {
                  key: 'until',
                  head: say(w.lastDay),
                  cell: (s) => lastDay(s.held.until),
                },
              ]}
            />
          );
        }}
      </Loaded>
    </>
  );
}
