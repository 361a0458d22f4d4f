/* Words of the sample city's first page and of the frame of its stories. */
import type { Words } from '../app/language';

export const w = {
  title: ['以谁的身份看一看？', 'As whom would you like to look round?'],
  lead: [
    '门神守两扇门：谁可以看一个人的资料，谁可以拨一个人的电话。点一下进入，无需账号。',
    'menshen keeps two doors: who may look at a person’s data, and who may ring her phone. One click takes you in; no account is needed.',
  ],
  agency: ['婚介机构', 'Agency'],
  agencyLead: ['今天可以联系谁？', 'Whom may I contact today?'],
  carrier: ['运营商', 'Carrier'],
  carrierLead: ['哪些呼叫不该响？', 'Which calls should not ring?'],
  regulator: ['监管', 'Regulator'],
  regulatorLead: ['收到了什么，谁的期限快到了？', 'What came in, and whose clock runs out?'],
  person: ['本人', 'Person'],
  personLead: ['谁看过我，谁打过我？', 'Who looked at me, and who rang?'],
  enter: ['进入', 'Go in'],
  story: ['五分钟引导', 'Five-minute story'],
  entering: ['正在进入……', 'Going in…'],
  step: ['第 {n} 步，共 {of} 步', 'Step {n} of {of}'],
  again: ['再做一次', 'Do it again'],
  next: ['下一步', 'Next'],
  restart: ['从头开始', 'From the beginning'],
  over: [
    '讲完了。每一步都是真的，可以到页面里继续看。',
    'That was all. Every step was real; go on in the screens.',
  ],
  inScreens: ['在页面里看：', 'See it in the screens:'],
  crmTitle: ['报道中的 CRM（模拟）', 'The CRM of the report (a mock-up)'],
  crmLead: [
    '2021 年报道的做法：领取即解锁。此栏只是示意，不是门神的页面。',
    'As reported in 2021: a claim unlocks everything. This panel only illustrates; it is no screen of menshen.',
  ],
  crmOpen: ['照做', 'goes through'],
  crmLocked: ['已锁定', 'locked'],
  here: ['门神', 'menshen'],
  keepFile: ['保存 {name}', 'Keep {name}'],
  agencyQuestion: ['领取了会员，能多看到什么？', 'What does a claim let one see?'],
  carrierQuestion: ['一万个呼叫里，哪些不该响？', 'Of ten thousand calls, which should not ring?'],
  regulatorQuestion: ['三件投诉，怎样依法罚到一万元？', 'From three complaints to a lawful fine?'],
  personQuestion: ['谁看过我，谁打过我，我能怎么办？', 'Who looked, who rang, and what can I do?'],
} as const satisfies Words;
