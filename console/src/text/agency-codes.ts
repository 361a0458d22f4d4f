/* What codes of members, pools, contracts and compliance are called (codes.ts says why so). */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

type FollowupKind = Schemas['Followups']['followups'][number]['kind'];
export type Kind = Schemas['Followup']['kind'];
export type Outcome = Schemas['Followup']['outcome'];

export const kinds: Readonly<Record<FollowupKind, Pair>> = {
  call: ['电话', 'call'],
  meeting: ['面谈', 'meeting'],
  message: ['消息', 'message'],
  visit: ['到访', 'visit'],
  note: ['备注', 'note'],
  release: ['退回', 'release'],
};

export const outcomes: Readonly<Record<Outcome, Pair>> = {
  reached: ['已联系上', 'reached'],
  appointment: ['已约定', 'appointment'],
  introduced: ['已介绍', 'introduced'],
  'no-answer': ['无人接听', 'no answer'],
  noted: ['仅记录', 'noted'],
  'refuses-contact': ['拒绝联系', 'refuses contact'],
};

export const openers: Readonly<Record<Schemas['Case']['opened_as'], Pair>> = {
  association: ['协会', 'association'],
  authority: ['监管机关', 'authority'],
};

/** Also of what a follow-up's list holds beside, which is no enum of the API. */
export function outcomeOf(code: string): Pair {
  return (
    (outcomes as Readonly<Record<string, Pair>>)[code] ??
    (code === 'released' ? ['已退回', 'released'] : [code, code])
  );
}

export const categories: Readonly<Record<string, Pair>> = {
  basic: ['基本资料', 'Basics'],
  contact: ['联系方式', 'Contact'],
  photo: ['照片', 'Photos'],
  education: ['学历', 'Education'],
  property: ['财产收入', 'Property, income'],
  identity: ['身份证明', 'Identity'],
  chat: ['私聊', 'Private chats'],
  history: ['浏览记录', 'Browsing history'],
};

export const fields: Readonly<Record<string, Pair>> = {
  age: ['年龄段', 'Age band'],
  height: ['身高段', 'Height band'],
  district: ['区', 'District'],
  gender: ['性别', 'Gender'],
  birth_year: ['出生年份', 'Born in'],
  height_cm: ['身高（厘米）', 'Height (cm)'],
  marital_status: ['婚姻状况', 'Marital status'],
  requirements: ['择偶要求', 'Looks for'],
  introduction: ['自我介绍', 'About her or him'],
  education: ['学历', 'Degree'],
  school: ['院校', 'School'],
  occupation: ['职业', 'Occupation'],
  income: ['收入', 'Income'],
  property: ['房产', 'Property'],
  relay: ['可经中转号呼叫', 'May be called via relay'],
  name: ['姓名', 'Name'],
  id_number: ['身份证号', 'Id number'],
  wechat: ['微信', 'WeChat'],
  photos: ['照片数', 'Photos'],
  photo: ['照片说明', 'About the photos'],
  employer: ['单位', 'Employer'],
};

export const bases: Readonly<Record<Schemas['ShownOn'][string]['basis'], Pair>> = {
  consent: ['本人同意', 'consent'],
  contract: ['合同', 'contract'],
  'legal-duty': ['法定义务', 'legal duty'],
  order: ['机关命令', 'order'],
};

export const purposes: Readonly<Record<string, Pair>> = {
  'matchmaking.introduce': ['介绍对象', 'introducing'],
  'matchmaking.followup': ['回访', 'following up'],
  'matchmaking.verify': ['核实资料', 'verifying'],
};

export const scores: Readonly<Record<Schemas['Contract']['score'], Pair>> = {
  conforms: ['符合示范文本', 'conforms'],
  deviates: ['有偏离', 'deviates'],
  fails: ['不合格', 'fails'],
};

export const contractStates: Readonly<Record<Schemas['Contract']['state'], Pair>> = {
  'not-signed': ['未签署', 'not signed'],
  'cooling-off': ['冷静期', 'cooling off'],
  'not-begun': ['未开始', 'not begun'],
  'in-force': ['履行中', 'in force'],
  ended: ['已终止', 'ended'],
};

export const introductionStates: Readonly<Record<Schemas['Introduction']['status'], Pair>> = {
  proposed: ['待双方答复', 'waits for both'],
  accepted: ['双方同意', 'both agree'],
  lapsed: ['已失效', 'lapsed'],
  met: ['已见面', 'met'],
  ended: ['已结束', 'ended'],
};

export const requestStates: Readonly<Record<Schemas['ConsentRequests']['requests'][number]['status'], Pair>> =
  {
    pending: ['等待答复', 'waits for an answer'],
    answered: ['已答复', 'answered'],
    lapsed: ['已过期', 'lapsed'],
  };

export const patterns: Readonly<Record<Schemas['Alerts']['alerts'][number]['pattern'], Pair>> = {
  'claim-read-release': ['领取、查看、未联系即退回', 'claimed, read, given up without a contact'],
  'off-hours': ['深夜查看', 'read at night'],
  bulk: ['短时大量查看', 'many files within an hour'],
  'no-task': ['无任务查看', 'read without a task'],
  'after-contract': ['合同结束后查看', 'read after the contract'],
  repeated: ['反复查看同一人', 'one file again and again'],
  'walking-ids': ['试探编号', 'trying ids'],
  'several-readers': ['多人查看同一会员', 'several readers of one member'],
  'list-storm': ['大量列表与搜索', 'a storm of lists and searches'],
  'before-leaving': ['离职前查看', 'read before leaving'],
  'after-release': ['退回后查看', 'read after the release'],
  stop: ['已停用账号', 'account stopped'],
  'police-referral-review': ['待审查是否移送', 'referral to be reviewed'],
  'many-first-meetings': ['首次见面过多', 'many first meetings'],
};

/** Why a claim was refused, in the words of docs/pools.md; others speak for themselves. */
export const claimRefusals: Readonly<Record<string, Pair>> = {
  'already-claimed': ['刚刚被另一位同事领取。', 'Just claimed by another colleague.'],
  'claim-limit': ['今天的领取次数已用完，零点重置。', 'Today’s claims are used up; they return at midnight.'],
  capacity: ['您名下的会员已满。', 'You hold as many members as you may.'],
  'cool-down': ['冷却期：您近期持有过该会员。', 'Cooling down: you held this member lately.'],
  protected: ['新会员保护期。', 'New members are protected at first.'],
  frozen: ['本人不愿被联系。', 'Wants no contact.'],
  'not-shared': ['本人尚未同意，请先征求同意。', 'No consent yet; ask for it first.'],
  'certificate-invalid': ['您的从业证书今天无效。', 'Your certificate is not valid today.'],
  'organisation-suspended': ['门店已被暂停。', 'The store is suspended.'],
  'other-store': ['属于另一家门店的会员池。', 'Waits in another store’s pool.'],
  'not-in-pool': ['不在任何会员池中。', 'Is in no pool.'],
};

/** Why a claim ended by itself. */
export const returnReasons: Readonly<Record<Schemas['Pools']['returned'][number]['why'], Pair>> = {
  recycled: ['太久没有联系到本人', 'not reached for too long'],
  'no-first-follow-up': ['领取后一直没有联系到本人', 'never reached after the claim'],
};

/** Why no call can be made, as the gate's reasons read to an organisation. */
export const callRefusals: Readonly<Record<string, Pair>> = {
  'outside-hours': ['现在不在允许呼叫的时段内。', 'This is outside the hours for calls.'],
  'do-not-call': ['本人现在不接受此类来电。', 'Does not want such calls now.'],
  'no-consent': ['本人未同意来电。', 'No consent to calls.'],
  'frequency-cap': ['本时段的呼叫次数已达上限。', 'The cap on calls is reached.'],
  'already-open': ['已有一个打开的中转号。', 'A relay number is open already.'],
  'binding-limit': ['您今天的中转号已用完。', 'No more relay numbers for you today.'],
  'no-relay-number': ['暂无空闲的中转号，请稍后。', 'No relay number is free; try again later.'],
  'certificate-invalid': ['您的从业证书今天无效。', 'Your certificate is not valid today.'],
};
