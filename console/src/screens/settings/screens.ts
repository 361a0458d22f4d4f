/* Addresses of the settings; the rules are public, as the law is. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';
import { w } from '../../text/nav';

const code = () => import('.');

export const settings: readonly Screen[] = [
  { path: '/settings', component: lazy(() => code().then((m) => m.Account)), nav: w.settings, keys: 'g s' },
  { path: '/settings/staff', component: lazy(() => code().then((m) => m.Staff)) },
  { path: '/settings/tokens', component: lazy(() => code().then((m) => m.Tokens)) },
  { path: '/settings/webhooks', component: lazy(() => code().then((m) => m.Webhooks)) },
  { path: '/settings/rules', component: lazy(() => code().then((m) => m.Rules)) },
  { path: '/settings/rehearsal', component: lazy(() => code().then((m) => m.Rehearsal)) },
  { path: '/settings/rules/:id', component: lazy(() => code().then((m) => m.RuleDetail)) },
];
