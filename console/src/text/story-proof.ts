/* Words of what the stories check in the browser: a receipt, a packet. */
import type { Words } from '../app/language';

export const w = {
  cannot: [
    '这个浏览器不能验证 Ed25519 签名；请换一个，或者用命令核验。',
    'This browser cannot check Ed25519 signatures; use another, or the command.',
  ],
  noLog: ['没有日志。', 'There is no log.'],
  record: ['记录', 'Record'],
  place: ['位置', 'Position'],
  log: ['日志', 'Log'],
  original: ['在您的浏览器里核验，没有问服务器', 'Checked in your browser, without asking the server'],
  genuine: ['核验通过：这条记录在日志里。', 'It verifies: the record is in the log.'],
  notGenuine: ['核验未通过。', 'It does not verify.'],
  looker: ['谁看的', 'Who looked'],
  answers: ['看到了什么', 'What was shown'],
  copy: ['改动一个字节的副本', 'A copy with one byte changed'],
  found: ['改动被发现。', 'The change is found.'],
  notFound: ['改动没有被发现，这是错误。', 'The change was not found, which is wrong.'],
  elsewhere: [
    '换一台电脑、不连这台服务器也能核验：',
    'On another computer, without this server, check it by:',
  ],
  packet: ['证据包', 'Packet'],
  ofCase: ['案件', 'Case'],
  records: ['核验的记录', 'Records that verify'],
  papers: ['哈希在记录里的文书', 'Papers whose hash stands in a record'],
  packetChecked: ['在您的浏览器里核验，没有问服务器', 'Checked in your browser, without asking the server'],
  packetIndex: [
    '目录与签发记录相符，签发记录在日志里',
    'The index is the one on record; that record is in the log',
  ],
  packetFiles: [
    '每个文件与目录中的哈希相符，不多不少',
    'Each file has its hash in the index; none more, none less',
  ],
  packetRecords: ['每条记录的凭证通向有签名的检查点', 'Each record’s receipt leads to a signed checkpoint'],
  packetPapers: ['文书和证据的哈希在记录里', 'The hashes of papers and evidence stand in records'],
  packetGenuine: [
    '核验通过：证据包自签发以来没有改动。',
    'It verifies: nothing of the packet has changed since it was issued.',
  ],
  packetNotGenuine: ['核验未通过。', 'It does not verify.'],
  packetCopy: ['证据包的副本', 'The packet’s copy'],
} as const satisfies Words;
