/* Words of the navigation, one for each screen in it. */
import type { Words } from '../app/language';

export const w = {
  complaints: ['投诉受理与排名', 'Complaints & ranking'],
  cases: ['案件', 'Cases'],
  inspections: ['检查', 'Inspections'],
  registers: ['名录', 'Registers'],
  screening: ['呼叫筛查', 'Screening'],
  lines: ['号码·线路·外呼', 'Numbers & lines'],
  reports: ['举报·溯源·下架', 'Reports & removal'],
  pools: ['会员池', 'Pools'],
  compliance: ['门店合规', 'Compliance'],
  settings: ['设置', 'Settings'],
  myData: ['我的信息', 'My data'],
  myCalls: ['我的来电', 'My calls'],
  myComplaints: ['我的投诉', 'My complaints'],
  myReceipt: ['核对回执', 'Check a receipt'],
} as const satisfies Words;
