/* Words of the sample city's bar. */
import type { Words } from '../app/language';

export const w = {
  demo: ['样例城市', 'Sample city'],
  allMadeUp: ['全部内容均为虚构。', 'Everything here is made up.'],
  clock: ['时钟 {time}', 'Clock {time}'],
  hour: ['+1 小时', '+1 hour'],
  dayOn: ['+1 天', '+1 day'],
  workingDay: ['+1 工作日', '+1 working day'],
  seat: ['换个角色', 'Be somebody else'],
  stories: ['引导', 'Stories'],
  diskFull: ['磁盘已满，点此腾出空间', 'Disk full: make room'],
} as const satisfies Words;
