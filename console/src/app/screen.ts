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
}
