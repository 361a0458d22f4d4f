/* What the health report's words mean; a new one is a compile error. */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

export type About = Schemas['HealthReport']['findings'][number]['about'];

export const abouts: Record<About, Pair> = {
  journal: ['变更生效', 'Changes take effect'],
  records: ['判定留痕', 'Verdicts on record'],
  latency: ['应答用时', 'Time to answer'],
  ledger: ['账本', 'Ledger'],
  shard: ['账本分卷', 'Ledger shard'],
  store: ['数据库', 'Store'],
  disk: ['磁盘', 'Disk'],
  clock: ['时钟', 'Clock'],
  rules: ['规则', 'Rules'],
  codes: ['验证码送达', 'One-time codes'],
  redress: ['被拦截方申诉途径', 'Redress for the blocked'],
};

export const advices: Record<About, Pair> = {
  journal: ['数据库是否缓慢或不可达？', 'Is the store slow or away?'],
  records: [
    '启动以来有判定未能及时留痕，或时钟回拨；查看磁盘和对时。',
    'Since the start some verdicts were not recorded in time, or the clock went back; look at the disk and the time service.',
  ],
  latency: ['', ''],
  ledger: [
    '记录写不进去：查看磁盘，腾出空间后自行恢复。',
    'Records cannot be written: look at the disk; it recovers by itself.',
  ],
  shard: [
    '时钟跳过了一个月：如果时钟不对，请校正。',
    'The clock skips a month: if it is wrong, set it right.',
  ],
  store: ['检查地址、服务器和权限。', 'Check address, server and rights.'],
  disk: ['腾出空间：没有空间就没有留痕。', 'Make room: without it nothing gets a record.'],
  clock: ['启用 chrony 或 systemd-timesyncd。', 'Run chrony or systemd-timesyncd.'],
  rules: ['查看 menshen rules list。', 'See menshen rules list.'],
  codes: [
    '设置 codes.command 或 codes.webhook，否则个人无法登录。',
    'Set codes.command or codes.webhook; without it no person can sign in.',
  ],
  redress: [
    '在 redress 下设置名称、联系方式、证书和密钥。',
    'Set name, contact, certificate and key under redress.',
  ],
};

/** Names of what is measured; others show as they are. */
export const measures: Readonly<Record<string, Pair>> = {
  seq: ['序号', 'number'],
  lag_ms: ['滞后毫秒', 'ms behind'],
  calls: ['呼叫', 'calls'],
  failed: ['失败', 'failed'],
  late: ['迟到', 'late'],
  overload: ['过载', 'turned away'],
  clock_back: ['时钟回拨', 'clock went back'],
  p50_us: ['中位数（微秒）', 'median, µs'],
  p95_us: ['95%（微秒）', '95 %, µs'],
  log: ['日志', 'log'],
  entries: ['条目', 'entries'],
  unpublished: ['未发布', 'not yet published'],
  schema: ['表结构', 'schema'],
  journal: ['日志序号', 'journal'],
  postgres: ['PostgreSQL', 'PostgreSQL'],
  free_mib: ['可用 MiB', 'MiB free'],
  free_files: ['可用文件数', 'files free'],
  read_only: ['只读', 'read-only'],
  now: ['现在', 'now'],
  rules: ['规则', 'rules'],
  in_force: ['现行', 'in force'],
};
