/* SignedIn: a screen that only somebody who is signed in has; others go to the door and come back. */
import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { say } from '../../app/language';
import { type Session, session } from '../../app/session';
import { Empty } from '../../parts/empty';
import { w } from '../../text/home';

export function SignedIn({ children }: { children: (s: Session) => ComponentChildren }) {
  const { url } = useLocation();
  const s = session.value;
  if (s) return <>{children(s)}</>;
  return (
    <Empty act={<a href={`/sign-in?to=${encodeURIComponent(url)}`}>{say(w.signIn)}</a>}>
      {say(w.nobody)}
    </Empty>
  );
}
