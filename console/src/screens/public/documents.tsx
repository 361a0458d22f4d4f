/* Is a paper genuine? By its fingerprint, which the browser computes: the file goes nowhere. */
import { useId, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, asJson, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { moment } from '../../app/format';
import { say } from '../../app/language';
import { FILE_MOST, fingerprint, sha256 } from '../../app/sha256';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { w } from '../../text/public';

function Verdict({ of: v, hash }: { of: Schemas['DocumentVerdict']; hash: string }) {
  const [tone, sign, words] = !v.genuine
    ? (['danger', '■', w.notGenuine] as const)
    : v.annulled_at
      ? (['warning', '▲', w.annulled] as const)
      : (['success', '✓', w.genuine] as const);
  return (
    <section class={`notice notice-${tone}`} role="status">
      <p>
        <strong>
          {sign} {say(words)}
        </strong>
      </p>
      <Facts
        of={[
          [say(w.documentNumber), v.number],
          [say(w.issuer), v.issuer],
          [say(w.issuedAt), v.issued_at && moment(v.issued_at)],
          [say(w.annulledAt), v.annulled_at && moment(v.annulled_at)],
          [say(w.fingerprint), <code key="hash">{hash.replace(/(.{8})(?=.)/g, '$1 ')}</code>],
        ]}
      />
    </section>
  );
}

function Answer({ hash }: { hash: string }) {
  const found = useLoad(
    async () =>
      asJson(
        await api.GET('/v1/public/documents/{hash}', {
          params: { path: { hash } },
          headers: { Accept: 'application/json' },
        }),
      ),
    [hash],
  );
  return (
    <Loaded of={found} rows={2}>
      {(v) => <Verdict of={v} hash={hash} />}
    </Loaded>
  );
}

export function Documents() {
  const { query, route } = useLocation();
  const id = useId();
  const hash = fingerprint(query.hash ?? '');
  const [text, setText] = useState(hash ?? '');
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const show = (found: string) => {
    setWrong(undefined);
    setText(found);
    route(`/public/documents?hash=${found}`);
  };
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    if (file.size > FILE_MOST) {
      setWrong(say(w.tooLarge));
      return;
    }
    setBusy(true);
    show(await sha256(file).finally(() => setBusy(false)));
  };
  return (
    <Page title={say(w.documentsTitle)} lead={say(w.documentsLead)}>
      <form
        class="form"
        onDragOver={(e) => e.preventDefault()}
        onDrop={(e) => {
          e.preventDefault();
          void take(e.dataTransfer?.files[0]);
        }}
        onSubmit={(e) => {
          e.preventDefault();
          const found = fingerprint(text);
          if (found) show(found);
          else setWrong(say(w.hashWrong));
        }}
      >
        <div class="field drop">
          <label for={id}>{say(busy ? w.hashing : w.drop)}</label>
          <input id={id} type="file" disabled={busy} onChange={(e) => take(e.currentTarget.files?.[0])} />
        </div>
        <Field label={say(w.hash)} hint={say(w.hashHint)} error={wrong} value={text} onValue={setText} />
        <Button kind="primary" type="submit" busy={busy}>
          {say(w.verify)}
        </Button>
      </form>
      {hash && <Answer hash={hash} />}
    </Page>
  );
}
