/*
 * load: what a screen shows, from asking to answer.
 *
 * useLoad asks and keeps the last answer while it asks again, so that nothing jumps; it asks again
 * by itself when the server tells that what was read has changed (events.ts). useSend does
 * something once, with one Idempotency-Key until it has succeeded, so that pressing twice, or again
 * after a lost answer, does it once.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { now } from '../app/clock';
import { type Answer, looks, type Problem } from './client';
import { listen } from './events';
import { topicOf } from './topics';

export type Failure =
  | { kind: 'offline' } // nobody answered
  | { kind: 'problem'; status: number; problem: Problem };

export interface Load<T> {
  data: T | undefined;
  failure: Failure | undefined;
  loading: boolean;
  at: Date | undefined; // of the answer that is shown
  etag: string | undefined;
  reload: () => void;
}

function unknownProblem(status: number): Problem {
  return { type: 'about:blank', title: '', status, code: 'unknown', detail: `HTTP ${status}` };
}

function failureOf(response: Response, error: unknown): Failure {
  const problem =
    typeof error === 'object' && error !== null && 'code' in error
      ? (error as Problem)
      : unknownProblem(response.status);
  return { kind: 'problem', status: response.status, problem };
}

const OFTEN_MS = 2000; // between two times of asking by itself

/* Ask again when what was read at this address has changed; not more than so often. */
function useChanges(url: string | undefined, again: () => void): void {
  useEffect(() => {
    const topic = url === undefined ? undefined : topicOf(url);
    if (!topic) return;
    let asked = Date.now();
    let waits: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      waits = undefined;
      asked = Date.now();
      again();
    };
    const stop = listen(topic, () => {
      waits ??= setTimeout(ask, Math.max(0, asked + OFTEN_MS - Date.now()));
    });
    return () => {
      stop();
      clearTimeout(waits);
    };
  }, [url, again]);
}

export function useLoad<T>(ask: () => Promise<Answer<T>>, on: readonly unknown[]): Load<T> {
  const [state, set] = useState<Omit<Load<T>, 'reload'>>({
    data: undefined,
    failure: undefined,
    loading: true,
    at: undefined,
    etag: undefined,
  });
  const [read, setRead] = useState<string | undefined>(undefined);
  const turn = useRef(0);
  const latest = useRef(ask);
  latest.current = ask;

  const run = useCallback((fresh: boolean) => {
    const mine = ++turn.current;
    set((was) =>
      fresh ? { ...was, data: undefined, failure: undefined, loading: true } : { ...was, loading: true },
    );
    latest.current().then(
      ({ data, error, response }) => {
        if (mine !== turn.current) return;
        setRead(response.ok && !looks.has(response) ? response.url : undefined);
        if (response.ok)
          set({
            data,
            failure: undefined,
            loading: false,
            at: now(),
            etag: response.headers.get('ETag') ?? undefined,
          });
        else set((was) => ({ ...was, data: undefined, failure: failureOf(response, error), loading: false }));
      },
      () => {
        if (mine === turn.current) set((was) => ({ ...was, failure: { kind: 'offline' }, loading: false }));
      },
    );
  }, []);

  // The caller's list says when to ask anew.
  useEffect(() => {
    run(true);
    return () => {
      turn.current++;
    };
  }, on);

  const reload = useCallback(() => run(false), [run]);
  useChanges(read, reload);
  return { ...state, reload };
}

/** Of several that a page shows at once, so that none pushes another away: is one still to come? */
export function awaits(...loads: readonly Pick<Load<unknown>, 'data' | 'failure'>[]): boolean {
  return loads.some((l) => l.data === undefined && l.failure === undefined);
}

export interface Send<A extends unknown[], T> {
  send: (...args: A) => Promise<T | undefined>; // undefined: it failed, see `failure`
  busy: boolean;
  failure: Failure | undefined;
  clear: () => void;
}

const UNDER_WAY_MS = 40_000; // longer than a server that died meanwhile takes to say so
const ASK_AGAIN_MS = 1000;

/* Until the same request, sent before and not answered, is no longer under way. */
async function settled<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const end = Date.now() + UNDER_WAY_MS;
  for (;;) {
    const answer = await ask();
    const { code } = (answer.error ?? {}) as Partial<Problem>;
    if (code !== 'request-in-progress' || Date.now() > end) return answer;
    await new Promise((go) => setTimeout(go, ASK_AGAIN_MS));
  }
}

export function useSend<A extends unknown[], T>(
  act: (key: string, ...args: A) => Promise<Answer<T>>,
): Send<A, T> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const key = useRef('');
  const latest = useRef(act);
  latest.current = act;

  const send = useCallback(async (...args: A): Promise<T | undefined> => {
    if (key.current === '') key.current = crypto.randomUUID();
    setBusy(true);
    setFailure(undefined);
    try {
      const once = key.current;
      const { data, error, response } = await settled(() => latest.current(once, ...args));
      // What the server has refused may be corrected and sent as something new.
      key.current = '';
      if (response.ok) return data ?? ({} as T);
      setFailure(failureOf(response, error));
    } catch {
      setFailure({ kind: 'offline' });
    } finally {
      setBusy(false);
    }
    return undefined;
  }, []);

  const clear = useCallback(() => setFailure(undefined), []);
  return { send, busy, failure, clear };
}
