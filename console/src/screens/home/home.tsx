/* The first page: to one's own first screen, or to the door. */

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { areasOf } from '../../app/areas';
import { say } from '../../app/language';
import { screens } from '../../app/screens';
import { session } from '../../app/session';
import { Empty } from '../../parts/empty';
import { Page } from '../../parts/page';
import { w } from '../../text/home';

export function Home() {
  const { route } = useLocation();
  const s = session.value;
  const first = s && screens.find((x) => x.nav && x.area === areasOf(s)[0])?.path;
  useEffect(() => {
    if (first) route(first, true);
  }, [first, route]);
  return (
    <Page title={say(w.title)} lead={say(w.lead)}>
      {!s && <Empty act={<a href="/sign-in">{say(w.signIn)}</a>}>{say(w.nobody)}</Empty>}
    </Page>
  );
}
