/*
 * session: who is signed in, and how that is known.
 *
 * The cookie cannot be read here; a mark in the browser's storage says whether asking is worth it,
 * so that a visitor's first page asks for nothing.
 */
import { signal } from '@preact/signals';
import { api, type Schemas, setCsrf, whenSignedOut } from '../api/client';
import { allowEvents } from '../api/events';

export type Session = Schemas['Session'];

const KEY = 'menshen.signed-in';

/** undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

function mark(on: boolean): void {
  try {
    if (on) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage every reload asks to sign in.
  }
}

function marked(): boolean {
  try {
    return localStorage.getItem(KEY) === '1';
  } catch {
    return false;
  }
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
  if (!marked()) {
    session.value = null;
    return;
  }
  const { data } = await api.GET('/v1/session').catch(() => ({ data: undefined }));
  if (data) signedIn(data);
  else signedOut();
}

/* What a tab keeps of what was being written goes with who wrote it. */
function forget(): void {
  try {
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
}

export async function signOut(): Promise<void> {
  forget();
  await api.DELETE('/v1/session').catch(() => undefined);
  signedOut();
}
