/* Members whose claims ended by themselves: who is back in a pool, since when and why. */
import type { Schemas } from '../../api/client';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { w } from '../../text/agency';
import { returnReasons } from '../../text/agency-codes';

const MOST = 5;

export function Returned({ of }: { of: Schemas['Pools']['returned'] }) {
  if (of.length === 0) return null;
  return (
    <section class="notice notice-info" aria-labelledby="returned">
      <h2 id="returned">
        ● {say(w.returned)} <span class="shared-ground">{say(w.returnedSpan)}</span>
      </h2>
      <ul>
        {of.slice(0, MOST).map((r) => (
          <li key={r.person}>
            <a href={`/agency/members/${r.person}`}>{r.alias || r.person}</a> · {r.at && day(r.at)} ·{' '}
            {say(returnReasons[r.why])}
          </li>
        ))}
      </ul>
      {of.length > MOST && <p>{say(w.returnedMore, { n: of.length - MOST })}</p>}
    </section>
  );
}
