/** Check a receipt with nothing but the log's key: no question to the server, so it need not be believed. */
import { equal, Malformed } from './bytes';
import { type Disclosure, disclose, type Entry, readEntry } from './entry';
import { leafHash, rootOf } from './merkle';
import { renameKey, signedBy, type VerifierKey } from './note';
import { parseProof } from './proof';

/** In this order; what follows a step that failed was not looked at. */
export const STEPS = ['form', 'path', 'signature', 'witness', 'opening'] as const;
export type Step = (typeof STEPS)[number];
export type State = 'good' | 'bad' | 'none';

export interface Finding {
  step: Step;
  state: State;
  /** Of a step that failed: why, in English. */
  detail?: string;
}

export interface Checked {
  good: boolean;
  findings: Finding[];
  origin?: string;
  index?: bigint;
  size?: bigint;
  entry?: Entry;
  disclosure?: Disclosure;
  /** Who else has cosigned, by name. */
  witnesses: string[];
}

export interface Keys {
  /** Of the log: of any of its months. */
  log?: VerifierKey;
  witnesses?: readonly VerifierKey[];
}

/** "example.org/menshen/2026-11" is the month 2026-11 of "example.org/menshen". */
const logOf = (origin: string): string => origin.replace(/\/\d{4}-\d{2}[^/]*$/, '');

class Check implements Checked {
  good = false;
  findings: Finding[] = [];
  origin?: string;
  index?: bigint;
  size?: bigint;
  entry?: Entry;
  disclosure?: Disclosure;
  witnesses: string[] = [];

  pass(step: Step, state: State = 'good'): void {
    this.findings.push({ step, state });
  }

  async run(text: string, keys: Keys): Promise<void> {
    const proof = parseProof(text);
    this.entry = readEntry(proof.entry);
    Object.assign(this, { origin: proof.checkpoint.origin, index: proof.index, size: proof.checkpoint.size });
    this.pass('form');
    const root = await rootOf(await leafHash(proof.entry), proof.index, proof.checkpoint.size, proof.path);
    if (!equal(root, proof.checkpoint.root))
      throw new Malformed('the path does not lead to the root that was signed');
    this.pass('path');
    await this.signed(proof.checkpoint, keys);
    if (!proof.opened) {
      this.pass('opening', 'none');
      return;
    }
    this.disclosure = await disclose(this.entry, proof.opened);
    this.pass('opening');
  }

  private async signed(
    { note, origin }: ReturnType<typeof parseProof>['checkpoint'],
    keys: Keys,
  ): Promise<void> {
    if (!keys.log) {
      this.pass('signature', 'none');
    } else {
      if (logOf(keys.log.name) !== logOf(origin))
        throw new Malformed(`the key is of ${keys.log.name}, the receipt of ${origin}`);
      if (!(await signedBy(note, await renameKey(keys.log, origin))))
        throw new Malformed('the log has not signed this checkpoint');
      this.pass('signature');
    }
    for (const witness of keys.witnesses ?? [])
      if (await signedBy(note, witness)) this.witnesses.push(witness.name);
    this.pass('witness', this.witnesses.length > 0 ? 'good' : 'none');
  }
}

/** Never throws for what is wrong with the receipt. */
export async function checkReceipt(text: string, keys: Keys = {}): Promise<Checked> {
  const check = new Check();
  try {
    await check.run(text.replaceAll('\r\n', '\n'), keys);
    check.good = keys.log !== undefined;
  } catch (e) {
    const step = STEPS[check.findings.length] as Step;
    const detail = e instanceof Error ? e.message : String(e);
    check.findings.push({ step, state: 'bad', detail });
    delete check.disclosure;
  }
  return check;
}
