/* Words of the navigation, one for each screen in it. */
import type { Words } from '../app/language';

export const w = {
  complaints: ['投诉受理与排名', 'Complaints & ranking'],
  cases: ['案件', 'Cases'],
  inspections: ['检查', 'Inspections'],
  registers: ['名录', 'Registers'],
} as const satisfies Words;
