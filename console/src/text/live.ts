/* Words of what goes on: verdicts by the minute. */
import type { Words } from '../app/language';

export const w = {
  perMinute: ['每分钟的判定', 'Verdicts by the minute'],
  minute: ['分钟', 'Minute'],
  summary: [
    '最近一小时 {calls} 次呼叫：放行 {allow}，提醒 {remind}，警示 {warn}，拦截 {block}。昨天同一时段 {before} 次。',
    'In the last hour {calls} {calls|call|calls}: {allow} allowed, {remind} reminded, {warn} warned, {block} blocked. In the same hour yesterday {before}.',
  ],
  now: ['最近一小时', 'The last hour'],
  yesterday: ['昨天同时段 {n}', '{n} in that hour yesterday'],
  latency: ['应答用时', 'Time to answer'],
  latencyNote: ['中位数；95% 在 {p95} 以内', 'median; 95 % within {p95}'],
  noLatency: ['最近几分钟没有呼叫', 'no call in the last minutes'],
  reasons: ['最常见的理由', 'The most frequent reasons'],
  reason: ['理由', 'Reason'],
  calls: ['呼叫', 'Calls'],
  who: ['运营商、监管部门和线路所属单位', 'carriers, authorities, and whose lines they are'],
  ms: ['{n} 毫秒', '{n} ms'],
} as const satisfies Words;
