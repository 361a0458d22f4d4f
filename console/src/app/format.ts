/* format: dates, spans, numbers and money as people write them; always Shanghai's time. */
import { now } from './clock';
import { language } from './language';

const ZONE = 'Asia/Shanghai';

function locale(): string {
  return language.value === 'zh' ? 'zh-CN' : 'en-GB';
}

/** 2026年11月21日 / 21 Nov 2026 */
export function day(at: string | Date): string {
  return new Intl.DateTimeFormat(locale(), {
    timeZone: ZONE,
    year: 'numeric',
    month: language.value === 'zh' ? 'long' : 'short',
    day: 'numeric',
  }).format(new Date(at));
}

/** The last day of what ends at a midnight. */
export function lastDay(until: string): string {
  return day(new Date(Date.parse(until) - 1));
}

/** 18:29 */
export function time(at: string | Date): string {
  return new Intl.DateTimeFormat(locale(), {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));
}

/** 2026年11月21日 18:29 / 21 Nov 2026, 18:29 */
export function moment(at: string | Date): string {
  return `${day(at)}${language.value === 'zh' ? ' ' : ', '}${time(at)}`;
}

/** 2026-11-21, for inputs and sorting. */
export function isoDay(at: string | Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(new Date(at));
}

/** The part of an id that people can read to each other. */
export function short(id: string): string {
  return id
    .slice(id.indexOf('_') + 1)
    .slice(0, 8)
    .toUpperCase();
}

export function count(n: number): string {
  return new Intl.NumberFormat(locale()).format(n);
}

export function percent(share: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** 甲、乙 / A, B */
export function listed(items: readonly string[]): string {
  return items.join(language.value === 'zh' ? '、' : ', ');
}

/** Money is kept in fen. ¥45,000 or ¥45,000.50 */
export function yuan(fen: number): string {
  return new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: fen % 100 === 0 ? 0 : 2,
  }).format(fen / 100);
}

/** Whole calendar days in Shanghai from now to then; negative when past. */
export function daysUntil(at: string | Date, from: Date = now()): number {
  return Math.round((Date.parse(isoDay(at)) - Date.parse(isoDay(from))) / 86_400_000);
}

/** Whole hours and the minutes beyond them. */
export function duration(seconds: number): { hours: number; minutes: number } {
  const minutes = Math.round(seconds / 60);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
