/* Claims, their ends and contracts of the last 30 days. */
import { useMemo } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { say } from '../../app/language';
import { Chart } from '../../parts/chart';
import { Loaded } from '../../parts/loaded';
import { w } from '../../text/agency';

type Day = Schemas['PoolDays']['days'][number];

export function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}

function Drawn({ whose, days }: Schemas['PoolDays']) {
  const labels = useMemo(() => days.map((d) => d.day.slice(5)), [days]);
  const counts = {
    claims: sum(days, (d: Day) => d.claims),
    releases: sum(days, (d: Day) => d.releases),
    lapses: sum(days, (d: Day) => d.lapses),
    contracts: sum(days, (d: Day) => d.contracts),
  };
  const series = [
    { label: say(w.claims), values: days.map((d) => d.claims) },
    { label: say(w.releases), values: days.map((d) => d.releases) },
    { label: say(w.lapses), values: days.map((d) => d.lapses) },
    { label: say(w.contractsSigned), values: days.map((d) => d.contracts) },
  ];
  return (
    <Chart
      title={say(w.days)}
      told={say(whose === 'own' ? w.daysOwn : w.daysAll, counts)}
      axis={say(w.day)}
      labels={labels}
      series={series}
    />
  );
}

export function Days() {
  const days = useLoad(() => api.GET('/v1/pools/days'), []);
  return (
    <Loaded of={days} rows={4}>
      {(d) => <Drawn {...d} />}
    </Loaded>
  );
}
