/* Complaints about us, and how many of them were answered in time, week by week. */
import { useMemo } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { say } from '../../app/language';
import { Chart } from '../../parts/chart';
import { Loaded } from '../../parts/loaded';
import { w } from '../../text/agency';
import { sum } from './days';

function Drawn({ weeks }: Schemas['ComplaintWeeks']) {
  const labels = useMemo(() => weeks.map((x) => x.from.slice(5)), [weeks]);
  const late = (x: (typeof weeks)[number]) => x.late + x.overdue;
  return (
    <Chart
      title={say(w.complaints)}
      told={say(w.complaintsTold, {
        all: sum(weeks, (x) => x.accepted),
        good: sum(weeks, (x) => x.in_time),
        late: sum(weeks, late),
      })}
      axis={say(w.week)}
      labels={labels}
      series={[
        { label: say(w.accepted), values: weeks.map((x) => x.accepted) },
        { label: say(w.inTime), values: weeks.map((x) => x.in_time) },
        { label: say(w.lateCount), values: weeks.map(late) },
      ]}
    />
  );
}

export function Weeks() {
  const weeks = useLoad(() => api.GET('/v1/complaints/weeks'), []);
  return (
    <Loaded of={weeks} rows={4}>
      {(x) => <Drawn {...x} />}
    </Loaded>
  );
}
