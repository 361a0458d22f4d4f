/*
 * session: who is signed in, and how that is known.
 *
 * The cookie cannot be read here; a mark in the browser's storage says whether asking is worth it,
 * so that a visitor's first page asks for nothing.
 */
import { signal } from '@preact/signals';
import { api, type Schemas, setCsrf, whenSignedOut } from '../api/client';
import { allowEvents } from '../api/events';
import { forGood, inTab } from './storage';

export type Session = Schemas['Session'];

const KEY = 'menshen.signed-in';

/** undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

function mark(on: boolean): void {
  if (on) forGood.set(KEY, '1');
  else forGood.drop(KEY);
}

export function signedIn(as: Session): void {
  setCsrf(as.csrf);
  mark(true);
  session.value = as;
  allowEvents(true);
}

export function signedOut(): void {
  setCsrf('');
  mark(false);
  session.value = null;
  allowEvents(false);
}

export async function restoreSession(): Promise<void> {
  whenSignedOut(signedOut);
  if (forGood.get(KEY) !== '1') {
    session.value = null;
    return;
  }
  const { data } = await api.GET('/v1/session').catch(() => ({ data: undefined }));
  if (data) signedIn(data);
  else signedOut();
}

export async function signOut(): Promise<void> {
  inTab.clear(); // what was being written goes with who wrote it
  await api.DELETE('/v1/session').catch(() => undefined);
  signedOut();
}
