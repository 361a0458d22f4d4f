/* screen: an address of the console, whose it is, and where its code comes from. */
import type { FunctionComponent } from 'preact';
import type { Area } from './areas';
import type { Pair } from './language';
import type { Session } from './session';

export interface Screen {
  path: string; // as preact-iso matches it: '/agency/members/:id'
  component: FunctionComponent; // lazy()
  area?: Area; // absent: for everybody, also unsigned
  access?: readonly Session['access'][]; // who of the area; absent: all
  nav?: Pair; // its word in the navigation (text/nav.ts)
  keys?: string; // 'g p' goes there
  under?: string; // the screen of the navigation that it is a tab of
}

const within = (path: string, of: string): boolean => path === of || path.startsWith(`${of}/`);

/** Is the page at `path` the screen's own, one below it, or one of its tabs? */
export function leadsTo(screen: Screen, path: string, all: readonly Screen[]): boolean {
  return within(path, screen.path) || all.some((x) => x.under === screen.path && within(path, x.path));
}
