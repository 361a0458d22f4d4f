/* D3: what she complains of, and how each stands. */
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { named, nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { DeadlineChip } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { w } from '../../text/me';
import { complaintStates, issues } from '../../text/me-codes';
import { Page } from './own-page';
import { awaited } from './stages';

export function Complaints() {
  const complaints = useLoad(
    () => named(api.GET('/v1/me/complaints'), (d) => d.complaints.map((c) => c.respondent)),
    [],
  );
  const complain = (
    <a class="button primary" href="/me/complaints/new">
      {say(w.complain)}
    </a>
  );
  return (
    <Page
      title={say(w.complaintsTitle)}
      lead={say(w.complaintsLead)}
      at={complaints.at}
      onRefresh={complaints.reload}
      primary={complain}
    >
      <Loaded of={complaints}>
        {({ complaints: rows }) =>
          rows.length === 0 ? (
            <Empty>{say(w.noComplaints)}</Empty>
          ) : (
            <Table
              caption={say(w.complaintsCaption)}
              rows={rows}
              id={(c) => c.id}
              columns={[
                {
                  key: 'respondent',
                  head: say(w.against),
                  cell: (c) => <a href={`/me/complaints/${c.id}`}>{nameOf(c.respondent)}</a>,
                },
                { key: 'issue', head: say(w.issue), cell: (c) => say(issues[c.issue]) },
                { key: 'status', head: say(w.state), cell: (c) => say(complaintStates[c.status]) },
                {
                  key: 'due',
                  head: say(w.nextDue),
                  cell: (c) => {
                    const next = awaited(c.clocks);
                    return next ? <DeadlineChip due={next.due} rule={titleOf('rules', next.rule)} /> : '–';
                  },
                },
                { key: 'received', head: say(w.received), cell: (c) => day(c.received_at) },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
