/*
 * names: what organisations are called, for the ids that answers hold. Their registration is
 * public, so everybody who is signed in may ask; each is asked for once, those of a page together.
 */
import { signal } from '@preact/signals';
import { type Answer, api } from '../api/client';

type Id = string | null | undefined;

const MOST = 20; // in one question

const known = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Map<string, Promise<void>>();
let waiting: { ids: string[]; all: Promise<void> } | undefined;

async function ask(ids: readonly string[]): Promise<void> {
  const answer = await api
    .GET('/v1/organisations/names', { params: { query: { ids: ids.join(',') } } })
    .catch(() => undefined);
  if (answer?.data)
    known.value = new Map([...known.value, ...answer.data.organisations.map((o) => [o.id, o.name] as const)]);
  else for (const id of ids) asked.delete(id);
}

/* Those that are asked for in one go. */
async function askAll(): Promise<void> {
  await Promise.resolve();
  const ids = waiting?.ids ?? [];
  waiting = undefined;
  const some = Array.from({ length: Math.ceil(ids.length / MOST) }, (_, i) =>
    ids.slice(i * MOST, (i + 1) * MOST),
  );
  await Promise.all(some.map(ask));
}

function learn(id: string): Promise<void> {
  const before = asked.get(id);
  if (before) return before;
  waiting ??= { ids: [], all: askAll() };
  waiting.ids.push(id);
  asked.set(id, waiting.all);
  return waiting.all;
}

/** Its name once it is known; until then, and if nobody is called so, the id. */
export function nameOf(id: Id): string {
  if (!id) return '';
  void learn(id);
  return known.value.get(id) ?? id;
}

/** An answer once the organisations in it have their names, so that nothing moves when they come. */
export async function named<T>(to: Promise<Answer<T>>, of: (data: T) => readonly Id[]): Promise<Answer<T>> {
  const answer = await to;
  if (answer.data !== undefined) await Promise.all(of(answer.data).map((id) => (id ? learn(id) : undefined)));
  return answer;
}
