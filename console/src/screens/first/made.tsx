/* The account is made: the secret of its codes, to scan and to type, this once. */
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client';
import { say } from '../../app/language';
import { Facts } from '../../parts/facts';
import { Check } from '../../parts/field';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/setup';

/** An image of its own, so that nothing of the answer becomes markup of this page. */
function imageOf(svg: string): string {
  const image = svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `data:image/svg+xml,${encodeURIComponent(image)}`;
}

export function Made({ of: made }: { of: Schemas['AccountMade'] }) {
  const [ready, setReady] = useState(false);
  return (
    <>
      <Receipt title={say(w.doneTitle)}>
        <Facts of={[[say(w.login), made.login]]} />
      </Receipt>
      <section class="card">
        <h2>{say(w.codes)}</h2>
        <p>{say(w.scan)}</p>
        <img src={imageOf(made.qr)} alt={say(w.qr)} width={220} height={220} />
        <Facts
          of={[[say(w.secret), <code key="secret">{made.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>]]}
        />
        <Check label={say(w.kept)} checked={ready} onChecked={setReady} />
        {ready && (
          <p>
            <a class="button primary" href="/sign-in">
              {say(w.signIn)}
            </a>
          </p>
        )}
      </section>
    </>
  );
}
