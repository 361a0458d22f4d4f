/**
 * Check the packet of a case (docs/desk.md) with nothing but the log's key, as `menshen ledger verify`
 * does:
 *
 *     file ─ SHA-256 ─► index.json ─ SHA-256 ─► record of the packet ─► tree ─► signed checkpoint
 *     receipt ─► tree ─► signed checkpoint;  its content is what the record commits to
 *     paper, evidence ─ SHA-256 ─► the record in which its hash stands
 *
 * The command also counts cosignatures; here other signatures than the log's are left aside.
 */
import { type Bytes, fromUtf8, Malformed, sha256, toHex } from './bytes';
import type { VerifierKey } from './note';
import { checkReceipt } from './receipt';
import { readTar, type TarFile } from './tar';

const FORMAT = 'menshen-packet 1';

interface Said {
  of: string;
  journal?: number;
  file?: string;
  record?: string;
  open?: boolean;
}
interface Held {
  id: string;
  sha256: string;
  file?: string;
  unproven?: boolean;
}
interface Index {
  format: string;
  packet: string;
  case: { id: string };
  issued: { at: string; organisation: string };
  files: { name: string; sha256: string; size: number }[];
  records: Said[];
  papers: Held[];
  evidence: Held[];
}

export interface Packet {
  good: boolean;
  id: string;
  case: string;
  /** Receipts that hold. */
  records: number;
  /** … whose content is not shown. */
  closed: number;
  /** Named only: in the logs of other nodes. */
  elsewhere: number;
  /** Papers and evidence whose hash stands in a record. */
  papers: number;
  evidence: number;
  /** Where it is not what was issued, and how, in English. */
  wrong?: string;
}

const hex = async (bytes: Bytes): Promise<string> => toHex(await sha256(bytes));

class Check {
  readonly out: Packet = {
    good: false,
    id: '',
    case: '',
    records: 0,
    closed: 0,
    elsewhere: 0,
    papers: 0,
    evidence: 0,
  };
  /** "id hash" of each paper and file of evidence that a record holds. */
  private readonly noted = new Set<string>();

  constructor(private readonly log: VerifierKey) {}

  async run(bytes: Bytes): Promise<void> {
    const [first, proof, ...rest] = readTar(bytes);
    if (first?.name !== 'index.json') throw new Malformed('no packet: it does not begin with index.json');
    const index = JSON.parse(fromUtf8(first.bytes)) as Index;
    if (index.format !== FORMAT) throw new Malformed(`no packet: not of the format "${FORMAT}"`);
    this.out.id = index.packet;
    this.out.case = index.case.id;
    if (proof?.name !== 'index.tlog-proof') throw new Malformed('index.tlog-proof is missing');
    await this.issued(index, first, proof);
    await this.files(index, rest);
    await this.records(index, rest);
    this.out.papers = await this.held(index.papers, rest);
    this.out.evidence = await this.held(index.evidence, rest);
  }

  private async receipt(file: TarFile) {
    const checked = await checkReceipt(fromUtf8(file.bytes), { log: this.log });
    if (!checked.good)
      throw new Malformed(`${file.name}: ${checked.findings.at(-1)?.detail ?? 'it does not verify'}`);
    return checked;
  }

  /** The record of the packet holds the hash of the index, so that the log has signed for all of it. */
  private async issued(index: Index, file: TarFile, proof: TarFile): Promise<void> {
    const { entry, disclosure } = await this.receipt(proof);
    if (entry?.kind !== 'fact' || entry.of !== 'packets' || disclosure?.kind !== 'fact')
      throw new Malformed(`${proof.name}: it is no record of a packet`);
    const fact = disclosure.change;
    if (fact.index !== (await hex(file.bytes)))
      throw new Malformed('index.json: its SHA-256 is not the one on record');
    if (fact.id !== index.packet || fact.case !== index.case.id)
      throw new Malformed('index.json: the record is of another packet or case');
  }

  /** None more, none less, none other. */
  private async files(index: Index, rest: readonly TarFile[]): Promise<void> {
    for (const [i, said] of index.files.entries()) {
      const file = rest[i];
      if (file?.name !== said.name) throw new Malformed(`${said.name}: it is missing`);
      if (file.bytes.length !== said.size || (await hex(file.bytes)) !== said.sha256)
        throw new Malformed(`${said.name}: its SHA-256 is not the one in index.json`);
    }
    const more = rest[index.files.length];
    if (more) throw new Malformed(`${more.name}: the index names no such file`);
  }

  private async records(index: Index, rest: readonly TarFile[]): Promise<void> {
    const files = rest.filter((f) => f.name.startsWith('records/'));
    const named = index.records.filter((said) => said.file !== undefined);
    this.out.elsewhere = index.records.length - named.length;
    if (files.length !== named.length || named.some((said, i) => said.file !== files[i]?.name))
      throw new Malformed('index.json: its records are not the files of records/');
    for (const [i, said] of named.entries()) await this.record(said, files[i] as TarFile);
  }

  private async record(said: Said, file: TarFile): Promise<void> {
    const { entry, index, disclosure } = await this.receipt(file);
    const isFact = entry?.kind === 'fact';
    if (
      !said.record?.endsWith(`_${index}`) ||
      said.open !== (disclosure !== undefined) ||
      (isFact ? said.of !== entry.of || BigInt(said.journal ?? -1) !== entry.journal : said.of !== 'calls')
    )
      throw new Malformed(`${file.name}: another record than the index says`);
    this.out.records++;
    if (!disclosure) this.out.closed++;
    if (isFact && disclosure?.kind === 'fact' && (entry.of === 'documents' || entry.of === 'evidence'))
      this.noted.add(`${disclosure.change.id} ${String(disclosure.change.hash).replace(/^sha256:/, '')}`);
  }

  private async held(all: readonly Held[], rest: readonly TarFile[]): Promise<number> {
    for (const said of all) {
      const file = said.file === undefined ? undefined : rest.find((f) => f.name === said.file);
      if (said.file !== undefined && !file) throw new Malformed(`${said.file}: it is not there`);
      if (file && (await hex(file.bytes)) !== said.sha256)
        throw new Malformed(`${file.name}: its SHA-256 is not the one on record`);
      if (!this.isNoted(said) && said.unproven !== true)
        throw new Malformed(`${said.file ?? said.id}: no record of the packet holds this hash`);
    }
    return all.filter((said) => this.isNoted(said)).length;
  }

  private isNoted(said: Held): boolean {
    return this.noted.has(`${said.id} ${said.sha256}`);
  }
}

/** Never throws for what is wrong with the packet. */
export async function checkPacket(bytes: Bytes, log: VerifierKey): Promise<Packet> {
  const check = new Check(log);
  try {
    await check.run(bytes);
    check.out.good = true;
  } catch (e) {
    check.out.wrong = e instanceof Error ? e.message : String(e);
  }
  return check.out;
}
