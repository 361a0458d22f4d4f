/*
 * client: the API, typed by the server's own route table.
 *
 * schema.d.ts is made at build from the server's OpenAPI description, so that a path, a field or
 * a code that the server does not know is a compile error here.
 */
import createClient, { type Middleware } from 'openapi-fetch';
import { heardDate } from '../app/clock';
import { language } from '../app/language';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** Set on signing in; sent with every method but GET (interfaces: CSRF). */
let csrf = '';
export function setCsrf(token: string): void {
  csrf = token;
}

/** Called when the server says that nobody is signed in. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(call: () => void): void {
  onSignedOut = call;
}

/** Answers to a look: each stands on record, so that nothing asks for one again by itself. */
export const looks = new WeakSet<Response>();

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language.value === 'zh' ? 'zh-CN' : 'en');
    if (request.method !== 'GET' && csrf !== '') request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
  onResponse({ request, response, schemaPath }) {
    heardDate(response.headers.get('Date'));
    if (request.headers.has('Purpose')) looks.add(response);
    if (response.status === 401 && !schemaPath.startsWith('/v1/session')) onSignedOut();
    return undefined;
  },
};

export const api = createClient<paths>({ baseUrl: location.origin });
api.use(headers);

/** What openapi-fetch resolves to, as the hooks of load.ts take it. */
export interface Answer<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** Of a route that has other media types, too: what it answers as JSON. */
export function asJson<T>(a: Answer<T>): Answer<Exclude<T, string>> {
  const { data, error, response } = a;
  return typeof data === 'string'
    ? { error, response }
    : { data: data as Exclude<T, string> | undefined, error, response };
}
