/* Is this node in order? */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, moment } from '../../app/format';
import { say } from '../../app/language';
import { Chip, type Tone } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/host';
import { abouts, advices, measures } from '../../text/host-codes';
import { SettingsTabs } from '../settings/tabs';

type Finding = Schemas['HealthReport']['findings'][number];

const TONES: Record<Finding['state'], Tone> = { ok: 'success', warning: 'warning', wrong: 'danger' };
const STATES = { ok: w.ok, warning: w.warning, wrong: w.wrong } as const;
const SAYS = { ok: w.allGood, warning: w.someWarn, wrong: w.someWrong } as const;

function value(key: string, of: string | number | boolean): string {
  if (typeof of === 'boolean') return of ? '✓' : '–';
  if (typeof of === 'number') return count(of);
  return key === 'now' ? moment(of) : of;
}

function measured(f: Finding): string {
  return Object.entries(f.measured)
    .map(([key, of]) => {
      const name = measures[key];
      return `${name ? say(name) : key} ${value(key, of)}`;
    })
    .join(' · ');
}

export function Health() {
  const load = useLoad(() => api.GET('/v1/health/report'), []);
  return (
    <Page title={say(w.healthTitle)} lead={say(w.healthLead)} at={load.at} onRefresh={load.reload}>
      <SettingsTabs current="/health" />
      <Loaded of={load} rows={8} who={say(w.operators)}>
        {(report) => (
          <>
            <p>
              <Chip tone={TONES[report.state]}>{say(SAYS[report.state])}</Chip>
            </p>
            <Table
              caption={say(w.healthCaption)}
              rows={report.findings}
              id={(f) => f.about}
              columns={[
                { key: 'about', head: say(w.about), cell: (f) => say(abouts[f.about]) },
                {
                  key: 'state',
                  head: say(w.state),
                  cell: (f) => <Chip tone={TONES[f.state]}>{say(STATES[f.state])}</Chip>,
                },
                { key: 'measured', head: say(w.measured), cell: measured },
                {
                  key: 'advice',
                  head: say(w.advice),
                  cell: (f) => (f.state === 'ok' ? '–' : say(advices[f.about])),
                },
              ]}
            />
            <Facts
              of={[
                [say(w.version), report.version],
                [say(w.node), report.node],
              ]}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}
