/* inputs: dates and times as the browser's inputs hold them; they are Shanghai's. */
import { now } from './clock';
import { isoDay } from './format';

const YEAR_MS = 365 * 86_400_000;

/** Of a date and time input, which leaves out seconds that are none. */
export function instant(local: string): string {
  return `${local.length === 16 ? `${local}:00` : local}+08:00`;
}

/** "2026-11-21T18:29"; empty: it is no time. */
export function local(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? '' : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);
}

/** Of a date input: its last second. */
export function endOfDay(day: string): string {
  return `${day}T23:59:59+08:00`;
}

/** The day that is proposed for the end of a consent. */
export function inAYear(): string {
  return isoDay(new Date(now().getTime() + YEAR_MS));
}
