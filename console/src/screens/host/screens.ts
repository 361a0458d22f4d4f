/* Addresses of the screens in this folder; their code comes when the first of them is opened. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';

const all = () => import('./index');

export const host: readonly Screen[] = [
  { path: '/audit', component: lazy(() => all().then((m) => m.Audit)) },
  { path: '/health', component: lazy(() => all().then((m) => m.Health)) },
];
