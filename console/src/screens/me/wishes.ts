/* wishes: what she does not want to be called about, as presets and as a question of "refused or not". */
import type { Schemas } from '../../api/client';

export type Wishes = Schemas['Preferences'];
export type Preset = 'lawful' | 'matchmaker' | 'none';

export function toggle(list: readonly string[], item: string, on: boolean): string[] {
  return on ? [...list.filter((x) => x !== item), item] : list.filter((x) => x !== item);
}

/** Is a sector refused, by its own name or with all others? */
export const refuses = (wishes: Wishes, sector: string): boolean =>
  wishes.sectors.includes('*') || wishes.sectors.includes(sector);

/** "*" is every sector, also one that comes later; to leave one out names the others. */
export function refuse(wishes: Wishes, sectors: readonly string[], sector: string, on: boolean): Wishes {
  const now = wishes.sectors.includes('*') ? [...sectors] : wishes.sectors;
  return { ...wishes, sectors: toggle(now, sector, on) };
}

export function preset(wishes: Wishes, sectors: readonly string[], which: Preset): Wishes {
  switch (which) {
    case 'lawful':
      return { ...wishes, sectors: [], classes: [], hours: [] };
    case 'matchmaker':
      return { ...wishes, sectors: sectors.filter((s) => s !== 'matchmaking'), hours: ['10:00-20:00'] };
    case 'none':
      return { ...wishes, sectors: ['*'], hours: [] };
  }
}

/** The lists of `to` that are others than those of `from`. */
export function changes(from: Wishes, to: Wishes): Partial<Wishes> {
  return Object.fromEntries(
    Object.entries(to).filter(([list, items]) => items !== from[list as keyof Wishes]),
  );
}

/** Half-open, on the same day; "24:00" ends it. */
export function isWindow(from: string, until: string): boolean {
  const time = /^([01]\d|2[0-3]):[0-5]\d$/;
  return time.test(from) && (until === '24:00' || time.test(until)) && from < until;
}

/** A number as lists hold it, as people read it; an organisation's id stays. */
export function shownNumber(item: string): string {
  const chinese = /^86(1\d{2})(\d{4})(\d{4})$/.exec(item);
  if (chinese) return `${chinese[1]} ${chinese[2]} ${chinese[3]}`;
  if (/^86\d{9,}$/.test(item)) return `0${item.slice(2)}`;
  if (/^86\d{3,8}$/.test(item)) return item.slice(2);
  return /^\d{7,}$/.test(item) ? `+${item}` : item;
}
