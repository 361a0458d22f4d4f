/* Addresses of the screens in this folder; their code comes when the first of them is opened. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';
import { w } from '../../text/nav';

const all = () => import('./index');

export const carrier: readonly Screen[] = [
  {
    path: '/carrier/screening',
    component: lazy(() => all().then((m) => m.Screening)),
    area: 'carrier',
    nav: w.screening,
    keys: 'g v',
  },
  {
    path: '/carrier/lines',
    component: lazy(() => all().then((m) => m.Lines)),
    area: 'carrier',
    nav: w.lines,
    keys: 'g l',
  },
  { path: '/carrier/lines/:id', component: lazy(() => all().then((m) => m.OneLine)), area: 'carrier' },
  {
    path: '/carrier/campaigns',
    component: lazy(() => all().then((m) => m.Campaigns)),
    area: 'carrier',
    under: '/carrier/lines',
  },
  {
    path: '/carrier/campaigns/:id',
    component: lazy(() => all().then((m) => m.OneCampaign)),
    area: 'carrier',
  },
  {
    path: '/carrier/numbers',
    component: lazy(() => all().then((m) => m.Numbers)),
    area: 'carrier',
    under: '/carrier/lines',
  },
  { path: '/carrier/numbers/:id', component: lazy(() => all().then((m) => m.OneNumber)), area: 'carrier' },
  {
    path: '/carrier/reports',
    component: lazy(() => all().then((m) => m.Reports)),
    area: 'carrier',
    nav: w.reports,
    keys: 'g e',
  },
  { path: '/carrier/reports/:id', component: lazy(() => all().then((m) => m.OneCluster)), area: 'carrier' },
  {
    path: '/carrier/traces',
    component: lazy(() => all().then((m) => m.Traces)),
    area: 'carrier',
    under: '/carrier/reports',
  },
  { path: '/carrier/traces/:id', component: lazy(() => all().then((m) => m.OneTrace)), area: 'carrier' },
  {
    path: '/carrier/removals',
    component: lazy(() => all().then((m) => m.Removals)),
    area: 'carrier',
    under: '/carrier/reports',
  },
];
