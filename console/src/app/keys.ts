/*
 * keys: shortcuts, shown by "?" and switched off in its dialog (WCAG 2.1.4).
 *
 * A screen registers its own with useKey; "g p" is two keys within a second and a half. Nothing fires
 * while something is being typed, but Escape.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Pair } from './language';
import { forGood } from './storage';

interface Shortcut {
  keys: string;
  what: Pair;
  run: () => void;
}

const OFF = 'menshen.no-keys';
const PAUSE_MS = 1500;

export const shortcuts = signal<readonly Shortcut[]>([]);
export const keysOn = signal(forGood.get(OFF) !== '1');

export function setKeys(on: boolean): void {
  keysOn.value = on;
  if (on) forGood.drop(OFF);
  else forGood.set(OFF, '1');
}

export function useKey(keys: string, what: Pair, run: () => void): void {
  useEffect(() => {
    const mine: Shortcut = { keys, what, run };
    shortcuts.value = [...shortcuts.value, mine];
    return () => {
      shortcuts.value = shortcuts.value.filter((s) => s !== mine);
    };
  }, [keys, what, run]);
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

let before = '';
let beforeAt = 0;

export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const two = event.timeStamp - beforeAt < PAUSE_MS ? `${before} ${event.key}` : '';
    // The one registered last is that of what is on top.
    const found =
      shortcuts.value.findLast((s) => s.keys === two) ??
      shortcuts.value.findLast((s) => s.keys === event.key);
    before = event.key;
    beforeAt = event.timeStamp;
    if (!found) return;
    event.preventDefault();
    before = '';
    found.run();
  });
}
