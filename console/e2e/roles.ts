/* roles: somebody of the sample city for each role that an organisation of a kind has, and a member. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { areasOf } from '../src/app/areas';
import type { Session } from '../src/app/session';
import type { House } from './house';
import { whoIs } from './story';

const ORGANISATIONS = join(resolve(__dirname, '../..'), 'demo/organisations.csv');
/* Agencies of one person: what a role sees, the large one shows. */
const ALONE = new Set(['org_yuelao', 'org_jinse']);
export const MEMBER = '13800000101';

export interface Role {
  as: string; // a login, or her number
  name: string; // 'agency-manager'
  areas: readonly string[];
  access: Session['access'];
}

function kinds(): Map<string, string> {
  const rows = readFileSync(ORGANISATIONS, 'utf8').trim().split('\n').slice(1);
  return new Map(rows.map((r) => r.split(',')).map(([id = '', , kind = '']) => [id, kind]));
}

export async function rolesOf(browser: Browser, house: House): Promise<Role[]> {
  const kindOf = kinds();
  const first = new Map([['person', MEMBER]]);
  for (const l of house.logins()) {
    const name = `${kindOf.get(l.organisation)}-${l.role}`;
    // The telecom authority's work is not the market regulator's.
    if (!ALONE.has(l.organisation) && !first.has(name)) first.set(name, l.login);
    if (l.organisation === 'org_shiguan' && name === 'authority-officer')
      first.set(`${name}-market`, l.login);
  }
  const roles: Role[] = [];
  for (const [name, as] of first) {
    const who = await whoIs(browser, house, as);
    roles.push({ as, name, areas: areasOf(who), access: who.access });
  }
  return roles;
}
