/*
 * demo: is this the sample city, and what its bar does there.
 *
 * The server says so in a cookie with the page, so that elsewhere nothing is asked for it.
 */
import { signal } from '@preact/signals';
import { api, type Schemas } from '../api/client';
import { signedIn } from './session';

export type Demo = Schemas['Demo'];
export type DemoRole = Schemas['DemoSeat']['role'];

export const inDemo = typeof document !== 'undefined' && /(^|; )menshen-demo=1/.test(document.cookie);

/** How the city stands; undefined until it was asked. */
export const demo = signal<Demo | undefined>(undefined);

export async function askDemo(): Promise<Demo | undefined> {
  const { data } = await api.GET('/v1/demo').catch(() => ({ data: undefined }));
  if (data) demo.value = data;
  return data;
}

/** Be somebody of the city, from now on. */
export async function sit(role: DemoRole, as?: string) {
  const answer = await api.POST('/v1/demo/session', { body: { role, ...(as === undefined ? {} : { as }) } });
  if (answer.data) signedIn(answer.data);
  return answer;
}

export async function moveClock(by: Schemas['DemoStep']['by']) {
  const answer = await api.POST('/v1/demo/clock', { body: { by } });
  if (answer.data) demo.value = answer.data;
  return answer;
}
