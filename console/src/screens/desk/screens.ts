/* Addresses of the screens in this folder; their code comes when the first of them is opened. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';
import { w } from '../../text/nav';

const of = () => import('.');

export const desk: readonly Screen[] = [
  {
    path: '/desk/complaints',
    area: 'desk',
    nav: w.complaints,
    keys: 'g c',
    component: lazy(() => of().then((m) => m.Complaints)),
  },
  { path: '/desk/complaints/:id', area: 'desk', component: lazy(() => of().then((m) => m.OneComplaint)) },
  {
    path: '/desk/cases',
    area: 'desk',
    nav: w.cases,
    keys: 'g s',
    component: lazy(() => of().then((m) => m.Cases)),
  },
  { path: '/desk/cases/:id', area: 'desk', component: lazy(() => of().then((m) => m.OneCase)) },
  {
    path: '/desk/inspections',
    area: 'desk',
    nav: w.inspections,
    keys: 'g i',
    component: lazy(() => of().then((m) => m.Draws)),
  },
  { path: '/desk/inspections/:id', area: 'desk', component: lazy(() => of().then((m) => m.OneDraw)) },
  {
    path: '/desk/registers',
    area: 'desk',
    nav: w.registers,
    keys: 'g r',
    component: lazy(() => of().then((m) => m.Registers)),
  },
  { path: '/desk/registers/:id', area: 'desk', component: lazy(() => of().then((m) => m.OneEntry)) },
];
