/* C3: what a platform has to take down, by when, whether it did, and whether it has come back. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { count, moment } from '../../app/format';
import { pick, say } from '../../app/language';
import { session } from '../../app/session';
import { fingerprint } from '../../app/sha256';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip, type Tone } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Choice, Field, TextField } from '../../parts/field';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { takedownActs, takedownKinds, takedownStates } from '../../text/carrier-codes';
import { SourceTabs } from './tabs';

type Takedown = Schemas['Takedown'];
const TONES: Record<Takedown['status'], Tone> = {
  ordered: 'warning',
  received: 'info',
  removed: 'success',
  refused: 'danger',
  reappeared: 'danger',
};
const ACTS: readonly Schemas['TakedownAnswer']['act'][] = ['received', 'removed', 'refused'];

/** A hash as people paste it; the server judges what is none. Empty: none. */
function hashOf(text: string): string | null {
  return text.trim() === '' ? null : `sha256:${fingerprint(text) ?? text.trim()}`;
}

function Issue({ onDone }: { onDone: (t: Takedown) => void }) {
  const grounds = useLoad(() => api.GET('/v1/grounds', { params: { query: { of: 'takedown' } } }), []);
  const [kind, setKind] = useState<Takedown['kind']>('software');
  const [url, setUrl] = useState('');
  const [platform, setPlatform] = useState('');
  const [ground, setGround] = useState('');
  const [hash, setHash] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/takedowns', {
      params: { header: { 'Idempotency-Key': key } },
      body: {
        kind,
        url,
        platform,
        ground: ground || (grounds.data?.grounds[0]?.code ?? ''),
        artefact: hashOf(hash),
      },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        const t = await send.send();
        if (t) onDone(t);
      }}
    >
      <Failed failure={send.failure} />
      <Choice
        label={say(w.kind)}
        value={kind}
        onValue={(v) => setKind(v as Takedown['kind'])}
        options={(['software', 'device', 'listing'] as const).map((k) => [k, say(takedownKinds[k])])}
      />
      <Field
        label={say(w.artefactHash)}
        hint={say(w.artefactHint)}
        value={hash}
        onValue={setHash}
        maxLength={71}
        required={kind === 'software'}
      />
      <Field label={say(w.url)} required value={url} onValue={setUrl} maxLength={1000} />
      <Field
        label={say(w.platform)}
        hint={say(w.platformHint)}
        required
        value={platform}
        onValue={setPlatform}
        maxLength={64}
      />
      <Choice
        label={say(w.legalBasis)}
        hint={basisOf(grounds.data, ground)}
        value={ground || (grounds.data?.grounds[0]?.code ?? '')}
        onValue={setGround}
        options={(grounds.data?.grounds ?? []).map((g) => [g.code, pick(g.title)])}
      />
      <p>
        <Button kind="primary" type="submit" busy={send.busy}>
          {say(w.issueRemoval)}
        </Button>
      </p>
    </form>
  );
}

function basisOf(grounds: Schemas['GroundList'] | undefined, code: string): string | undefined {
  const g = grounds?.grounds.find((x) => x.code === code) ?? grounds?.grounds[0];
  return g && pick(g.basis);
}

/** Whoever sees an artefact again tells by its hash; what had been removed is to be removed anew. */
function Seen({ onDone }: { onDone: () => void }) {
  const [hash, setHash] = useState('');
  const [url, setUrl] = useState('');
  const [told, setTold] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/takedowns/sightings', {
      params: { header: { 'Idempotency-Key': key } },
      body: { artefact: hashOf(hash) ?? '', url },
    }),
  );
  return (
    <form
      class="form panel"
      onSubmit={async (e) => {
        e.preventDefault();
        const seen = await send.send();
        if (seen) {
          setTold(say(w.seenTold, { matches: seen.matches, reappeared: seen.reappeared }));
          onDone();
        }
      }}
    >
      <h2>{say(w.watch)}</h2>
      <p class="field-hint">{say(w.watchLead)}</p>
      {told && <Receipt title={told} />}
      <Failed failure={send.failure} />
      <Field label={say(w.artefactHash)} required value={hash} onValue={setHash} maxLength={71} />
      <Field label={say(w.seenUrl)} required value={url} onValue={setUrl} maxLength={1000} />
      <p>
        <Button type="submit" busy={send.busy}>
          {say(w.tellSeen)}
        </Button>
      </p>
    </form>
  );
}

function Answer({ of, onDone }: { of: Takedown; onDone: () => void }) {
  const [act, setAct] = useState<(typeof ACTS)[number]>(of.status === 'received' ? 'removed' : 'received');
  const [text, setText] = useState('');
  const [proof, setProof] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/takedowns/{id}/answer', {
      params: { path: { id: of.id }, header: { 'Idempotency-Key': key } },
      body: {
        act,
        ...(text.trim() === '' ? {} : { text }),
        ...(act === 'removed' ? { proof: hashOf(proof) } : {}),
      },
    }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone();
      }}
    >
      <Failed failure={send.failure} />
      <Choice
        label={say(w.answer)}
        value={act}
        onValue={(v) => setAct(v as typeof act)}
        options={ACTS.map((a) => [a, say(takedownActs[a])])}
      />
      {act === 'removed' ? (
        <Field
          label={say(w.proofHash)}
          hint={say(w.proofHint)}
          required
          value={proof}
          onValue={setProof}
          maxLength={71}
        />
      ) : (
        <TextField
          label={say(act === 'received' ? w.receiptNo : w.reason)}
          required
          rows={2}
          maxLength={400}
          value={text}
          onValue={setText}
        />
      )}
      <p>
        <Button kind="primary" type="submit" busy={send.busy}>
          {say(takedownActs[act])}
        </Button>
      </p>
    </form>
  );
}

export function Removals() {
  const [open, setOpen] = useState(false);
  const [answering, setAnswering] = useState<Takedown | undefined>(undefined);
  const [issued, setIssued] = useState<Takedown | undefined>(undefined);
  const load = useLoad(() => api.GET('/v1/takedowns'), []);
  const s = session.value;
  const authority = s?.kind === 'authority';
  const mine = (t: Takedown) =>
    t.platform === s?.organisation && t.status !== 'removed' && t.status !== 'refused';
  return (
    <Page
      title={say(w.removalsTitle)}
      lead={say(w.removalsLead)}
      at={load.at}
      onRefresh={load.reload}
      primary={
        authority && (
          <Button kind="primary" onClick={() => setOpen(true)}>
            {say(w.issueRemoval)}
          </Button>
        )
      }
    >
      <SourceTabs current="/carrier/removals" />
      {issued && (
        <Receipt title={say(w.removalIssued, { id: issued.id.slice(0, 12), platform: issued.platform })}>
          <p>{say(w.removalDue, { at: moment(issued.due) })}</p>
        </Receipt>
      )}
      <Loaded of={load} rows={4} who={say(w.authoritiesAndPlatforms)}>
        {({ takedowns }) =>
          takedowns.length === 0 ? (
            <Empty>{say(w.removalsEmpty)}</Empty>
          ) : (
            <>
              <Figures
                label={say(w.removalsTitle)}
                of={[
                  {
                    label: say(w.removalsOpen),
                    value: count(
                      takedowns.filter((t) => t.status !== 'removed' && t.status !== 'refused').length,
                    ),
                  },
                  {
                    label: say(w.late),
                    value: count(takedowns.filter((t) => t.overdue).length),
                    ...(takedowns.some((t) => t.overdue) ? { tone: 'danger' as const } : {}),
                  },
                  {
                    label: say(takedownStates.removed),
                    value: count(takedowns.filter((t) => t.status === 'removed').length),
                  },
                  {
                    label: say(takedownStates.reappeared),
                    value: count(takedowns.filter((t) => t.status === 'reappeared').length),
                  },
                ]}
              />
              <Table
                caption={say(w.removalsCaption)}
                rows={takedowns}
                id={(t) => t.id}
                columns={[
                  {
                    key: 'artefact',
                    head: say(w.artefact),
                    cell: (t) =>
                      mine(t) ? (
                        <button type="button" class="plain" onClick={() => setAnswering(t)}>
                          {say(w.answer)} {t.id.slice(0, 12)}
                        </button>
                      ) : (
                        <span title={t.artefact ?? undefined}>
                          {t.artefact ? `${t.artefact.slice(0, 19)}…` : t.id.slice(0, 12)}
                        </span>
                      ),
                  },
                  { key: 'kind', head: say(w.kind), cell: (t) => say(takedownKinds[t.kind]) },
                  { key: 'url', head: say(w.url), cell: (t) => t.seen_url ?? t.url },
                  { key: 'platform', head: say(w.platform), cell: (t) => t.platform },
                  {
                    key: 'state',
                    head: say(w.state),
                    cell: (t) => <Chip tone={TONES[t.status]}>{say(takedownStates[t.status])}</Chip>,
                  },
                  {
                    key: 'due',
                    head: say(w.due),
                    cell: (t) => (
                      <DeadlineChip due={t.due} done={t.status === 'removed'} rule="cn.clock.takedown" />
                    ),
                  },
                  {
                    key: 'proof',
                    head: say(w.proofOrReason),
                    cell: (t) => (t.proof ? `${t.proof.slice(0, 19)}…` : (t.reason ?? t.receipt ?? '–')),
                  },
                  { key: 'seen', head: say(w.sightings), number: true, cell: (t) => count(t.sightings) },
                ]}
              />
            </>
          )
        }
      </Loaded>
      <Seen onDone={load.reload} />
      {open && (
        <Dialog title={say(w.issueRemoval)} onClose={() => setOpen(false)}>
          <Issue
            onDone={(t) => {
              setIssued(t);
              setOpen(false);
              load.reload();
            }}
          />
        </Dialog>
      )}
      {answering && (
        <Dialog title={say(w.answerTitle)} onClose={() => setAnswering(undefined)}>
          <Answer
            of={answering}
            onDone={() => {
              setAnswering(undefined);
              load.reload();
            }}
          />
        </Dialog>
      )}
    </Page>
  );
}
