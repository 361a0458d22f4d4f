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
  ...matters,
  accepted: ['已接收', 'taken on'],
  answered: ['已答复', 'answered'],
  returned: ['已退回', 'returned'],
  'not-competent': ['不属管辖', 'not competent'],
  police: ['公安', 'police'],
  cyberspace: ['网信', 'cyberspace'],
};

/** Why an act is refused or not lawful yet, as the server's `reason` and `code` name it. */
export const actNos: Readonly<Record<string, Pair>> = {
  'not-authority': ['只有主管部门可以做', 'only an authority does this'],
  'not-association': ['只有行业协会可以做', 'only an association does this'],
  'not-approver': ['由审批人决定', 'an approver decides'],
  'two-officers': ['至少写明两名不同的经办人员', 'name at least two different officers'],
  'place-missing': ['请写明地点', 'say where'],
  'text-missing': ['请写明内容', 'say what it is about'],
  'date-past': ['时间应当在以后', 'the time must lie ahead'],
  'date-ahead': ['只能登记已经发生的事', 'only what has happened is entered'],
  'not-agreed': ['走访须事先约定', 'an association visits as agreed'],
  items: ['请写明整改事项和各自的期限', 'name the items, each with a date ahead'],
  'ground-missing': ['请写明列入理由', 'say on which ground it is listed'],
  'exit-missing': ['请写明移出条件', 'say what has it removed again'],
  'reason-missing': ['请写明理由，至少七个汉字', 'give a reason of at least 20 letters'],
  amount: ['请写明缴了多少', 'say how much was paid'],
  'fine-out-of-range': ['金额不在法定幅度之内', 'the amount is outside of what the law sets'],
  'fined-before': ['同一违法行为已经罚过', 'the same violation has been fined'],
  'host-missing': [
    '请写明听证的时间、地点和主持人；举行后填写笔录',
    'say when, where and before whom; or afterwards the record',
  ],
  'other-draw': ['检查人员不是这次抽查抽中的', 'the officers are not those of the draw'],
  'unknown-officer': ['经办人员须是本单位人员', 'officers are staff of your organisation'],
  'case-closed': ['案件已结', 'the case is closed'],
  'accept-first': ['尚未立案', 'the case is not filed yet'],
  'accepted-already': ['已经立案', 'the case is filed already'],
  'authority-leads': ['已由主管部门立案主办', 'an authority has filed the case and leads it'],
  'summons-first': ['尚未约谈；也可以写明理由略过', 'no summons yet; or skip it with a reason'],
  'self-inspection-first': [
    '尚未要求自查；也可以写明理由略过',
    'no self-inspection yet; or skip it with a reason',
  ],
  'order-first': ['尚未要求改正；也可以写明理由略过', 'nothing was ordered yet; or skip it with a reason'],
  'order-running': ['整改期限未到，也没有全部提交证明', 'the dates lie ahead, and not all is proven'],
  'inspection-first': [
    '尚未检查发现；也可以写明理由略过',
    'nothing was found on site; or skip it with a reason',
  ],
  'finding-first': ['尚无发现：走访、检查，或者逾期的整改', 'nothing was found yet'],
  'notice-first': ['尚未告知拟作的处罚', 'no notice of such a penalty was given'],
  'window-open': [
    '当事人还可以陈述申辩、要求听证',
    'the respondent may still defend itself and ask for a hearing',
  ],
  'window-over': ['要求听证的日子已过', 'the days to ask for a hearing are over'],
  'hearing-asked': ['已经要求听证', 'a hearing has been asked for'],
  'hearing-not-asked': ['没有待举行的听证', 'no hearing is due'],
  'hearing-first': ['已要求听证，尚未举行', 'a hearing was asked for and is not held'],
  'hearing-too-soon': ['听证须提前七个工作日通知', 'a hearing is announced seven working days before'],
  'hearing-ahead': ['听证未通知，或者还没到', 'the hearing was not announced, or lies ahead'],
  'host-investigated': ['办过本案的人不主持听证', 'who has worked on the case does not hear it'],
  'too-late': ['立案九十日内作出决定', 'a penalty is decided within ninety days'],
  'time-barred': ['违法行为终了已超过追责时效', 'the violation ended too long ago'],
  'heavier-than-noticed': ['不得重于告知的内容；请重新告知', 'heavier than the notice says; give a new one'],
  'defence-unanswered': ['当事人已申辩，请答复', 'say what became of the defence'],
  'penalty-first': ['没有待决定的拟定', 'no draft waits for a decision'],
  'second-person': ['拟定人或者告知人不能自己决定', 'who drafted it does not decide it'],
  'date-back': ['时间早于在先的步骤', 'it lies before what has to come first'],
  'decided-already': ['已经决定；同一行为不罚两次', 'a penalty was decided; the same is not fined twice'],
  undecided: ['有一份拟定等待决定', 'a draft waits for a decision'],
  'decision-first': ['尚未作出处罚决定', 'no penalty was decided'],
  'served-already': ['决定已送达', 'the decision has been served'],
  'service-first': ['决定尚未送达', 'the decision has not been served'],
  'settled-already': ['罚款已缴清', 'the fine is paid'],
  'nothing-to-publish': ['没有可以公示的；警告不公示', 'nothing to publish; a mere warning is not'],
  'nothing-public': ['本案没有公示或者列入的内容', 'nothing of this case is published or listed'],
  'listed-already': ['已经列入', 'it is listed already'],
  'never-skipped': ['这一步保护当事人，不能略过', 'this protects the respondent'],
  'nothing-to-skip': ['不是接下来的步骤', 'it is no step that comes next'],
  'still-open': [
    '还有未完成的事项、未缴的罚款或者未接收的移送；请写明结案理由',
    'something is open: give the reason why it is closed',
  ],
  'items-full': ['一案的整改事项已满', 'as many items as one case may have'],
  'no-such-item': ['没有这一项', 'there is no such item'],
  'nothing-addressed': ['没有待当事人处理的', 'nothing waits for the respondent'],
};

/** Why an organisation is not in a draw's list (DRAW_REASONS of src/desk/draw_kept.h). */
export type Exclusion = 'inspected' | 'closed' | 'investigated' | 'joint' | 'other-kind';
export const exclusions: Readonly<Record<Exclusion, Pair>> = {
  inspected: ['近期已检查', 'inspected lately'],
  closed: ['已停业或注销', 'closed down'],
  investigated: ['已立案调查', 'under investigation'],
  joint: ['纳入联合检查', 'inspected jointly with others'],
  'other-kind': ['不属于本次计划', 'not of this plan’s kind'],
};
