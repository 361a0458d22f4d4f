/* Words of the first run, and of who joins. */
import type { Words } from '../app/language';

export const w = {
  title: ['谁来管理这里？', 'Who runs this gate?'],
  lead: [
    '建立第一个机构和第一个账号。之后由这个账号添加其他人员。',
    'Make the first organisation and the first account. It then adds everybody else.',
  ],
  closed: [
    '这里没有待完成的初始设置：已经有人可以登录，或者链接已失效。',
    'There is nothing to set up here: somebody can sign in, or the link has ended.',
  ],
  noToken: [
    '请打开服务器启动时打印的完整链接（也在数据目录的 setup-link 文件里）；“#”之后的部分是必需的。',
    'Open the whole link that the server printed when it started (it is in the data folder, too, as setup-link); what follows the “#” is needed.',
  ],
  signIn: ['去登录', 'Sign in'],
  organisation: ['机构', 'Organisation'],
  organisationName: ['机构名称', 'Its name'],
  kind: ['机构类型', 'What it is'],
  sector: ['行业', 'Sector'],
  sectorHint: [
    '决定适用的呼叫时段、频次和主管部门。',
    'Decides hours and caps of calls, and which department is in charge.',
  ],
  sectorNone: ['无', 'None'],
  region: ['地区', 'Region'],
  regionHint: ['行政区划代码，例如 CN-33。', 'Its code, such as CN-33.'],
  you: ['您', 'You'],
  name: ['姓名', 'Your name'],
  login: ['登录名', 'Login'],
  loginHint: ['在所有机构中唯一，例如 li@anju。', 'Yours alone in all organisations, such as li@anju.'],
  password: ['密码', 'Password'],
  passwordHint: ['至少 10 个字符。', 'At least 10 characters.'],
  again: ['再输入一次密码', 'The same again'],
  differ: ['两次输入的密码不同。', 'The two passwords differ.'],
  short: ['密码太短：至少 10 个字符。', 'Too short: at least 10 characters.'],
  make: ['建立账号', 'Make the account'],
  doneTitle: ['账号已建立。', 'The account is made.'],
  codes: ['登录还需要验证码', 'Signing in also takes a code'],
  scan: [
    '用验证器应用扫描此二维码。它只显示这一次；丢失后只能由主机运营方重置。',
    'Scan this with an authenticator app. It is shown only now; once lost, only who runs the host resets it.',
  ],
  qr: ['验证器应用的二维码', 'QR code for an authenticator app'],
  secret: ['或手工输入密钥', 'Or type this secret'],
  join: ['设置密码', 'Set it'],
  joinTitle: ['设置您的密码', 'Set your password'],
  joinLead: [
    '同事邀请您使用门神。密码和验证码的密钥只有您自己知道。',
    'A colleague invites you to menshen. Password and codes are known to nobody but you.',
  ],
  noInvitation: [
    '请打开完整的邀请链接；“#”之后的部分是必需的。链接三天内有效，只能用一次。',
    'Open the whole link of the invitation; what follows the “#” is needed. It is good once, for three days.',
  ],
  kept: ['验证器已能显示验证码', 'My app shows codes now'],
} as const satisfies Words;
