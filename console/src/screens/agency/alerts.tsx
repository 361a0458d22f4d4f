/* Staff whose looks follow a pattern of peeping: reasons to ask, no proof. */
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, moment } from '../../app/format';
import { say } from '../../app/language';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { w } from '../../text/agency';
import { patterns } from '../../text/agency-codes';

export function Alerts() {
  const alerts = useLoad(() => api.GET('/v1/alerts'), []);
  return (
    <Loaded of={alerts} rows={3}>
      {(a) =>
        a.alerts.length === 0 ? (
          <Empty>{say(w.alertsNone)}</Empty>
        ) : (
          <Table
            caption={say(w.alerts)}
            rows={a.alerts}
            id={(x) => x.id}
            columns={[
              { key: 'who', head: say(w.name), cell: (x) => x.staff ?? x.person ?? '' },
              { key: 'pattern', head: say(w.pattern), cell: (x) => say(patterns[x.pattern]) },
              { key: 'count', head: say(w.times), number: true, cell: (x) => count(x.count) },
              { key: 'last', head: say(w.last), cell: (x) => moment(x.last) },
            ]}
          />
        )
      }
    </Loaded>
  );
}
