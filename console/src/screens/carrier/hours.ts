/* hours: calls of a week by weekday and hour, beside the hours in which they are permitted. */
export interface Hour {
  weekday: number; // 0: Monday
  hour: number;
  calls: number;
  blocked: number;
  permitted: 'all' | 'part' | 'none';
}

function minutes(clock: string): number {
  const [h, m] = clock.split(':').map(Number);
  return (h ?? 0) * 60 + (m ?? 0);
}

/** How much of an hour lies in the windows, "09:00-12:00", which are half-open and do not touch. */
export function permittedIn(hour: number, windows: readonly string[]): Hour['permitted'] {
  let inside = 0;
  for (const window of windows) {
    const [from, until] = window.split('-');
    const start = Math.max(minutes(from ?? ''), hour * 60);
    const end = Math.min(minutes(until ?? ''), hour * 60 + 60);
    inside += Math.max(0, end - start);
  }
  return inside === 0 ? 'none' : inside >= 60 ? 'all' : 'part';
}

export function hoursOf(
  calls: readonly (readonly number[])[],
  blocked: readonly (readonly number[])[],
  windows: readonly string[],
): Hour[] {
  return calls.flatMap((day, weekday) =>
    day.map((n, hour) => ({
      weekday,
      hour,
      calls: n,
      blocked: blocked[weekday]?.[hour] ?? 0,
      permitted: permittedIn(hour, windows),
    })),
  );
}

/** Calls in hours that are not permitted at all, and how many of them did not ring. */
export function outside(hours: readonly Hour[]): { calls: number; blocked: number } {
  const late = hours.filter((h) => h.permitted === 'none');
  return {
    calls: late.reduce((n, h) => n + h.calls, 0),
    blocked: late.reduce((n, h) => n + h.blocked, 0),
  };
}

/** Shade 0 to 4 of a count among the others. */
export function shade(n: number, most: number): number {
  return n === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((n / most) * 4));
}
