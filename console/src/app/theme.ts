/* theme: light, dark, or as the system has it; kept by the browser. */
import { signal } from '@preact/signals';
import { forGood } from './storage';

export type Theme = 'auto' | 'light' | 'dark';
const KEY = 'menshen.theme';

function stored(): Theme {
  const kept = forGood.get(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export const theme = signal<Theme>(stored());

export function applyTheme(to: Theme): void {
  theme.value = to;
  if (to === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
  forGood.set(KEY, to);
}
