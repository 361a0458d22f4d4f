/* Topics of webhooks, what becomes of an attempt, and how a webhook stands; a new one is a compile
 * error. */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';
import type { Tone } from '../parts/chip';

export type Topic = Schemas['Topic'];
export type State = Schemas['Webhook']['state'];
export type Outcome = Schemas['WebhookOutcome'];

export const topics: Readonly<Record<Topic | 'ping', Pair>> = {
  appeal: ['申诉', 'appeals'],
  bar: ['从业限制', 'bars of practitioners'],
  binding: ['中间号', 'relay numbers'],
  campaign: ['外呼活动', 'campaigns'],
  case: ['案件', 'cases'],
  certificate: ['执业证书', 'certificates'],
  clock: ['法定期限', 'deadlines'],
  complaint: ['投诉', 'complaints'],
  consent: ['同意', 'consents'],
  'consent-request': ['征求同意', 'requests for consent'],
  contract: ['合同', 'contracts'],
  correction: ['更正', 'corrections'],
  dispatch: ['移送', 'dispatches'],
  document: ['公文', 'official papers'],
  draw: ['抽查', 'draws'],
  exam: ['考试', 'exams'],
  inbox: ['收件箱', 'the inbox'],
  introduction: ['引见', 'introductions'],
  line: ['线路', 'lines'],
  listing: ['名录', 'registers'],
  member: ['会员', 'members'],
  notice: ['告知', 'notices'],
  opening: ['封存资料的调取', 'openings of sealed data'],
  order: ['命令', 'orders'],
  organisation: ['机构', 'organisations'],
  ping: ['测试', 'ping'],
  pool: ['资源池设置', 'settings of pools'],
  range: ['号段', 'number ranges'],
  report: ['举报', 'reports'],
  restraint: ['限制措施', 'restraints'],
  staff: ['人员', 'staff'],
  stop: ['账号停用', 'stopped accounts'],
  takedown: ['下架', 'takedowns'],
  trace: ['溯源', 'traces'],
};

export const states: Readonly<Record<State, readonly [tone: Tone, word: Pair]>> = {
  active: ['success', ['推送中', 'posting']],
  waiting: ['warning', ['等待重试', 'tries again']],
  paused: ['neutral', ['已暂停', 'paused']],
  gone: ['danger', ['已停止：地址答复 410', 'stopped: its address answered 410']],
  'given-up': ['danger', ['已停止：三天内十次都失败', 'stopped: ten attempts in three days failed']],
};

export const outcomes: Readonly<Record<Outcome, readonly [tone: Tone, word: Pair]>> = {
  delivered: ['success', ['已收下', 'taken']],
  refused: ['danger', ['被拒绝', 'refused']],
  timeout: ['danger', ['15 秒内没有答复', 'no answer within 15 s']],
  unreachable: ['danger', ['连接不上，或证书无效', 'no connection, or a bad certificate']],
  'unknown-name': ['danger', ['域名无法解析', 'its name is not known']],
  'not-public': ['danger', ['域名指向内部地址', 'its name is of an address that is not public']],
  'too-long': ['danger', ['答复超过 64 KiB', 'an answer over 64 KiB']],
};
