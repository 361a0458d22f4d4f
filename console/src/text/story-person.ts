/* Words of the person's story. */
import type { Words } from '../app/language';

export const w = {
  at: ['时间', 'When'],
  who: ['谁', 'Who'],
  happened: ['结果', 'What happened'],
  reason: ['理由', 'Reason'],
  purpose: ['目的', 'Purpose'],
  hospital: ['医院来电', 'The hospital calls'],
  sales: ['安居置业推销来电', 'Anju sells flats by phone'],
  matchmaker: ['红娘再看一次档案', 'The matchmaker looks once more'],
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
    '撤回所有同意，拒绝所有行业的商业来电，立即生效。快递、医院和验证码照常。',
    'Every consent is withdrawn and commercial calls of every sector are refused, from now on. Couriers, hospitals and codes go on.',
  ],
  stopButton: ['全部停止', 'Stop everything'],
  stopDone: [
    '已全部停止，从下一次查看、下一个呼叫起生效。',
    'All stopped, from the next look and the next call on.',
  ],
  stopConsents: ['撤回的同意', 'Consents withdrawn'],
  stopRequests: ['拒绝的请求', 'Requests refused'],
  sip603: [
    '推销的一方经 SIP 得到 603 Decline，没有别的理由。',
    'Over SIP the seller gets a 603 Decline, and no other reason.',
  ],
  receiptTitle: ['一张可以拿走的凭证', 'A receipt to take away'],
  receiptText: [
    '每条记录都有凭证。浏览器自己就能核验，拿到别处、不连这台服务器也能核验；少一条，编号就会断开。',
    'Each record has a receipt. Your browser checks it by itself, and so does any other computer without this server; a missing one leaves a gap in your numbers.',
  ],
  receiptButton: ['取凭证并核验', 'Get the receipt and check it'],
  receiptNone: ['还没有人看过。', 'Nobody has looked yet.'],
  toReceipt: ['核验凭证', 'Check a receipt'],
} as const satisfies Words;
