/* query: what a list shows stands in its address, so that back, reload and a link show the same. */
import { useLocation } from 'preact-iso';

type Asked = Readonly<Record<string, string>>;

export interface Query {
  get: (name: string) => string;
  set: (change: Asked) => void; // an empty one is left out
  href: (change: Asked) => string;
  page: { cursor?: string }; // which page it is, for the request
  pages: (next: string | null | undefined) => {
    next: (() => void) | undefined;
    first: (() => void) | undefined;
  };
}

/** The address with some of its questions changed; empty ones are left out, and so is the page. */
export function address(path: string, asked: Asked, change: Asked = {}): string {
  const all = Object.entries({ ...asked, cursor: '', ...change }).filter(([, v]) => v !== '');
  return all.length > 0 ? `${path}?${new URLSearchParams(all)}` : path;
}

export function useQuery(): Query {
  const { path, query, route } = useLocation();
  const href = (change: Asked) => address(path, query, change);
  const set = (change: Asked) => route(href(change));
  return {
    get: (name) => query[name] ?? '',
    set,
    href,
    page: query.cursor ? { cursor: query.cursor } : {},
    pages: (next) => ({
      next: next ? () => set({ cursor: next }) : undefined,
      first: query.cursor ? () => set({}) : undefined,
    }),
  };
}
