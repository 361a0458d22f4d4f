/* Check a receipt: in this page, with the log's key and nothing else; the server is not asked. */
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api } from '../../api/client';
import { listed, moment } from '../../app/format';
import { keep } from '../../app/keep';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Field, TextField } from '../../parts/field';
import { w } from '../../text/me';
import { entryKinds, steps, surfaces } from '../../text/me-codes';
import type { Disclosure, Entry } from '../../verify/entry';
import { canVerify, parseKey } from '../../verify/note';
import { type Checked, checkReceipt, type State } from '../../verify/receipt';
import { Page } from './own-page';
import { pin, pinned } from './pin';
import { shownNumber } from './wishes';

const WITHHELD = 403;
const SIGN: Record<State, string> = { good: '✓', bad: '■', none: '○' };

function About({ entry }: { entry: Entry }) {
  const kind = entryKinds[entry.kind];
  return (
    <Facts
      of={[
        [say(w.whatIsIt), kind ? say(kind) : entry.kind],
        [say(w.recordedAt), moment(entry.recorded)],
        [say(w.verdict), entry.kind === 'call' && entry.verdict],
        [say(w.reason), entry.kind === 'call' && titleOf('rules', entry.rule)],
        [say(w.purpose), entry.kind === 'look' && titleOf('purposes', entry.purpose)],
        [say(w.how), entry.kind === 'look' && say(surfaces[entry.surface])],
        [say(w.changed), entry.kind === 'fact' && entry.of],
      ]}
    />
  );
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const time = (value: unknown): string =>
  typeof value === 'number' ? moment(new Date(value / 1_000_000)) : shown(value);

function Hidden({ of }: { of: Disclosure }) {
  if (of.kind === 'call')
    return (
      <Facts
        of={[
          [say(w.caller), of.caller && shownNumber(of.caller.slice(1))],
          [say(w.organisation), nameOf(of.organisation)],
        ]}
      />
    );
  if (of.kind === 'look')
    return (
      <Facts
        of={[
          [say(w.whoLooked), `${nameOf(of.organisation)} ${of.looker}`],
          [say(w.seen), listed(of.categories.map((c) => titleOf('categories', c.category)))],
        ]}
      />
    );
  const change = of.change;
  const split = (value: unknown, kind: 'purposes' | 'categories') =>
    typeof value === 'string' ? listed(value.split(';').map((v) => titleOf(kind, v))) : undefined;
  return (
    <>
      <Facts
        of={[
          [say(w.organisation), change.organisation ? nameOf(String(change.organisation)) : undefined],
          [say(w.purpose), split(change.purposes, 'purposes')],
          [say(w.giveKinds), split(change.categories, 'categories')],
          [say(w.from), change.from === undefined ? undefined : time(change.from)],
          [say(w.to), change.until === undefined ? undefined : time(change.until)],
          [say(w.ended), change.ended_at === undefined ? undefined : time(change.ended_at)],
        ]}
      />
      {typeof change.wording === 'string' && <blockquote>{change.wording}</blockquote>}
    </>
  );
}

function Result({ checked }: { checked: Checked }) {
  return (
    <section class={`notice ${checked.good ? 'notice-success' : 'notice-danger'}`} role="status">
      <p>
        <strong>{checked.good ? `✓ ${say(w.genuine)}` : `■ ${say(w.notGenuine)}`}</strong>
      </p>
      <ul class="me-plain-list">
        {checked.findings.map((f) => (
          <li key={f.step}>
            {SIGN[f.state]} {say(steps[f.step])}
            {f.state === 'none' &&
              ` – ${say(f.step === 'witness' ? w.unwitnessed : f.step === 'opening' ? w.notOpened : w.noKey)}`}
            {f.state === 'bad' && ` – ${say(w.isNot)}`}
            {f.detail && (
              <span class="muted" lang="en">
                {' '}
                ({f.detail})
              </span>
            )}
          </li>
        ))}
      </ul>
      {checked.good && checked.entry && <About entry={checked.entry} />}
      {checked.good && checked.disclosure && <Hidden of={checked.disclosure} />}
      {checked.good && (
        <Facts
          of={[
            [say(w.log), checked.origin],
            [say(w.position), `${checked.index} / ${checked.size}`],
            [say(w.witnesses), listed(checked.witnesses)],
          ]}
        />
      )}
    </section>
  );
}

/** Opened, where that tells of nobody else; else as it stands in the log. */
async function receiptOf(record: string): Promise<string> {
  const path = `/v1/records/${encodeURIComponent(record)}/proof`;
  const opened = await fetch(`${path}?opened=yes`);
  const answer = opened.status === WITHHELD ? await fetch(path) : opened;
  return answer.ok ? answer.text() : '';
}

export function ReceiptCheck() {
  const { query } = useLocation();
  const [text, setText] = useState('');
  const [vkey, setKey] = useState(pinned() ?? '');
  const [told, setTold] = useState<'first' | 'same' | 'other' | undefined>();
  const [checked, setChecked] = useState<Checked | undefined>();
  const [wrongKey, setWrongKey] = useState<string | undefined>();
  const [able, setAble] = useState(true);
  useEffect(() => {
    canVerify().then(setAble);
    api.GET('/shards').then(
      ({ data }) => {
        const newest = data?.shards.at(-1);
        if (!newest) return;
        setTold(pin(newest.vkey));
        setKey(pinned() ?? newest.vkey);
      },
      () => undefined,
    );
  }, []);
  useEffect(() => {
    if (query.record) receiptOf(query.record).then(setText, () => undefined);
  }, [query.record]);
  const check = async () => {
    setWrongKey(undefined);
    setChecked(undefined);
    try {
      const log = vkey.trim() ? await parseKey(vkey) : undefined;
      setChecked(await checkReceipt(text, log ? { log } : {}));
    } catch (e) {
      setWrongKey(e instanceof Error ? e.message : String(e));
    }
  };
  return (
    <Page title={say(w.receiptTitle)} lead={say(w.receiptLead)}>
      {!able && <p class="notice notice-warning">▲ {say(w.cannotVerify)}</p>}
      {told === 'other' && <p class="notice notice-danger">■ {say(w.otherKey)}</p>}
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          void check();
        }}
      >
        <div class="field">
          <label for="receipt-file">{say(w.receiptFile)}</label>
          <input
            id="receipt-file"
            type="file"
            onChange={async (e) => {
              const file = e.currentTarget.files?.[0];
              setChecked(undefined);
              if (file) setText(await file.text());
            }}
          />
        </div>
        <TextField
          label={say(w.receiptText)}
          rows={8}
          value={text}
          onValue={(v) => {
            setChecked(undefined);
            setText(v);
          }}
        />
        <Field
          label={say(w.logKey)}
          hint={say(told === 'same' ? w.logKeySame : w.logKeyHint)}
          error={wrongKey}
          value={vkey}
          onValue={(v) => {
            setChecked(undefined);
            setKey(v);
          }}
        />
        <Button kind="primary" type="submit" disabled={!able || text.trim() === ''}>
          {say(w.check)}
        </Button>
      </form>
      {checked && <Result checked={checked} />}
      {checked?.good && query.record && (
        <p>
          <Button onClick={() => keep(`${query.record}.tlog-proof`, 'text/plain', text)}>
            {say(w.keepReceipt)}
          </Button>
        </p>
      )}
      <p class="muted">{say(w.elsewhere)}</p>
    </Page>
  );
}
