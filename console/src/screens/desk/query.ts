/* query: what a list shows is in its address, so that back, reload and a link show the same. */
import { useLocation } from 'preact-iso';

export interface Query {
  get: (name: string) => string;
  set: (changes: Readonly<Record<string, string>>) => void; // an empty one is left out
  href: (changes: Readonly<Record<string, string>>) => string;
}

export function addressOf(path: string, query: Readonly<Record<string, string>>): string {
  const kept = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== ''));
  return kept.size > 0 ? `${path}?${kept}` : path;
}

export function useQuery(): Query {
  const { path, query, route } = useLocation();
  const href = (changes: Readonly<Record<string, string>>) =>
    addressOf(path, { ...query, cursor: '', ...changes });
  return {
    get: (name) => query[name] ?? '',
    set: (changes) => route(href(changes)),
    href,
  };
}
