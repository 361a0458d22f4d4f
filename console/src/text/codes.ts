/*
 * codes: what the API's codes are called, one table an enum of the API.
 *
 * Each is a Record of the generated type, so that a code that the server gains has no name until it
 * is given one here, and the build says so.
 */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

export type Verdict = 'allow' | 'remind' | 'warn' | 'block';

export const verdicts: Readonly<Record<Verdict, Pair>> = {
  allow: ['放行', 'allow'],
  remind: ['提醒', 'remind'],
  warn: ['警示', 'warn'],
  block: ['拦截', 'block'],
};

export const labels: Readonly<Record<Schemas['RuleHead']['label'], Pair>> = {
  law: ['法律法规', 'law'],
  platform: ['行业或平台规则', 'rule of the trade or platform'],
  design: ['门神的选择', 'menshen’s own choice'],
};

export const makers: Readonly<Record<Schemas['RuleHead']['changed_by'], Pair>> = {
  legislator: ['立法机关', 'the legislator'],
  platform: ['行业协会或平台', 'the association or platform'],
  host: ['本系统的运行者（通过规则包）', 'whoever runs this gate, by a rule pack'],
};

export const organisationKinds: Readonly<Record<Schemas['Setup']['organisation']['kind'], Pair>> = {
  agency: ['婚介机构', 'matchmaking agency'],
  enterprise: ['企业', 'enterprise'],
  call_centre: ['呼叫中心', 'call centre'],
  carrier: ['运营商', 'carrier'],
  platform: ['平台', 'platform'],
  media: ['媒体', 'media'],
  association: ['行业协会', 'trade association'],
  authority: ['主管部门', 'authority'],
};

export const positions: Readonly<Record<Schemas['StaffNew']['role'], Pair>> = {
  sales: ['顾问', 'matchmaker'],
  manager: ['经理', 'manager'],
  compliance: ['合规', 'compliance'],
  officer: ['经办人', 'officer'],
  approver: ['审批人', 'approver'],
  examiner: ['考官', 'examiner'],
  auditor: ['审计员', 'auditor'],
  operator: ['操作员', 'operator'],
};

/** What somebody is signed in as: a position, or the person herself. */
export const roles: Readonly<Record<string, Pair>> = { ...positions, person: ['本人', 'person'] };

export const staffStatuses: Readonly<Record<Schemas['Staff']['status'], Pair>> = {
  active: ['在职', 'active'],
  suspended: ['停用', 'suspended'],
  left: ['离职', 'has left'],
  closed: ['已关闭', 'closed'],
};

export const certificateStates: Readonly<Record<Schemas['PublicCertificate']['status'], Pair>> = {
  valid: ['有效', 'valid'],
  expired: ['已过期', 'expired'],
  suspended: ['已暂停', 'suspended'],
  revoked: ['已吊销', 'revoked'],
};

/** What a complaint is about, as bodies and agencies call it; who complains reads me-codes. */
export const issues: Readonly<Record<Schemas['Complaint']['issue'], Pair>> = {
  privacy: ['隐私', 'Privacy'],
  deceptive_sale: ['欺骗性销售', 'Deceptive selling'],
  malicious_marketing: ['恶意营销', 'Malicious marketing'],
  vague_terms: ['条款不明', 'Vague terms'],
  refund: ['退费', 'Refund'],
  other: ['其他', 'Other'],
};

export const caseStates: Readonly<Record<Schemas['Case']['status'], Pair>> = {
  open: ['在办', 'open'],
  closed: ['已结', 'closed'],
};

export const scopes: Readonly<Record<Schemas['Scope'], Pair>> = {
  call: ['来电查询', 'ask about calls'],
  replay: ['按其他时间或试问', 'ask at other times, or dry'],
  explain: ['读取记录与证明', 'read records and proofs'],
  metrics: ['读取运行指标', 'read metrics'],
  audit: ['读取日志条目', 'read the log’s entries'],
  look: ['查看会员资料', 'look at members’ data'],
  members: ['会员业务', 'work on members'],
  me: ['本人事务', 'a person’s own'],
  registry: ['人员与证书', 'staff and certificates'],
  desk: ['投诉、案件与名录', 'complaints, cases, registers'],
  reports: ['录入投诉与举报', 'enter complaints and reports'],
};

export const ruleKinds: Readonly<Record<Schemas['RuleHead']['kind'], Pair>> = {
  rule: ['判断规则', 'rules'],
  sector: ['行业', 'sectors'],
  profile: ['时段与频次', 'hours and caps'],
  limit: ['限值', 'limits'],
  block: ['公共服务号码', 'service numbers'],
  clock: ['法定期限', 'deadlines'],
  fine: ['罚款幅度', 'fines'],
  category: ['资料类别', 'categories of data'],
  purpose: ['用途', 'purposes'],
  wording: ['同意书文本', 'consent wordings'],
  exam: ['考试', 'exams'],
  edition: ['合同示范文本', 'model contracts'],
  phrase: ['问题措辞', 'phrases looked for'],
  ground: ['事由', 'grounds'],
  calendar: ['工作日历', 'calendars'],
  paper: ['文书模板', 'papers'],
  letterhead: ['文头', 'letterheads'],
  route: ['移送去向', 'dispatch routes'],
};

/** As docs/rules.md explains the letters. */
export const evidenceWords: Readonly<Record<Schemas['RuleHead']['evidence'], Pair>> = {
  V: ['已核对规则原文或官方网站', 'read in the rule itself, or on an official site'],
  N: ['新闻、律所说明等二手来源', 'a secondary source: news, a law firm’s note'],
  P: ['平台或运营商公布的规则', 'a platform’s or carrier’s published rule'],
  S: ['找到过，但无法溯源', 'found, but cannot be traced'],
  U: ['未核实，或是本方自己的选择', 'not verified, or our own choice'],
};

/** What rules hold, by the words of their packs; a word that is missing shows as it is. */
export const ruleValues: Readonly<Record<string, Pair>> = {
  number: ['序号', 'number'],
  part: ['所属部分', 'part'],
  enforced: ['执行情况', 'enforced'],
  releasable: ['可由人工放行', 'an officer can release'],
  checks: ['检查项', 'checks'],
  reasons: ['理由代码', 'reasons'],
  name: ['名称', 'name'],
  hours: ['时段', 'hours'],
  caps: ['频次', 'caps'],
  ceiling: ['硬上限', 'hard ceiling'],
  limit: ['上限', 'limit'],
  window: ['时间窗', 'window'],
  scope: ['范围', 'scope'],
  code: ['代码', 'code'],
  department: ['主管部门', 'department'],
  profile: ['时段与频次', 'hours and caps'],
  filing: ['须备案', 'filing needed'],
  certificate: ['须持证', 'certificate needed'],
  time: ['时长', 'time'],
  count: ['数量', 'count'],
  unit: ['单位', 'unit'],
  days: ['天数', 'days'],
  violation: ['违法行为', 'violation'],
  party: ['处罚对象', 'party'],
  bands: ['档次', 'bands'],
  cap: ['封顶', 'cap'],
  min: ['最低', 'least'],
  max: ['最高', 'most'],
  each: ['每件', 'each'],
  from: ['起', 'from'],
  until: ['止', 'until'],
  prefixes: ['号段', 'prefixes'],
  exact: ['完全一致', 'exact'],
  outbound: ['外呼', 'outbound'],
  category: ['类别', 'category'],
  categories: ['类别', 'categories'],
  sealed: ['封存', 'sealed'],
  masked: ['遮盖方式', 'masked'],
  fields: ['字段', 'fields'],
  bases: ['合法性基础', 'legal bases'],
  year: ['年份', 'year'],
  provisional: ['暂定', 'provisional'],
  off: ['放假', 'days off'],
  work: ['调休上班', 'working days'],
  zh: ['中文', 'zh'],
  en: ['英文', 'en'],
};
