/* When a campaign is paused by itself: how near it is, and when and why it was. */
import type { Schemas } from '../../api/client';
import { count, moment } from '../../app/format';
import { say } from '../../app/language';
import { Empty } from '../../parts/empty';
import { Explain } from '../../parts/explain';
import { Figures } from '../../parts/figures';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { pauseGrounds } from '../../text/carrier-codes';
import { rateText, shareText } from './behaviour';

type Pauses = Schemas['CampaignPauses'];
type Pause = Schemas['CampaignPause'];

/** Of how many people, as far as the reader may know. */
const reporters = (of: { weight?: number; reports: Pause['reports'] }) =>
  of.weight === undefined ? (of.reports ?? '0') : count(of.weight / 100);

/** "21 of 64 calls were refused (33 %); 30 % pauses." */
function why(of: Pause): string {
  const facts = { calls: count(of.calls), since: moment(of.since), limit: of.threshold };
  return of.ground === 'refusals'
    ? say(w.pausedRefusals, { ...facts, n: count(of.declined), share: shareText(of.declined, of.calls) })
    : say(w.pausedReports, { ...facts, n: reporters(of) });
}

function near({ limits, now }: Pauses) {
  const few = now.calls < limits.calls;
  const toGo = few ? say(w.pauseFew, { n: limits.calls }) : undefined;
  return [
    ...(limits.refusals > 0
      ? [
          {
            label: say(w.refusalsNow),
            value: shareText(now.declined, now.calls),
            note: toGo ?? say(w.refusalsLimit, { n: limits.refusals }),
          },
        ]
      : []),
    ...(limits.reports > 0
      ? [
          {
            label: say(w.reportsNow),
            value: now.weight === undefined ? reporters(now) : rateText(now.weight / 100, now.calls, 1000),
            note: toGo ?? say(w.reportsLimit, { n: limits.reports, people: limits.reporters }),
          },
        ]
      : []),
    {
      label: say(w.callsCounted),
      value: count(now.calls),
      note: say(w.callsSince, { at: moment(now.since) }),
    },
  ];
}

export function CampaignPauses({ of: page }: { of: Pauses }) {
  const open = page.pauses.find((p) => p.ended_at === null);
  const { limits } = page;
  return (
    <>
      <h2>{say(w.pauses)}</h2>
      {open && (
        <div class="notice notice-warning">
          <strong>▲ {say(w.pausedByItself, { at: moment(open.at), why: why(open) })}</strong>
          <Explain reason={why(open)} rule={open.rule} more={<p>{say(w.pauseWayOut)}</p>} />
        </div>
      )}
      {limits.calls === 0 ? <Empty>{say(w.pausesOff)}</Empty> : <Near of={page} />}
      {page.pauses.length > 0 && (
        <Table
          caption={say(w.pausesCaption)}
          rows={page.pauses}
          id={(p) => p.id}
          columns={[
            { key: 'at', head: say(w.since), cell: (p) => moment(p.at) },
            { key: 'ground', head: say(w.ground), cell: (p) => say(pauseGrounds[p.ground]) },
            { key: 'why', head: say(w.reason), cell: why },
            {
              key: 'end',
              head: say(w.resumedAt),
              cell: (p) => (p.ended_at ? moment(p.ended_at) : say(w.notResumed)),
            },
          ]}
        />
      )}
    </>
  );
}

function Near({ of }: { of: Pauses }) {
  const { limits } = of;
  return (
    <>
      <Figures label={say(w.pauses)} of={near(of)} />
      {!(limits.acts.refusals && limits.acts.reports) && (
        <p class="notice notice-info">{say(w.pausesObserved)}</p>
      )}
      <p>{say(w.pauseRule, { n: limits.calls, days: limits.days })}</p>
      {limits.rules.refusals && <Explain about={say(pauseGrounds.refusals)} rule={limits.rules.refusals} />}
      {limits.rules.reports && <Explain about={say(pauseGrounds.reports)} rule={limits.rules.reports} />}
    </>
  );
}
