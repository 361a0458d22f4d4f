/* Words of the navigation, one for each screen in it. */
import type { Words } from '../app/language';

export const w = {} as const satisfies Words;
