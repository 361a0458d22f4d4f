/* Words of charts. */
import type { Words } from '../app/language';

export const w = {
  asTable: ['以表格查看', 'View as table'],
  asChart: ['以图表查看', 'View as chart'],
  total: ['合计', 'Total'],
  from: ['自', 'From'],
  until: ['至', 'Until'],
  whole: ['全部时段', 'Whole time'],
} as const satisfies Words;
