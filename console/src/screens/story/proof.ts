/* proof: what a story shows of checking a receipt or a packet here, in the browser, without asking anybody. */
import { api } from '../../api/client';
import type { Pair } from '../../app/language';
import { steps } from '../../text/me-codes';
import { w } from '../../text/story-proof';
import { type Bytes, toBase64, utf8 } from '../../verify/bytes';
import { canVerify, parseKey } from '../../verify/note';
import { checkPacket, type Packet } from '../../verify/packet';
import { type Checked, checkReceipt } from '../../verify/receipt';
import { categories, need, Stuck } from './run';
import type { Shown } from './shown';

/** As a visitor would note it down from another source. */
async function logKey(): Promise<string> {
  if (!(await canVerify())) throw new Stuck({ kind: 'says', tone: 'info', text: w.cannot });
  const newest = need(await api.GET('/shards')).shards.at(-1);
  if (!newest) throw new Stuck({ kind: 'says', tone: 'danger', text: w.noLog });
  return newest.vkey;
}

const says = (checked: Checked, title: Pair): Shown => ({
  kind: 'checks',
  title,
  of: checked.findings.map((f) => ({
    state: f.state,
    text: steps[f.step],
    ...(f.detail ? { detail: f.detail } : {}),
  })),
});

const verdictOf = (good: boolean, yes: Pair, no: Pair): Shown => ({
  kind: 'says',
  tone: good ? 'success' : 'danger',
  text: good ? yes : no,
});

/** Of a look that it opens: who, and what was answered of each kind. */
function shownBy({ disclosure: d }: Checked): Shown[] {
  if (d?.kind !== 'look') return [];
  const answers = Object.fromEntries(d.categories.map((c) => [c.category, { verdict: c.answer }]));
  return [
    {
      kind: 'facts',
      of: [
        [w.looker, d.looker],
        [w.answers, categories(answers)],
      ],
    },
  ];
}

/** The same with another character in the middle of its entry. */
function changed(receipt: string): string {
  const at = receipt.indexOf('extra ') + 200;
  return receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1);
}

/** Check a receipt, and a copy in which a byte was changed; then hand it out, with how to check it elsewhere. */
export async function receipt(record: string, text: string): Promise<Shown[]> {
  const vkey = await logKey();
  const log = await parseKey(vkey);
  const original = await checkReceipt(text, { log });
  const copy = await checkReceipt(changed(text), { log });
  const name = `${record}.tlog-proof`;
  return [
    {
      kind: 'facts',
      of: [
        [w.record, record],
        [w.place, `${original.index} / ${original.size}`],
        [w.log, original.origin ?? '—'],
      ],
    },
    says(original, w.original),
    ...shownBy(original),
    verdictOf(original.good, w.genuine, w.notGenuine),
    says(copy, w.copy),
    verdictOf(!copy.good, w.found, w.notFound),
    { kind: 'file', name, type: 'text/plain', base64: toBase64(utf8(text)) },
    { kind: 'command', text: w.elsewhere, command: `menshen ledger verify --receipt ${name} --key ${vkey}` },
  ];
}

const counted = (p: Packet): Shown => ({
  kind: 'facts',
  of: [
    [w.packet, p.id],
    [w.ofCase, p.case],
    [w.records, `${p.records}`],
    [w.papers, `${p.papers}`],
  ],
});

/** Check the packet of a case, and a copy in which a byte was changed; then hand it out. */
export async function packet(bytes: Bytes): Promise<Shown[]> {
  const vkey = await logKey();
  const log = await parseKey(vkey);
  const original = await checkPacket(bytes, log);
  const other = bytes.slice();
  other[bytes.length >> 1] = (other[bytes.length >> 1] ?? 0) ^ 1;
  const copy = await checkPacket(other, log);
  const name = `${original.id}.tar`;
  return [
    counted(original),
    {
      kind: 'checks',
      title: w.packetChecked,
      of: original.wrong
        ? [{ state: 'bad', text: w.packetNotGenuine, detail: original.wrong }]
        : [w.packetIndex, w.packetFiles, w.packetRecords, w.packetPapers].map((text) => ({
            state: 'good',
            text,
          })),
    },
    verdictOf(original.good, w.packetGenuine, w.packetNotGenuine),
    {
      kind: 'checks',
      title: w.copy,
      of: [
        {
          state: copy.good ? 'good' : 'bad',
          text: w.packetCopy,
          ...(copy.wrong ? { detail: copy.wrong } : {}),
        },
      ],
    },
    verdictOf(!copy.good, w.found, w.notFound),
    { kind: 'file', name, type: 'application/x-tar', base64: toBase64(bytes) },
    { kind: 'command', text: w.elsewhere, command: `menshen ledger verify ${name} --key ${vkey}` },
  ];
}
