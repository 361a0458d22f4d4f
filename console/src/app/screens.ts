/*
 * screens: every address of the console; src/http/routes_console.c serves the page for the same.
 *
 * One file of code for each folder of screens, fetched when the first of them is opened.
 */
import { lazy } from 'preact-iso';
import { agency } from '../screens/agency/screens';
import { carrier } from '../screens/carrier/screens';
import { desk } from '../screens/desk/screens';
import { host } from '../screens/host/screens';
import { me } from '../screens/me/screens';
import { open } from '../screens/public/screens';
import { settings as settingsScreens } from '../screens/settings/screens';
import type { Screen } from './screen';

const settings = () => import('../screens/settings');
const first = () => import('../screens/first');
const home = () => import('../screens/home');
const story = () => import('../screens/story');

export const screens: readonly Screen[] = [
  { path: '/', component: lazy(() => home().then((m) => m.Home)) },
  { path: '/sign-in', component: lazy(() => home().then((m) => m.SignIn)) },
  { path: '/setup', component: lazy(() => first().then((m) => m.Setup)) },
  { path: '/join', component: lazy(() => first().then((m) => m.Join)) },
  ...agency,
  ...desk,
  ...carrier,
  ...me,
  ...open,
  ...settingsScreens,
  { path: '/try/:role', component: lazy(() => story().then((m) => m.Try)) },
  { path: '/story/:role', component: lazy(() => story().then((m) => m.Story)) },
  ...host,
  { path: '/parts', component: lazy(() => settings().then((m) => m.Parts)) },
];
