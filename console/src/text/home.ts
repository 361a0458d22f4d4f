/* Words of the first page and of signing in. */
import type { Words } from '../app/language';

export const w = {
  title: ['这一方，此刻，可以吗？', 'May this party, for this purpose, now?'],
  lead: [
    '门神守两扇门：谁可以看一个人的资料，谁可以拨一个人的电话。每个答案都有理由，并记录在案。',
    'menshen keeps two doors: who may look at a person’s data, and who may ring her phone. Every answer has its reason and is on the record.',
  ],
  nobody: ['尚未登录。', 'Nobody is signed in.'],
  signIn: ['登录', 'Sign in'],
  signInTitle: ['您是谁？', 'Who are you?'],
  login: ['登录名', 'Login'],
  password: ['密码', 'Password'],
  code: ['验证码', 'Code'],
  codeHint: ['验证器应用中的六位数字，可以粘贴。', 'Six digits from your authenticator app; pasting works.'],
  public: ['公开查询', 'Open to everybody'],
  publicRegisters: ['公开登记簿', 'Public registers'],
  publicCertificates: ['查证书', 'Look up a certificate'],
  publicDocuments: ['验文书', 'Check a paper'],
  publicRules: ['看规则', 'The rules'],
  asStaff: ['机构人员', 'Staff'],
  asPerson: ['本人', 'A person'],
  number: ['手机号码', 'Telephone number'],
  numberHint: [
    '验证码会发到这个号码。没有账号也能收到。',
    'A code is sent to this number. You need no account.',
  ],
  sendCode: ['发送验证码', 'Send a code'],
  sendAgain: ['重新发送', 'Send another'],
  sent: ['验证码已发出，5 分钟内有效。', 'A code is on its way, good for 5 minutes.'],
  codeSmsHint: ['短信中的六位数字，可以粘贴。', 'Six digits from the message; pasting works.'],
} as const satisfies Words;
