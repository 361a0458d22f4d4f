/*
 * events: what changes is told by the server as it changes (docs/api.md, "Events"), so that a page
 * asks again only for what has changed.
 *
 * One connection for the whole page, whoever listens. It goes on where it was; it rests while the
 * page is hidden, and comes back with growing pauses when nobody answers.
 */
import { signal } from '@preact/signals';
import type { Schemas } from './client';
import { concerns, pauseAfter, type Topic } from './topics';

export type Change = Schemas['Change'];

/** What the page can count on: `off` when nobody listens, or nobody is signed in. */
export type Line = 'off' | 'connecting' | 'live' | 'offline';
export const line = signal<Line>('off');

const HIDDEN_MS = 60_000; // so long a hidden page goes on listening

interface Listener {
  topic: Topic;
  call: () => void;
}

const listeners = new Set<Listener>();
const clocks = new Set<(now: Date) => void>();
const due = new Set<Listener>();
let source: EventSource | undefined;
let last = ''; // the newest id that was told
let failures = 0;
let allowed = false;
let retry: ReturnType<typeof setTimeout> | undefined;
let rest: ReturnType<typeof setTimeout> | undefined;
let flush: ReturnType<typeof setTimeout> | undefined;

/* Several changes at once, as of one transaction, ask once. */
function tell(which: (topic: Topic) => boolean): void {
  for (const l of listeners) if (which(l.topic)) due.add(l);
  if (due.size === 0 || flush !== undefined) return;
  flush = setTimeout(() => {
    flush = undefined;
    const all = [...due];
    due.clear();
    for (const l of all) if (listeners.has(l)) l.call();
  }, 250);
}

function seen(e: MessageEvent<string>): void {
  if (e.lastEventId !== '') last = e.lastEventId;
}

function data<T>(e: MessageEvent<string>): T | undefined {
  try {
    return JSON.parse(e.data) as T;
  } catch {
    return undefined;
  }
}

function open(): void {
  clearTimeout(retry);
  if (source || !allowed || listeners.size === 0 || document.visibilityState === 'hidden') return;
  const at = last === '' ? '' : `?after=${encodeURIComponent(last)}`;
  line.value = 'connecting';
  const s = new EventSource(`/v1/events${at}`);
  source = s;
  s.onopen = () => {
    failures = 0;
    line.value = 'live';
  };
  s.addEventListener('change', (e) => {
    seen(e);
    const change = data<Change>(e);
    if (change) tell((t) => concerns(t, change));
  });
  s.addEventListener('reset', (e) => {
    seen(e);
    tell(() => true);
  });
  s.addEventListener('stats', () => tell((t) => t.stats));
  s.addEventListener('clock', (e) => {
    const told = data<{ now: string }>(e);
    if (told) for (const c of clocks) c(new Date(told.now));
    tell(() => true);
  });
  s.onerror = () => {
    if (s !== source) return;
    // The browser itself would come again at once, and after a refusal never.
    close();
    line.value = navigator.onLine ? 'connecting' : 'offline';
    if (failures > 1) line.value = 'offline';
    retry = setTimeout(open, pauseAfter(failures++, Math.random()));
  };
}

function close(): void {
  source?.close();
  source = undefined;
  clearTimeout(retry);
}

function onVisible(): void {
  clearTimeout(rest);
  if (document.visibilityState === 'hidden') {
    rest = setTimeout(() => {
      close();
      line.value = 'off';
    }, HIDDEN_MS);
  } else {
    open();
  }
}

function onOnline(): void {
  failures = 0;
  open();
}

/** Who is signed in listens; who is not does not, and forgets where she was. */
export function allowEvents(on: boolean): void {
  if (on === allowed) return;
  allowed = on;
  if (on) {
    open();
    return;
  }
  close();
  last = '';
  failures = 0;
  line.value = 'off';
}

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', onVisible);
  addEventListener('online', onOnline);
  addEventListener('offline', () => {
    line.value = 'offline';
  });
}

/** Call when something of the topic has changed, or may have. Returns how to stop. */
export function listen(topic: Topic, call: () => void): () => void {
  const l: Listener = { topic, call };
  listeners.add(l);
  open();
  return () => {
    listeners.delete(l);
    due.delete(l);
    if (listeners.size > 0) return;
    // The next page listens in a moment; without one nobody need.
    setTimeout(() => {
      if (listeners.size > 0) return;
      close();
      line.value = 'off';
    }, 1000);
  };
}

/** Call when the sample city's clock was moved. */
export function listenClock(call: (now: Date) => void): () => void {
  clocks.add(call);
  return () => clocks.delete(call);
}
