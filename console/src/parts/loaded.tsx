/* Loaded: an answer in each of its states: awaited (rows of the answer's shape), refused, offline, there. */
import type { ComponentChildren } from 'preact';
import type { Load } from '../api/load';
import { say } from '../app/language';
import { w } from '../text/app';
import { Failed } from './failed';

export function Loaded<T>({
  of,
  once = true,
  rows = 3,
  figures = 0,
  who,
  children,
}: {
  of: Load<T>;
  once?: boolean; // until then it waits, too: what is said with it is still to come
  rows?: number;
  figures?: number; // so many figures come first
  who?: string;
  children: (data: T) => ComponentChildren;
}) {
  if (of.data === undefined && of.failure)
    return <Failed failure={of.failure} onRetry={of.reload} {...(who ? { who } : {})} />;
  if (of.data === undefined || !once) return <Waiting rows={rows} figures={figures} />;
  return (
    <>
      {of.failure?.kind === 'offline' && (
        <p class="notice notice-warning" role="status">
          ▲ {say(w.offline)}
        </p>
      )}
      {children(of.data)}
    </>
  );
}

export function Waiting({ rows, figures = 0 }: { rows: number; figures?: number }) {
  return (
    <div class="waiting" role="status">
      <span class="unseen">{say(w.loading)}</span>
      {figures > 0 && (
        <div class="figures">
          {Array.from({ length: figures }, (_, i) => (
            <div key={i} class="waiting-row waiting-figure" />
          ))}
        </div>
      )}
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} class="waiting-row" />
      ))}
    </div>
  );
}
