/* Who works here, by which certificate, and what she may not do without one. */
import type { Schemas } from '../../api/client';
import { count } from '../../app/format';
import { called, say } from '../../app/language';
import { CertificateState } from '../../parts/certificate';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Table } from '../../parts/table';
import { w } from '../../text/agency';
import { roles } from '../../text/codes';

function needsCertificate(s: Schemas['Staff']): boolean {
  return s.role === 'sales' || s.role === 'manager';
}

function CertificateLink({ of }: { of: Schemas['CertificateBrief'] }) {
  if (!of?.number) return null;
  return <a href={`/public/certificates/${encodeURIComponent(of.number)}`}>{of.number}</a>;
}

function Until({ of }: { of: Schemas['CertificateBrief'] }) {
  if (!of) return null;
  return of.status === 'valid' ? <DeadlineChip due={of.until} /> : <CertificateState of={of.status} />;
}

export function Practitioners({ staff }: { staff: readonly Schemas['Staff'][] }) {
  const working = staff.filter((s) => s.status === 'active');
  return (
    <Table
      caption={say(w.staff)}
      rows={working}
      id={(s) => s.id}
      columns={[
        { key: 'name', head: say(w.name), cell: (s) => `${s.id} ${s.name}` },
        { key: 'role', head: say(w.position), cell: (s) => called(roles, s.role) },
        { key: 'number', head: say(w.number), cell: (s) => <CertificateLink of={s.certificate} /> },
        { key: 'until', head: say(w.until), cell: (s) => <Until of={s.certificate} /> },
        {
          key: 'verified',
          head: say(w.verified),
          cell: (s) =>
            s.certificate ? (
              <Chip tone={s.certificate.confirmed ? 'success' : 'warning'}>
                {say(s.certificate.confirmed ? w.yes : w.no)}
              </Chip>
            ) : (
              ''
            ),
        },
        { key: 'hours', head: say(w.hours), number: true, cell: (s) => count(s.training_hours) },
        {
          key: 'blocked',
          head: say(w.blocked),
          cell: (s) =>
            needsCertificate(s) && s.certificate?.status !== 'valid' ? (
              <Chip tone="danger">{say(w.blockedAll)}</Chip>
            ) : (
              ''
            ),
        },
      ]}
    />
  );
}
