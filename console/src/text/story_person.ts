/* Words of the person's story. */
import type { Words } from '../app/language';

export const w = {
  at: ['时间', 'When'],
  who: ['谁', 'Who'],
  happened: ['结果', 'What happened'],
  reason: ['理由', 'Reason'],
  purpose: ['目的', 'Purpose'],
  courier: ['来电', 'A call'],
  rangTitle: ['谁打过我', 'Who rang me'],
  rangText: [
    '医院打来一次；境外有人冒用医院的号码打来一次。两次都在您的手机上，理由也在。',
    'The hospital rings once; somebody abroad shows a hospital’s number once. Both are on your phone, with the reason.',
  ],
  rangButton: ['让它们打来', 'Let them ring'],
  rangCaption: ['最近的来电', 'The newest calls'],
  toCalls: ['我的来电', 'My calls'],
  lookedTitle: ['谁看过我', 'Who looked at me'],
  lookedText: [
    '婚介的红娘刚刚打开了您的档案。谁、为何、看到了哪些，一条不少。',
    'A matchmaker has just opened your file. Who, what for and which parts: nothing is left out.',
  ],
  lookedButton: ['看一看', 'Let me see'],
  lookedCaption: ['最近的查看', 'The newest looks'],
  toData: ['我的信息', 'My data'],
  neverTitle: ['「我从未同意」', '“I never gave this”'],
  neverText: [
    '一家公司登记说您同意了营销来电。一点即否认：等于拒绝，并成为一件投诉。',
    'A firm entered that you agreed to marketing calls. One tap denies it, which is a refusal and a complaint.',
  ],
  neverButton: ['我从未同意', 'I never gave this'],
  neverNone: ['没有这样的登记了。', 'There is no such entry any more.'],
  neverDone: ['已否认，此后不得再以此来电。', 'Denied; nobody may call on the strength of it.'],
  claimedBy: ['登记者', 'Entered by'],
  wording: ['原话', 'Its words'],
  stopTitle: ['一键全停', 'One tap stops everything'],
  stopText: [
    '拒绝所有行业的商业来电，立即生效。快递、医院和验证码照常。',
    'Refuse commercial calls of every sector, from now on. Couriers, hospitals and codes go on.',
  ],
  stopButton: ['全部停止', 'Stop everything'],
  stopDone: ['已全部停止，从下一个呼叫起生效。', 'All stopped, from the next call on.'],
  receiptTitle: ['一张可以拿走的凭证', 'A receipt to take away'],
  receiptText: [
    '每条记录都有凭证。拿到别处、不用本程序也能核验；少一条，编号就会断开。',
    'Each record has a receipt. It can be checked elsewhere without this program; a missing one leaves a gap in your numbers.',
  ],
  receiptButton: ['取凭证', 'Get the receipt'],
  receiptNone: ['还没有人看过。', 'Nobody has looked yet.'],
  record: ['记录', 'Record'],
  size: ['字符数', 'Characters'],
  first: ['格式', 'Format'],
  receiptCheck: [
    '在别处核验：menshen ledger verify 凭证文件，或任何 C2SP tlog-proof 工具。',
    'Check it elsewhere: menshen ledger verify FILE, or any C2SP tlog-proof tool.',
  ],
} as const satisfies Words;
