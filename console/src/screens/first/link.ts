/*
 * The secret of a link stands behind its "#". It is taken out of the address at once, so that
 * neither the history nor a screenshot keeps it.
 */
import { useEffect, useState } from 'preact/hooks';

let kept = '';

function take(): string {
  const token = location.hash.slice(1);
  if (token !== '') {
    kept = token;
    history.replaceState(history.state, '', location.pathname);
  }
  return kept;
}

/** The secret with which this page was opened, or that was pasted into its address since; or "". */
export function useLinkSecret(): string {
  const [token, setToken] = useState(take);
  useEffect(() => {
    const changed = () => setToken(take());
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return token;
}
