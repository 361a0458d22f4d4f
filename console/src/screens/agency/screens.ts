/* Addresses of the screens in this folder; their code comes when the first of them is opened. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';
import { w } from '../../text/nav';

const all = () => import('./index');

export const agency: readonly Screen[] = [
  {
    path: '/agency/pools',
    component: lazy(() => all().then((m) => m.Pools)),
    area: 'agency',
    nav: w.pools,
    keys: 'g p',
  },
  { path: '/agency/members/:id', component: lazy(() => all().then((m) => m.Member)), area: 'agency' },
  {
    path: '/agency/compliance',
    component: lazy(() => all().then((m) => m.Compliance)),
    area: 'agency',
    access: ['manager', 'compliance'],
    nav: w.compliance,
    keys: 'g c',
  },
];
