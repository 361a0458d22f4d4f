/* /try/ROLE: be somebody of that role with one click, and go to her first screen. */
import { useEffect, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Failure } from '../../api/load';
import { type DemoRole, sit } from '../../app/demo';
import { say } from '../../app/language';
import { Failed } from '../../parts/failed';
import { Waiting } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { w } from '../../text/story';
import { refusal } from './run';

export function Try() {
  const { params } = useRoute();
  const { query, route } = useLocation();
  const [failure, setFailure] = useState<Failure | undefined>();
  const role = params.role ?? '';
  useEffect(() => {
    let stays = true;
    sit(role as DemoRole, query.as).then(
      (answer) => {
        if (!stays) return;
        const r = answer.data ? undefined : refusal(answer);
        if (r?.kind === 'refused')
          setFailure({
            kind: 'problem',
            status: r.status,
            problem: { type: 'about:blank', title: '', status: r.status, ...r.problem },
          });
        else route('/', true);
      },
      () => stays && setFailure({ kind: 'offline' }),
    );
    return () => {
      stays = false;
    };
  }, [role, query.as]);
  return <Page title={say(w.entering)}>{failure ? <Failed failure={failure} /> : <Waiting rows={3} />}</Page>;
}
