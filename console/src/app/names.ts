/*
 * names: what organisations are called, for the ids that answers hold. Their registration is
 * public, so everybody who is signed in may ask.
 */
import { signal } from '@preact/signals';
import { type Answer, api } from '../api/client';

type Id = string | null | undefined;

interface Directory {
  of: (id: string) => string | undefined; // undefined: not known yet; the id: nobody is called so
  learn: (id: string) => Promise<void>;
}

/**
 * What `ask` calls ids, no more than `most` of them in one question; the ids of a page together, and
 * each once. Where it answers with nothing, they are asked for again.
 */
export function directory(
  most: number,
  ask: (ids: string) => Promise<Readonly<Record<string, string>> | undefined>,
): Directory {
  const known = signal<ReadonlyMap<string, string>>(new Map());
  const asked = new Map<string, Promise<void>>();
  let waiting: { ids: string[]; all: Promise<void> } | undefined;

  async function askSome(ids: readonly string[]): Promise<void> {
    const names = await ask(ids.join(',')).catch(() => undefined);
    if (names) known.value = new Map([...known.value, ...ids.map((id) => [id, names[id] ?? id] as const)]);
    else for (const id of ids) asked.delete(id);
  }

  async function askAll(): Promise<void> {
    await Promise.resolve(); // until the page has named all of its own
    const ids = waiting?.ids ?? [];
    waiting = undefined;
    const some = Array.from({ length: Math.ceil(ids.length / most) }, (_, i) =>
      ids.slice(i * most, (i + 1) * most),
    );
    await Promise.all(some.map(askSome));
  }

  function learn(id: string): Promise<void> {
    const before = asked.get(id);
    if (before) return before;
    waiting ??= { ids: [], all: askAll() };
    waiting.ids.push(id);
    asked.set(id, waiting.all);
    return waiting.all;
  }

  return {
    of: (id) => {
      void learn(id);
      return known.value.get(id);
    },
    learn,
  };
}

const organisations = directory(20, async (ids) => {
  const { data } = await api.GET('/v1/organisations/names', { params: { query: { ids } } });
  return data && Object.fromEntries(data.organisations.map((o) => [o.id, o.name]));
});

/** Its name once it is known; until then, and if nobody is called so, the id. */
export function nameOf(id: Id): string {
  return id ? (organisations.of(id) ?? id) : '';
}

/** An answer once the organisations in it have their names, so that nothing moves when they come. */
export async function named<T>(to: Promise<Answer<T>>, of: (data: T) => readonly Id[]): Promise<Answer<T>> {
  const answer = await to;
  if (answer.data !== undefined)
    await Promise.all(of(answer.data).map((id) => (id ? organisations.learn(id) : undefined)));
  return answer;
}
