/*
 * machine: where somebody is in a story.
 *
 * A story is a row of steps, each done once, in order; what a step showed is kept, so that a reload
 * shows it again. Pure: the page keeps the state in the browser's session and the step in the address.
 */
import type { Shown } from './shown';

export interface Progress {
  done: readonly (readonly Shown[])[]; // what the steps showed that are done, in order
  at: number; // the step that is looked at: a done one, or the first that is not
}

export const begin: Progress = { done: [], at: 0 };

/** The step that is looked at was done, and showed this. One done before is done again in its place. */
export function finish(p: Progress, shown: readonly Shown[]): Progress {
  const done = p.at < p.done.length ? p.done.map((d, i) => (i === p.at ? shown : d)) : [...p.done, shown];
  return { done, at: p.at };
}

/** Look at a step; no further than the first that is not done. */
export function goTo(p: Progress, step: number, steps: number): Progress {
  const last = Math.min(p.done.length, steps - 1);
  return { ...p, at: Math.min(Math.max(0, Math.trunc(step) || 0), last) };
}

export function isDone(p: Progress, step: number): boolean {
  return step < p.done.length;
}

export function isOver(p: Progress, steps: number): boolean {
  return p.done.length >= steps;
}

/** From what the browser kept; anything else begins anew. */
export function restore(text: string | null, steps: number): Progress {
  try {
    const p = JSON.parse(text ?? '') as Partial<Progress>;
    if (!Array.isArray(p.done) || p.done.length > steps || !p.done.every(Array.isArray)) return begin;
    return goTo({ done: p.done, at: 0 }, p.at ?? 0, steps);
  } catch {
    return begin;
  }
}
