/* What the API's codes of lines, reports, traces and removals are called. */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

type Table<K extends string> = Readonly<Record<K, Pair>>;
type Loose = Readonly<Record<string, Pair>>; // where the API says only "string"

export const orderActs: Table<Schemas['DeskOrder']['act']> = {
  restrict: ['限制', 'Restrict'],
  suspend: ['暂停', 'Suspend'],
  close: ['关停', 'Close'],
  restore: ['恢复', 'Restore'],
};
export const orderEffects: Table<Schemas['DeskOrder']['act']> = {
  restrict: ['停止其商业呼叫，其他呼叫照常', 'its commercial calls stop, others go on'],
  suspend: ['停止其全部呼叫，直至到期或恢复', 'every call stops until the end or a restore'],
  close: ['永久停止其全部呼叫', 'every call stops for good'],
  restore: ['先前的措施即刻解除', 'what was ordered before ends at once'],
};
export const statuses: Loose = {
  active: ['启用', 'active'],
  draft: ['待审批', 'awaits approval'],
  inactive: ['未启用', 'inactive'],
  paused: ['已暂缓', 'paused'],
  suspended: ['已暂停', 'suspended'],
  closed: ['已关停', 'closed'],
  ended: ['已结束', 'ended'],
};
export const purposes: Loose = {
  marketing: ['营销', 'marketing'],
  service: ['服务', 'service'],
  person: ['个人', 'persons'],
  relay: ['中继', 'relay'],
  interconnect: ['网间互联', 'interconnect'],
  international: ['国际', 'international'],
};
export const uses: Loose = {
  person: ['个人', 'persons'],
  service: ['服务', 'service'],
  marketing: ['营销', 'marketing'],
  emergency: ['紧急', 'emergency'],
  relay: ['中继', 'relay'],
};
export const numberClasses: Table<Schemas['NumberPage']['class']> = {
  mobile: ['手机', 'mobile'],
  fixed: ['固定电话', 'fixed'],
  '95': ['95 号码', '95 number'],
  '96': ['96 号码', '96 number'],
  '400': ['400 号码', '400 number'],
  '1010': ['1010 号码', '1010 number'],
  short: ['短号码', 'short code'],
  emergency: ['紧急号码', 'emergency'],
  international: ['国际号码', 'international'],
  malformed: ['不成号码', 'malformed'],
};
export const documents: Table<Schemas['LinePapers']['documents'][number]['kind']> = {
  licence: ['营业执照或许可证', 'licence'],
  permit: ['业务许可', 'permit'],
  'number-certificate': ['码号使用证书', 'number certificate'],
  filing: ['备案', 'filing'],
  plan: ['外呼方案', 'calling plan'],
};
export const clauses: Table<'frequency-limit' | 'reporting' | 'handling'> = {
  'frequency-limit': ['频次限制条款', 'frequency clause'],
  reporting: ['报送条款', 'reporting clause'],
  handling: ['处置条款', 'handling clause'],
};
export const weekdays: readonly Pair[] = [
  ['周一', 'Mon'],
  ['周二', 'Tue'],
  ['周三', 'Wed'],
  ['周四', 'Thu'],
  ['周五', 'Fri'],
  ['周六', 'Sat'],
  ['周日', 'Sun'],
];

export const reportKinds: Table<Schemas['Report']['kind']> = {
  marketing: ['营销', 'marketing'],
  malicious: ['恶意骚扰', 'malicious'],
  fraud: ['涉诈', 'fraud'],
  bombing: ['“呼死你”', 'call bombing'],
  spoof: ['改号', 'spoofed'],
};
export const reportStates: Table<Schemas['Report']['status']> = {
  waiting: ['核对中', 'being matched'],
  counted: ['计入', 'counts'],
  lead: ['线索', 'lead'],
  untrue: ['不实', 'untrue'],
};
export const reportGrounds: Table<NonNullable<Schemas['Report']['ground']>> = {
  'no-call': ['无此来电记录', 'no such call on record'],
  'too-late': ['超过举报期限', 'too late'],
  repeated: ['重复举报', 'reported before'],
  'daily-number': ['超过当日数量', 'more than a day’s number'],
  untrue: ['查证不实', 'found untrue'],
};
export const reportStages: Table<Schemas['Report']['stage']> = {
  received: ['已收到', 'received'],
  forwarded: ['已转交企业', 'forwarded'],
  answered: ['企业已答复', 'answered'],
  told: ['已告知举报人', 'told'],
};
export const reportActs: Table<Schemas['ReportAct']['kind']> = {
  forward: ['转交企业', 'Forward to the firm'],
  answer: ['记录企业答复', 'Enter the firm’s answer'],
  tell: ['告知举报人', 'Tell who reported'],
  untrue: ['认定不实', 'Find it untrue'],
  triage: ['重新定性', 'Take it for another kind'],
};
export const pauseGrounds: Table<Schemas['CampaignPause']['ground']> = {
  refusals: ['拒绝率过高', 'too many refusals'],
  reports: ['举报率过高', 'too many reports'],
};
export const restraintKinds: Table<Schemas['Restraint']['kind']> = {
  review: ['复核', 'review'],
  cap: ['停止商业呼叫', 'commercial calls stopped'],
  commercial: ['按商业线路对待', 'treated as commercial'],
};
export const restraintStates: Table<Schemas['Restraint']['status']> = {
  open: ['自动生效，待复核', 'by itself, awaits review'],
  confirmed: ['已确认', 'confirmed'],
  lifted: ['已解除', 'lifted'],
};

export const traceStates: Table<Schemas['Trace']['status']> = {
  open: ['追查中', 'under way'],
  found: ['已找到源头', 'source found'],
  lost: ['未能找到', 'not found'],
};
export const hopStates: Table<Schemas['TraceHop']['status']> = {
  asked: ['已询问', 'asked'],
  answered: ['已答复', 'answered'],
  overdue: ['逾期未答', 'overdue'],
  refused: ['拒绝答复', 'refused'],
  unknown: ['查无记录', 'not known'],
};
export const traceWhys: Loose = {
  'no-record': ['该运营商无此来电记录', 'no record of such a call'],
  'no-address': ['不知向何处询问', 'nobody knows where to ask'],
  'previous-not-named': ['中继未登记上游', 'the trunk names nobody behind it'],
  loop: ['答复成环', 'the answer leads in a circle'],
  'another-time': ['答复的时间不符', 'another time was answered'],
  malformed: ['答复格式有误', 'the answer is malformed'],
  'another-call': ['答复的是另一通电话', 'another call was answered'],
  unproven: ['答复没有日志凭证', 'no receipt proves the answer'],
  'too-many-hops': ['超过八跳', 'more than eight hops'],
  denied: ['拒绝答复', 'denied'],
  'another-question': ['凭据另有所用', 'the token is for another question'],
  'no-answer': ['三十日未答复', 'no answer in thirty days'],
};
export const spanWords: readonly Pair[] = [
  ['1 小时内', 'within 1 hour'],
  ['6 小时内', 'within 6 hours'],
  ['24 小时内', 'within 24 hours'],
  ['3 天内', 'within 3 days'],
  ['更久', 'longer'],
];
export const noticeGrounds: readonly (readonly [string, Pair])[] = [
  ['cn.call.caller-authentication', ['主叫未经授权', 'caller not authorised']],
  ['cn.call.number-use', ['号码用途不符', 'number used otherwise than permitted']],
  ['cn.watch.behaviour', ['呼叫行为异常', 'behaviour of a nuisance caller']],
];

export const takedownKinds: Table<Schemas['Takedown']['kind']> = {
  software: ['软件', 'software'],
  device: ['设备', 'device'],
  listing: ['信息', 'listing'],
};
export const takedownStates: Table<Schemas['Takedown']['status']> = {
  ordered: ['已下达', 'ordered'],
  received: ['平台已签收', 'received'],
  removed: ['已下架', 'removed'],
  refused: ['平台拒绝', 'refused'],
  reappeared: ['再次出现', 'reappeared'],
};
export const takedownActs: Table<Schemas['TakedownAnswer']['act']> = {
  received: ['签收', 'Receive'],
  removed: ['已下架', 'Removed'],
  refused: ['拒绝', 'Refuse'],
};
export const appealStates: Table<Schemas['Appeal']['status']> = {
  open: ['待处理', 'open'],
  upheld: ['支持', 'upheld'],
  rejected: ['驳回', 'rejected'],
};
