/* Failed: what went wrong, by which rule, and the way out; announced when it appears. */
import type { Failure } from '../api/load';
import { say } from '../app/language';
import { w } from '../text/app';
import { problems } from '../text/problems';
import { Button } from './button';
import { Explain } from './explain';

export function Failed({
  failure,
  onRetry,
  who,
}: {
  failure: Failure | undefined;
  onRetry?: (() => void) | undefined;
  who?: string;
}) {
  if (!failure) return null;
  const retry = onRetry && (
    <p>
      <Button onClick={onRetry}>{say(w.retry)}</Button>
    </p>
  );
  if (failure.kind === 'offline')
    return (
      <div class="notice notice-warning" role="alert">
        <p>▲ {say(w.offlineNothing)}</p>
        {retry}
      </div>
    );
  const { status, problem } = failure;
  const known = problems[problem.code];
  const words = known
    ? say(known)
    : status === 404
      ? say(w.notFound)
      : problem.code === 'role-missing'
        ? say(w.noPermission)
        : status === 412
          ? say(w.stale)
          : problem.detail;
  return (
    <div class="notice notice-danger" role="alert">
      <p>
        ■ {words} {problem.code === 'role-missing' && who && say(w.noPermissionWho, { who })}
      </p>
      {problem.errors && (
        <ul>
          {problem.errors.map((e) => (
            <li key={e.pointer}>{e.detail}</li>
          ))}
        </ul>
      )}
      {(problem.rule || problem.basis || problem.record) && (
        <Explain rule={problem.rule} basis={problem.basis} record={problem.record} />
      )}
      {status === 412 && onRetry ? (
        <p>
          <Button onClick={onRetry}>{say(w.staleReload)}</Button>
        </p>
      ) : (
        status >= 500 && retry
      )}
    </div>
  );
}
