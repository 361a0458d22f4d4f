/* Addresses of the screens in this folder; their code comes when the first of them is opened. */
import type { Screen } from '../../app/screen';

export const carrier: readonly Screen[] = [];
