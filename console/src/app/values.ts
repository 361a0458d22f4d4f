/*
 * values: what an entry of the rule pack holds beyond its head, as lines that people read.
 *
 * The pack has some eighteen kinds of entries, and gets more: so the shape is read, not listed.
 */
const HEAD = new Set([
  'id',
  'kind',
  'title',
  'basis',
  'citation',
  'label',
  'changed_by',
  'evidence',
  'from',
  'until',
  'text',
  'origin',
]);

export type Line = readonly [key: string, value: string];

function isObject(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

/** Seconds as "3 d", "90 min"; keys that end in _s are spans. */
function span(s: number): string {
  if (s % 86_400 === 0) return `${s / 86_400} d`;
  if (s % 3600 === 0) return `${s / 3600} h`;
  return s % 60 === 0 ? `${s / 60} min` : `${s} s`;
}

function put(lines: Line[], key: string, value: unknown): void {
  if (value === null || value === undefined || value === '') return;
  if (Array.isArray(value)) {
    if (value.every((v) => !isObject(v))) {
      if (value.length > 0) lines.push([key, value.join(' · ')]);
    } else for (const [i, v] of value.entries()) put(lines, `${key} ${i + 1}`, v);
  } else if (isObject(value)) {
    for (const [k, v] of Object.entries(value)) put(lines, `${key} · ${k}`, v);
  } else if (typeof value === 'number' && /_s$/.test(key)) lines.push([key.replace(/_s$/, ''), span(value)]);
  else if (typeof value === 'number' && /_fen$/.test(key))
    lines.push([key.replace(/_fen$/, ''), `¥${(value / 100).toLocaleString('en')}`]);
  else lines.push([key, String(value)]);
}

export function valuesOf(rule: Readonly<Record<string, unknown>>): readonly Line[] {
  const lines: Line[] = [];
  for (const [key, value] of Object.entries(rule)) if (!HEAD.has(key)) put(lines, key, value);
  return lines;
}
