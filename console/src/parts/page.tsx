/* Page: a screen's frame. Its heading is the question that the screen answers, and gets the focus. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { now } from '../app/clock';
import { moment } from '../app/format';
import { say } from '../app/language';
import { session } from '../app/session';
import { w } from '../text/app';

interface Props {
  title: string;
  lead?: ComponentChildren; // one sentence under the heading
  primary?: ComponentChildren; // the one primary button
  why?: ComponentChildren; // the rail: rule, basis, what I may
  at?: Date | undefined; // of what is shown
  onRefresh?: (() => void) | undefined;
  children: ComponentChildren;
}

let first = true;

export function Page(props: Props) {
  const { title, lead, primary, why, at, onRefresh, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${say(w.product)}`;
  }, [title]);
  useEffect(() => {
    // The browser places the focus on the first page itself.
    if (!first) heading.current?.focus();
    first = false;
  }, []);
  return (
    <div class={why ? 'page page-why' : 'page'}>
      <p class="print-only page-printed">
        {[session.value?.organisation_name, say(w.updated, { time: moment(at ?? now()) })]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {/* Its place is kept where it comes with the first answer. */}
          {'lead' in props && <p class="page-lead">{lead}</p>}
        </div>
        <div class="page-acts">
          {(at || onRefresh) && (
            // Its place is kept while the first answer is awaited.
            <span class={at ? 'page-at' : 'page-at page-at-awaited'}>
              {say(w.updated, { time: moment(at ?? now()) })}
              {onRefresh && (
                <button type="button" class="plain" onClick={onRefresh} title={say(w.refresh)}>
                  ↻<span class="unseen">{say(w.refresh)}</span>
                </button>
              )}
            </span>
          )}
          <button type="button" class="plain page-print" onClick={() => window.print()}>
            {say(w.print)}
          </button>
          {primary}
        </div>
      </header>
      <div class="page-body">{children}</div>
      {why && (
        <aside class="page-rail" aria-label={say(w.whyTitle)}>
          {why}
        </aside>
      )}
    </div>
  );
}
