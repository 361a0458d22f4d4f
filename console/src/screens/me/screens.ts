/* Addresses of the screens in this folder; their code comes when the first of them is opened. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';
import { w } from '../../text/nav';

const here = () => import('.');

export const me: readonly Screen[] = [
  {
    path: '/me/data',
    component: lazy(() => here().then((m) => m.Data)),
    area: 'me',
    nav: w.myData,
    keys: 'g d',
  },
  {
    path: '/me/calls',
    component: lazy(() => here().then((m) => m.Calls)),
    area: 'me',
    nav: w.myCalls,
    keys: 'g c',
  },
  {
    path: '/me/complaints',
    component: lazy(() => here().then((m) => m.Complaints)),
    area: 'me',
    nav: w.myComplaints,
    keys: 'g b',
  },
  { path: '/me/complaints/new', component: lazy(() => here().then((m) => m.Complain)), area: 'me' },
  { path: '/me/complaints/:id', component: lazy(() => here().then((m) => m.Complaint)), area: 'me' },
  {
    path: '/me/receipt',
    component: lazy(() => here().then((m) => m.ReceiptCheck)),
    area: 'me',
    nav: w.myReceipt,
    keys: 'g r',
  },
  { path: '/me/extract', component: lazy(() => here().then((m) => m.Extract)), area: 'me' },
];
