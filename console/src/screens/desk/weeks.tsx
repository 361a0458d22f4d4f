/* Intake of thirteen weeks, stacked by issue. */
import type { Schemas } from '../../api/client';
import { day, isoDay } from '../../app/format';
import { say } from '../../app/language';
import { Bars } from '../../parts/bars';
import { issues } from '../../text/codes';
import { w } from '../../text/desk';

type Issue = Schemas['Complaint']['issue'];

export function Weeks({ of }: { of: Schemas['Intake'] }) {
  const all = of.weeks.reduce((n, x) => n + Object.values(x.issues).reduce((a, b) => a + b, 0), 0);
  const last = of.weeks[of.weeks.length - 1];
  const now = last ? Object.values(last.issues).reduce((a, b) => a + b, 0) : 0;
  const first = of.weeks[0];
  return (
    <>
      <p>{say(w.weeksSays, { all, now, since: first ? day(first.from) : '' })}</p>
      <Bars
        title={say(w.weeksTitle)}
        first={say(w.weekFrom)}
        series={(Object.keys(issues) as Issue[]).map((key) => ({ key, label: say(issues[key]) }))}
        bars={of.weeks.map((x) => ({ label: isoDay(x.from).slice(5), of: x.issues }))}
      />
    </>
  );
}
