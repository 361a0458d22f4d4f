/* Rung: calls by relay number, which rest on what she shares, each with the purpose that it was for. */
import type { Schemas } from '../../api/client';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { VerdictTag } from '../../parts/chip';
import { w } from '../../text/me';

const MOST = 5;

export function Rung({ calls: all }: { calls: Schemas['Calls']['calls'] }) {
  const calls = all.filter((c) => c.purpose !== null).slice(0, MOST);
  if (calls.length === 0) return null;
  return (
    <section class="card" aria-labelledby="rung">
      <h2 id="rung">{say(w.rung)}</h2>
      <ol class="me-entries">
        {calls.map((c) => (
          <li key={c.record} class="me-entry">
            <div class="me-entry-head">
              <time dateTime={c.at}>{moment(c.at)}</time>
              <strong>{nameOf(c.organisation)}</strong>
              <VerdictTag verdict={c.verdict} />
            </div>
            <p>
              {say(w.lookFor)} {c.purpose && titleOf('purposes', c.purpose)} · {say(w.rungBy)}
            </p>
          </li>
        ))}
      </ol>
      <p>
        <a href="/me/calls">{say(w.rungAll)}</a>
      </p>
    </section>
  );
}
