/* Addresses of what is public: no sign-in opens or closes it. */
import { lazy } from 'preact-iso';
import type { Screen } from '../../app/screen';

const code = () => import('.');

export const open: readonly Screen[] = [
  { path: '/public/registers', component: lazy(() => code().then((m) => m.Registers)) },
  { path: '/public/certificates', component: lazy(() => code().then((m) => m.Certificates)) },
  { path: '/public/certificates/:no', component: lazy(() => code().then((m) => m.Certificates)) },
  { path: '/public/documents', component: lazy(() => code().then((m) => m.Documents)) },
];
