/* address: what a screen shows stands in its address, so that back, reload and a link work. */
import { useLocation } from 'preact-iso';

export type Asked = Readonly<Record<string, string>>;

/** The address with some of its questions changed; empty ones are left out, and so is the page. */
export function address(path: string, asked: Asked, change: Asked): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...asked, cursor: '', ...change }))
    if (value !== '') all.set(name, value);
  const text = all.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** "returns_at" upwards, then downwards, then upwards again. */
export function turned(sort: string, key: string): string {
  return sort === key ? `-${key}` : key;
}

export function direction(sort: string, key: string): 'ascending' | 'descending' | 'none' {
  return sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : 'none';
}

export function useAsked(): { asked: Asked; path: string; go: (change: Asked) => void } {
  const { path, query, route } = useLocation();
  return { asked: query, path, go: (change) => route(address(path, query, change)) };
}
