/* Screening as it goes: the last hour against yesterday's, the minutes as lines, the reasons. */
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { count } from '../../app/format';
import { pick, say } from '../../app/language';
import { reasonWord } from '../../app/words';
import { type ChartPoint, LiveChart } from '../../parts/chart-live';
import { VerdictTag } from '../../parts/chip';
import { Figures } from '../../parts/figures';
import { LiveLine } from '../../parts/line';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { verdicts } from '../../text/codes';
import { w } from '../../text/live';

type Stats = Schemas['VerdictStats'];

const VERDICTS = ['block', 'warn', 'remind', 'allow'] as const;
const MOST = 8; // reasons that are listed

function total(sums: Schemas['VerdictSums']): number {
  return sums.allow + sums.remind + sums.warn + sums.block;
}

function milliseconds(us: number): string {
  return say(w.ms, { n: us < 10_000 ? (us / 1000).toFixed(1) : count(Math.round(us / 1000)) });
}

function Hour({ of }: { of: Stats }) {
  const latency = of.latency;
  return (
    <Figures
      label={say(w.now)}
      of={[
        ...[...VERDICTS].reverse().map((v) => ({
          label: say(verdicts[v]),
          value: count(of.last_hour[v]),
          note: say(w.yesterday, { n: count(of.hour_yesterday[v]) }),
        })),
        ...(latency
          ? [
              {
                label: say(w.latency),
                value: latency.calls > 0 ? milliseconds(latency.p50_us) : '–',
                note:
                  latency.calls > 0
                    ? say(w.latencyNote, { p95: milliseconds(latency.p95_us) })
                    : say(w.noLatency),
              },
            ]
          : []),
      ]}
    />
  );
}

function Minutes({ of }: { of: Stats }) {
  const points: ChartPoint[] = of.steps.map((s) => ({
    at: s.at,
    of: { allow: s.allow, remind: s.remind, warn: s.warn, block: s.block },
  }));
  return (
    <LiveChart
      title={say(w.perMinute)}
      summary={say(w.summary, {
        calls: count(total(of.last_hour)),
        allow: count(of.last_hour.allow),
        remind: count(of.last_hour.remind),
        warn: count(of.last_hour.warn),
        block: count(of.last_hour.block),
        before: count(total(of.hour_yesterday)),
      })}
      first={say(w.minute)}
      series={VERDICTS.map((v) => ({ key: v, label: say(verdicts[v]) }))}
      points={points}
    />
  );
}

function Reasons({ of }: { of: Stats }) {
  return (
    <Table
      caption={say(w.reasons)}
      rows={of.reasons.slice(0, MOST)}
      id={(r) => `${r.verdict} ${r.reason}`}
      columns={[
        {
          key: 'reason',
          head: say(w.reason),
          cell: (r) => {
            const word = reasonWord(r.reason);
            return (
              <>
                <VerdictTag verdict={r.verdict} />{' '}
                {r.rule ? (
                  <a href={`/settings/rules/${r.rule}`}>{word ? pick(word.title) : r.reason}</a>
                ) : (
                  (word && pick(word.title)) || r.reason
                )}
              </>
            );
          },
        },
        { key: 'calls', head: say(w.calls), number: true, cell: (r) => count(r.calls) },
      ]}
    />
  );
}

/** Of every line that the reader may see counted, or of one line or campaign. */
export function LiveVerdicts({ line, campaign }: { line?: string; campaign?: string }) {
  const load = useLoad(
    () =>
      api.GET('/v1/verdicts/stats', {
        params: { query: { ...(line && { line }), ...(campaign && { campaign }) } },
      }),
    [line, campaign],
  );
  return (
    <section aria-label={say(w.perMinute)}>
      <LiveLine />
      <Loaded of={load} rows={6} who={say(w.who)}>
        {(stats) => (
          <>
            <Hour of={stats} />
            <Minutes of={stats} />
            {stats.reasons.length > 0 && <Reasons of={stats} />}
          </>
        )}
      </Loaded>
    </section>
  );
}
