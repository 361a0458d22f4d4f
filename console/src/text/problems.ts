/*
 * problems: what the server's refusals are called, by their code. Those that depend on what was
 * asked keep the server's own words (parts/failed.tsx).
 */
import type { Pair } from '../app/language';

export const problems: Readonly<Record<string, Pair>> = {
  'sign-in-refused': [
    '登录名（或手机号）、密码或验证码不对，或者账号因多次失败被暂时锁定。一个验证码只能用一次。',
    'Login (or number), password or code is wrong, or the account is locked for a while after too many failures. A code is good once.',
  ],
  'too-many-attempts': [
    '此地址尝试得太频繁。请等一分钟。',
    'This address has tried too often. Wait a minute.',
  ],
  busy: ['服务器正忙。请稍后再试。', 'The server is busy. Try again in a moment.'],
  'store-unavailable': [
    '服务器暂时无法读写。请稍后再试。',
    'The server cannot read or write at the moment. Try again.',
  ],
  'tls-required': ['请通过 HTTPS 登录。', 'Sign in over HTTPS.'],
  'codes-unavailable': [
    '此处没有配置发送验证码的途径。请联系运营方。',
    'No way to send codes is configured here. Ask whoever runs this gate.',
  ],
  'confirmation-required': [
    '请再输入一个验证码，确认是您本人。',
    'Enter a further code, to confirm that it is you.',
  ],
  'code-refused': [
    '验证码不对、已用过，或者账号被暂时锁定。请等下一个验证码。',
    'The code is wrong or was used, or the account is locked for a while. Wait for the next code.',
  ],
  'password-refused': [
    '原密码或验证码不对、已用过，或者账号被暂时锁定。',
    'The old password or the code is wrong or was used, or the account is locked for a while.',
  ],
  'password-not-good': [
    '新密码不行：须有 10 至 128 个字节，且不能与登录名相同。',
    'The new password will not do: 10 to 128 bytes, and not the login.',
  ],
  'setup-refused': [
    '此链接不是最新的、已用过，或超过了 24 小时。重新启动服务器会得到新的链接。',
    'This link is not the newest, was used, or is older than 24 hours. Starting the server anew makes another.',
  ],
  'already-set-up': ['这里已经有人可以登录。', 'Somebody can sign in here already.'],
  'login-taken': ['已有人使用这个登录名。', 'Somebody has this login already.'],
  'own-position': [
    '不能更改自己的岗位或状态，请同事来改。',
    'Nobody changes her own role or status; a colleague does.',
  ],
  'staff-exists': ['这个编号已有人使用。', 'This id is somebody’s already.'],
  'scope-beyond-role': [
    '令牌的权限不能超出其所属者的岗位。',
    'A token opens no more than its subject may do.',
  ],
  'invalid-webhook': [
    '地址或主题不行：须是以 https:// 开头的公网地址，不带用户名、密码和 #，并至少选一个主题。',
    'Address or topics will not do: a public address that begins with https://, without name, password and #, and at least one topic.',
  ],
  'too-many-webhooks': [
    '推送地址已满 20 个，请先删除一个。',
    'There are 20 addresses already; remove one first.',
  ],
  'ping-waits': ['已有一次测试在发送，请看结果。', 'A ping is on its way already; look what comes of it.'],
  'request-in-progress': [
    '同样的请求还在处理。请稍后再发一次，不会重复。',
    'The same request is under way. Send it again in a moment; it is done once.',
  ],
  'answer-lost': [
    '请求已经处理，但回复没有保存。请刷新页面查看结果。',
    'It was carried out, but its answer was not kept. Reload to see what it did.',
  ],
  'changed-meanwhile': ['此内容在您打开之后已被修改。', 'This has changed since you opened it.'],
  'session-required': ['登录已结束。请重新登录。', 'The session has ended. Sign in again.'],
};
