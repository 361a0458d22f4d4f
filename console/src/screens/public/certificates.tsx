/* Certificate look-up: for whoever is shown one. */
import { useEffect, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day, lastDay } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { CertificateState } from '../../parts/certificate';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { w } from '../../text/public';

type Certificate = Schemas['PublicCertificate'];

function Shown({ of: c }: { of: Certificate }) {
  return (
    <section class="card" aria-live="polite">
      <h2>
        {c.number} <CertificateState of={c.status} />
      </h2>
      {!c.confirmed && <p class="notice notice-warning">◔ {say(w.unconfirmed)}</p>}
      <Facts
        of={[
          [say(w.holder), c.holder],
          [say(w.place), c.organisation ?? say(w.noPlace)],
          [say(w.issued), c.issued_at && day(c.issued_at)],
          [say(w.lastDay), lastDay(c.until)],
        ]}
      />
    </section>
  );
}

function LookUp({ no }: { no: string }) {
  const found = useLoad(() => api.GET('/v1/public/certificates/{no}', { params: { path: { no } } }), [no]);
  if (found.failure?.kind === 'problem' && found.failure.status === 404)
    return <Empty>{say(w.noCertificate)}</Empty>;
  return (
    <Loaded of={found} rows={2}>
      {(c) => <Shown of={c} />}
    </Loaded>
  );
}

export function Certificates() {
  const { route } = useLocation();
  const { params } = useRoute();
  const no = params.no ?? '';
  const [text, setText] = useState(no);
  useEffect(() => setText(no), [no]);
  return (
    <Page title={say(w.certificatesTitle)} lead={say(w.certificatesLead)}>
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          const wanted = text.trim();
          if (wanted) route(`/public/certificates/${encodeURIComponent(wanted)}`);
        }}
      >
        <Field
          label={say(w.number)}
          hint={say(w.numberHint)}
          maxLength={64}
          required
          value={text}
          onValue={setText}
        />
        <Button kind="primary" type="submit">
          {say(w.check)}
        </Button>
      </form>
      {no && <LookUp no={no} />}
    </Page>
  );
}
