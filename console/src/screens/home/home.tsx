/* The first page: to one's own first screen, or to the door. */

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { areasOf } from '../../app/areas';
import { inDemo } from '../../app/demo';
import { say } from '../../app/language';
import { Later } from '../../app/later';
import { screens } from '../../app/screens';
import { session } from '../../app/session';
import { Empty } from '../../parts/empty';
import { Waiting } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { w } from '../../text/home';

const landing = () => import('../story/landing').then((m) => m.Landing);

export function Home() {
  const { query, route } = useLocation();
  const s = session.value;
  const stories = inDemo && (!s || query.stories !== undefined);
  const first = s && !stories && screens.find((x) => x.nav && x.area === areasOf(s)[0])?.path;
  useEffect(() => {
    if (first) route(first, true);
  }, [first, route]);
  if (stories) return <Later load={landing} />;
  return (
    <Page title={say(w.title)} lead={say(w.lead)}>
      {first && <Waiting rows={3} />}
      {!s && (
        <>
          <Empty act={<a href="/sign-in">{say(w.signIn)}</a>}>{say(w.nobody)}</Empty>
          <nav class="row" aria-label={say(w.public)}>
            <a href="/public/registers">{say(w.publicRegisters)}</a>
            <a href="/public/certificates">{say(w.publicCertificates)}</a>
            <a href="/public/documents">{say(w.publicDocuments)}</a>
            <a href="/settings/rules">{say(w.publicRules)}</a>
          </nav>
        </>
      )}
    </Page>
  );
}
