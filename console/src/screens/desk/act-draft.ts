/*
 * act-draft: an act that is being written, kept through a reload and without a connection.
 *
 * It lies in this tab's own storage, which goes with the tab: an inspector on site may lose the net,
 * and reload, and finds what she wrote. It is hers alone, goes when it is sent, dropped, or when she
 * signs out, and never lies where the browser keeps things for good.
 */
import { inTab } from '../../app/storage';
import { type Held, NOTHING } from './act-body';

export interface Draft {
  kind: string;
  held: Held;
  at: string; // when it was kept
}

const PREFIX = 'menshen.act.';
const keyOf = (who: string, file: string) => `${PREFIX}${who}.${file}`;

export function keep(who: string, file: string, kind: string, held: Held, at: Date): void {
  inTab.setJson(keyOf(who, file), { kind, held, at: at.toISOString() } satisfies Draft);
}

export function kept(who: string, file: string): Draft | undefined {
  const found = inTab.getJson(keyOf(who, file)) as Partial<Draft> | null;
  if (typeof found?.kind !== 'string' || typeof found.at !== 'string') return undefined;
  return { kind: found.kind, at: found.at, held: { ...NOTHING, ...found.held } };
}

export function drop(who: string, file: string): void {
  inTab.drop(keyOf(who, file));
}
