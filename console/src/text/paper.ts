/* Words of links to documents. */
import type { Words } from '../app/language';

export const w = {
  newTab: ['（在新标签页打开，可打印）', '(opens in a new tab, to print)'],
} as const satisfies Words;
