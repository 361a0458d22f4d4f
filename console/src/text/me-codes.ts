/* me-codes: what codes in a person's own answers are called; a new one is a compile error here. */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

type Names<T extends string> = Readonly<Record<T, Pair>>;
type Look = Schemas['MyLooks']['looks'][number];
type Clock = Schemas['ComplaintClock'];

export const ruleLabels: Names<Schemas['Word']['label']> = {
  law: ['法律规定', 'Set by law'],
  platform: ['平台或行业约定', 'Set by a platform or the trade'],
  design: ['本系统的设置', 'This system’s own choice'],
};

export const surfaces: Names<Look['surface']> = {
  detail: ['打开档案', 'opened the file'],
  list: ['在名单中', 'in a list'],
  search: ['搜索', 'by a search'],
  export: ['导出', 'in an export'],
  feed: ['动态', 'in a feed'],
};

export const answers: Names<Schemas['MyLookAnswer']['verdict']> = {
  show: ['看到', 'seen'],
  mask: ['只见概略', 'seen roughly'],
  deny: ['未看到', 'not seen'],
};

export const channels: Readonly<Record<string, Pair>> = {
  call: ['电话', 'calls'],
  message: ['短信', 'messages'],
  file: ['档案', 'file'],
};

export const consentStates: Names<Schemas['Consent']['status']> = {
  active: ['有效', 'in force'],
  expired: ['到期', 'expired'],
  withdrawn: ['已撤回', 'withdrawn'],
  replaced: ['已更新', 'replaced'],
  disowned: ['我从未同意', 'never given'],
};

export const bindingEnds: Names<NonNullable<Schemas['MyBinding']['why']>> = {
  expired: ['到期', 'its time was over'],
  closed: ['已结束', 'ended'],
  left: ['顾问离开', 'the matchmaker left'],
  erased: ['已删除资料', 'your data were erased'],
  frozen: ['您被冻结联系', 'contact was frozen'],
  refused: ['您已拒绝', 'you refused'],
};

export const erasureStates: Names<NonNullable<Schemas['Erasures']['erasures'][number]['status']>> = {
  waiting: ['等待中', 'waiting'],
  held: ['暂缓', 'held'],
  running: ['进行中', 'running'],
  done: ['已完成', 'done'],
  cancelled: ['已取消', 'cancelled'],
};

export const correctionStates: Names<Schemas['MyCorrections']['corrections'][number]['status']> = {
  applied: ['已更正', 'set right'],
  open: ['核查中', 'being checked'],
  accepted: ['已更正', 'set right'],
  refused: ['未采纳', 'refused'],
};

export const issues: Names<Schemas['MyComplaintNew']['issue']> = {
  privacy: ['泄露或滥用我的信息', 'My data were leaked or misused'],
  deceptive_sale: ['虚假宣传、诱导消费', 'I was talked or tricked into paying'],
  malicious_marketing: ['骚扰推销', 'I am harassed by marketing'],
  vague_terms: ['合同条款不清', 'The contract is unclear'],
  refund: ['不退费', 'They do not refund'],
  other: ['其他', 'Something else'],
};

export const issueHints: Names<Schemas['MyComplaintNew']['issue']> = {
  privacy: [
    '有人看了不该看的，或把我的信息给了别人。',
    'Somebody saw what they should not, or passed it on.',
  ],
  deceptive_sale: ['承诺成功、编造会员、当面施压。', 'Promised success, made-up members, pressure.'],
  malicious_marketing: ['拒绝之后仍然来电、来信息。', 'Calls and messages go on after I refused.'],
  vague_terms: ['费用、期限、服务次数没有写明。', 'Price, term or number of services is not stated.'],
  refund: ['应退未退，或扣款没有依据。', 'What is due is not paid back, or too much is kept.'],
  other: ['写在下一步。', 'Say it in the next step.'],
};

export const complaintStates: Names<Schemas['MyComplaint']['status']> = {
  received: ['已收到', 'received'],
  accepted: ['已受理', 'accepted'],
  refused: ['不予受理', 'not accepted'],
  withdrawn: ['已撤回', 'withdrawn'],
  joined: ['合并办理', 'handled with another'],
  closed: ['已办结', 'closed'],
};

export const clockStates: Names<Clock['state']> = {
  running: ['计时中', 'running'],
  overdue: ['已逾期', 'late'],
  paused: ['暂停', 'paused'],
  met: ['按时完成', 'met in time'],
  late: ['逾期完成', 'met late'],
  dropped: ['不再计时', 'dropped'],
};

export const opened: Names<Schemas['ComplaintDisclosure']['what']> = {
  text: ['打开了您写的内容', 'opened what you wrote'],
  evidence: ['打开了证据', 'opened the evidence'],
  reporter: ['查看了您是谁', 'asked who you are'],
};

export const reportKinds: Names<Schemas['MyReportNew']['kind']> = {
  marketing: ['推销', 'marketing'],
  malicious: ['骚扰', 'harassment'],
  fraud: ['疑似诈骗', 'suspected fraud'],
  bombing: ['“呼死你”连续呼叫', 'a storm of calls'],
  spoof: ['冒用号码', 'a faked number'],
};

export const reportStates: Names<Schemas['MyReport']['status']> = {
  waiting: ['正在查找这通来电', 'the call is being looked for'],
  counted: ['已计入', 'counts'],
  lead: ['作为线索', 'kept as a lead'],
  untrue: ['经查不实', 'found untrue'],
};

export const reportStages: Names<Schemas['MyReport']['stage']> = {
  received: ['已收到', 'received'],
  forwarded: ['已转交企业', 'sent to the firm'],
  answered: ['企业已答复', 'the firm has answered'],
  told: ['已告知您', 'you were told'],
};

export const classes: Readonly<Record<string, Pair>> = {
  '95': ['95 开头', '95…'],
  '96': ['96 开头', '96…'],
  '400': ['400 开头', '400…'],
  '1010': ['1010 开头', '1010…'],
  mobile: ['手机号码', 'mobile numbers'],
  fixed: ['固定电话', 'land lines'],
  short: ['其他短号', 'other short numbers'],
  international: ['境外来电', 'from abroad'],
};

/** Fields that she may set right, by the category that holds them. */
export const fields = {
  district: ['basic', '所在区', 'District'],
  height_cm: ['basic', '身高（厘米）', 'Height (cm)'],
  birth_year: ['basic', '出生年份', 'Year of birth'],
  marital_status: ['basic', '婚姻状况', 'Marital status'],
  requirements: ['basic', '择偶要求', 'What I am looking for'],
  introduction: ['basic', '自我介绍', 'About me'],
  wechat: ['contact', '微信', 'WeChat'],
  email: ['contact', '电子邮箱', 'Email'],
  address: ['contact', '地址', 'Address'],
  education: ['education', '学历', 'Education'],
  school: ['education', '学校', 'School'],
  occupation: ['education', '职业', 'Occupation'],
  employer: ['education', '单位', 'Employer'],
  income: ['property', '收入', 'Income'],
  property: ['property', '房产', 'Housing'],
} as const satisfies Record<string, readonly [Schemas['CorrectionRequest']['category'], string, string]>;

export const steps: Readonly<Record<'form' | 'path' | 'signature' | 'witness' | 'opening', Pair>> = {
  form: ['格式完整', 'The file is whole'],
  path: ['这条记录在日志里', 'The record stands in the log'],
  signature: ['日志已签名', 'The log has signed for it'],
  witness: ['有他人见证', 'Others have witnessed it'],
  opening: ['内容与记录一致', 'What it shows is what was recorded'],
};

export const entryKinds: Readonly<Record<string, Pair>> = {
  call: ['一通来电的判断', 'the verdict on a call'],
  look: ['一次查看', 'a look'],
  fact: ['一项变更', 'a change'],
};
