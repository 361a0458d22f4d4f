/*
 * clock: what time it is for the server, which judges every deadline; the browser's own may be wrong,
 * and a sample city's is ahead.
 */
const SAME_MS = 60_000; // an answer is under way for a while, and its Date is of whole seconds

let ahead = 0;

/** The header of an answer that came just now. */
export function heardDate(header: string | null): void {
  const at = Date.parse(header ?? '');
  if (Number.isNaN(at)) return;
  const by = at - Date.now();
  ahead = Math.abs(by) < SAME_MS ? 0 : by;
}

export function now(): Date {
  return new Date(Date.now() + ahead);
}
