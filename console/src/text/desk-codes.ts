/*
 * desk-codes: what the codes of complaints, cases and registers are called.
 *
 * Each is a Record of the generated type, so that a code that the server gains has no name until it
 * is given one here, and the build says so. Fields and words of acts come as plain strings.
 */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

type Complaint = Schemas['Complaint'];
type Case = Schemas['Case'];

export const issues: Record<Complaint['issue'], Pair> = {
  privacy: ['隐私', 'Privacy'],
  deceptive_sale: ['欺诈推销', 'Deceptive sale'],
  malicious_marketing: ['恶意营销', 'Malicious marketing'],
  vague_terms: ['条款不明', 'Vague terms'],
  refund: ['退费', 'Refund'],
  other: ['其他', 'Other'],
};

export const complaintStates: Record<Complaint['status'], Pair> = {
  received: ['待受理', 'received'],
  accepted: ['已受理', 'accepted'],
  refused: ['不予受理', 'refused'],
  withdrawn: ['已撤回', 'withdrawn'],
  joined: ['已合并', 'joined'],
  closed: ['已办结', 'closed'],
};

export const channels: Record<Complaint['channel'], Pair> = {
  portal: ['本人提交', 'portal'],
  paper: ['纸质', 'on paper'],
  api: ['投诉中心', 'complaint centre'],
  csv: ['批量导入', 'imported'],
};

export const complaintClocks: Readonly<Record<string, Pair>> = {
  'cn.clock.samr.accept': ['受理（7 个工作日）', 'Acceptance (7 working days)'],
  'cn.clock.samr.mediate': ['调解（45 个工作日）', 'Mediation (45 working days)'],
  'cn.clock.matchmaker.reply': ['机构答复（3 个工作日）', 'Reply of the agency (3 working days)'],
};

export const rankingReasons: Record<Schemas['RankingReasons'][number], Pair> = {
  'above-average': ['高于平均', 'above average'],
  'same-issue': ['同一事由多件', 'several of one issue'],
  upheld: ['多件属实', 'several upheld'],
  rising: ['上升', 'rising'],
  'after-upheld': ['属实后再犯', 'again after upheld'],
  'slow-reply': ['答复慢', 'slow to reply'],
};

export const trends: Record<NonNullable<Schemas['RankingRow']['trend']>['word'], Pair> = {
  level: ['持平', 'level'],
  rising: ['上升', 'rising'],
  falling: ['下降', 'falling'],
};

export const caseStates: Record<Case['status'], Pair> = {
  open: ['在办', 'open'],
  closed: ['已结', 'closed'],
};

export const sides: Record<Case['side'], Pair> = {
  association: ['行业协会', 'association'],
  authority: ['主管部门', 'authority'],
  respondent: ['当事机构', 'respondent'],
};

export const stages: Record<Case['stages'][number]['stage'], Pair> = {
  intake: ['受理', 'Intake'],
  summons: ['约谈', 'Summons'],
  self_inspection: ['自查', 'Self-inspection'],
  rectification: ['责令改正', 'Correction'],
  inspection: ['现场检查', 'Inspection'],
  outcome: ['处罚·通报·名录', 'Outcome'],
  closed: ['结案', 'Closed'],
};

export const stageStates: Record<Case['stages'][number]['state'], Pair> = {
  done: ['已完成', 'done'],
  skipped: ['略过', 'skipped'],
  open: ['未开始', 'not started'],
};

export const itemStates: Record<Case['items'][number]['state'], Pair> = {
  open: ['整改中', 'open'],
  late: ['逾期', 'late'],
  proven: ['已交证明', 'proven'],
  accepted: ['已核查', 'accepted'],
};

export const paperStates: Record<Schemas['Documents']['documents'][number]['status'], Pair> = {
  issued: ['有效', 'in force'],
  annulled: ['已撤销', 'annulled'],
};

export const matters: Record<Schemas['Dispatch']['matters'][number], Pair> = {
  crime: ['涉嫌犯罪', 'crime'],
  'personal-information': ['个人信息', 'personal information'],
  telecom: ['电信', 'telecom'],
  sector: ['行业主管', 'sector'],
  consumer: ['消费者权益', 'consumer'],
};

export const dispatchStates: Record<Schemas['Dispatch']['status'], Pair> = {
  sent: ['已移送', 'sent'],
  accepted: ['已接收', 'taken on'],
  answered: ['已答复', 'answered'],
  returned: ['已退回', 'returned'],
  disputed: ['管辖争议', 'disputed'],
  designated: ['已指定', 'designated'],
  recalled: ['已收回', 'recalled'],
};

export const registers: Record<Schemas['Listing']['register'], Pair> = {
  abnormal: ['行业异常名录', 'Association’s list'],
  market: ['经营异常名录', 'Market regulator’s list'],
  penalty: ['处罚公示', 'Penalties'],
  criticism: ['通报批评', 'Criticism'],
};

export const listingStates: Record<Schemas['Listing']['status'], Pair> = {
  noticed: ['已告知', 'noticed'],
  listed: ['公示中', 'public'],
  removed: ['已移出', 'removed'],
  withdrawn: ['已撤下', 'withdrawn'],
  expired: ['已到期', 'expired'],
};

/** Fields of acts, as GET /v1/cases/{id}/next names them. */
export const actFields: Readonly<Record<string, Pair>> = {
  text: ['内容', 'Text'],
  place: ['地点', 'Place'],
  reason: ['理由', 'Reason'],
  record: ['笔录（已举行时填写）', 'Record (once it was held)'],
  ground: ['列入理由', 'Ground'],
  exit: ['移出条件', 'Exit'],
  mitigating: ['从轻情节', 'What mitigates'],
  aggravating: ['从重情节', 'What aggravates'],
  defence_answer: ['对申辩的答复', 'What became of the defence'],
  at: ['时间', 'Time'],
  until: ['期限', 'Until'],
  ended_at: ['违法行为结束于', 'The violation ended'],
  officers: ['经办人员', 'Officers'],
  host: ['听证主持人', 'Who hears'],
  draw: ['抽查编号', 'Draw'],
  matters: ['移送事项', 'Matters'],
  follows: ['接续的移送', 'Follows'],
  of: ['撤回什么', 'Of what'],
  step: ['略过的步骤', 'Step that is skipped'],
  measure: ['种类', 'Measure'],
  outcome: ['决定', 'Decision'],
  method: ['送达方式', 'Way of service'],
  party: ['当事人性质', 'Party'],
  violation: ['违法行为', 'Violation'],
  count: ['件数', 'Number of cases'],
  amount_fen: ['金额（元）', 'Amount (yuan)'],
  item: ['整改事项', 'Item'],
  accepted: ['已改正的事项', 'Items corrected'],
  failed: ['未改正的事项', 'Items not corrected'],
  agreed: ['已与对方约定', 'Agreed with them'],
  department: ['部门', 'Department'],
};

/** Words that these fields take, and codes that acts hold. */
export const fieldWords: Readonly<Record<string, Pair>> = {
  fine: ['罚款', 'fine'],
  criticism: ['通报批评', 'public criticism'],
  approved: ['批准', 'approve'],
  rejected: ['驳回', 'reject'],
  'in-person': ['直接送达', 'in person'],
  post: ['邮寄', 'by post'],
  electronic: ['电子', 'electronic'],
  deposit: ['留置', 'deposit'],
  announcement: ['公告', 'announcement'],
  commercial: ['经营性', 'commercial'],
  'non-commercial': ['非经营性', 'non-commercial'],
  publish: ['公示', 'publication'],
  listing: ['名录', 'listing'],
  data_misuse: ['违法使用会员信息', 'misuse of members’ data'],
  fraudulent_service: ['欺诈服务', 'fraudulent service'],
  false_information: ['虚假信息', 'false information'],
  summons: ['约谈', 'summons'],
  self_inspection: ['自查', 'self-inspection'],
  recommend: ['整改建议', 'recommendation'],
  rectification: ['责令改正', 'order to correct'],
  visit: ['走访', 'visit'],
  inspection: ['现场检查', 'inspection'],
  crime: ['涉嫌犯罪', 'crime'],
  'personal-information': ['个人信息', 'personal information'],
  telecom: ['电信', 'telecom'],
  sector: ['行业主管', 'sector'],
  consumer: ['消费者权益', 'consumer'],
  accepted: ['已接收', 'taken on'],
  answered: ['已答复', 'answered'],
  returned: ['已退回', 'returned'],
  'not-competent': ['不属管辖', 'not competent'],
  police: ['公安', 'police'],
  cyberspace: ['网信', 'cyberspace'],
};
