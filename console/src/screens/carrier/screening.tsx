/* C1: is screening right, right now? What was answered, why one call was, and who objects. */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { count, moment } from '../../app/format';
import { pick, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { reasonWord } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip, VerdictTag } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Field, TextField } from '../../parts/field';
import { Figures } from '../../parts/figures';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import { appealStates } from '../../text/carrier-codes';
import { labels, verdicts } from '../../text/codes';
import { shareText } from './behaviour';
import { LiveVerdicts } from './live';

type Appeal = Schemas['Appeal'];

const COUNTED = [
  ['allow', (f: Schemas['Figures']) => f.allowed],
  ['remind', (f: Schemas['Figures']) => f.reminded],
  ['warn', (f: Schemas['Figures']) => f.warned],
  ['block', (f: Schemas['Figures']) => f.blocked],
] as const;

function Today() {
  const load = useLoad(() => api.GET('/v1/lines/figures'), []);
  return (
    <Loaded of={load} rows={2} who={say(w.carriersAndAuthorities)}>
      {({ lines }) => {
        const sum = (of: (f: Schemas['Figures']) => number) => lines.reduce((n, l) => n + of(l.figures), 0);
        const calls = sum((f) => f.calls);
        return (
          <Figures
            label={say(w.today24)}
            of={[
              ...COUNTED.map(([verdict, of]) => ({
                label: say(verdicts[verdict]),
                value: count(sum(of)),
                note: shareText(sum(of), calls),
              })),
              { label: say(w.declinedFigure), value: count(sum((f) => f.declined)) },
              {
                label: say(w.unprovenShare),
                value: shareText(
                  sum((f) => f.unproven),
                  calls,
                ),
              },
            ]}
          />
        );
      }}
    </Loaded>
  );
}

function Explained({ id }: { id: string }) {
  const load = useLoad(() => api.GET('/v1/records/{id}', { params: { path: { id } } }), [id]);
  return (
    <Loaded of={load} rows={3}>
      {(r) => {
        const word = r.reason ? reasonWord(r.reason) : undefined;
        return (
          <div class="panel">
            {r.verdict && (
              <p>
                <VerdictTag
                  verdict={r.verdict}
                  reason={r.verdict === 'allow' ? undefined : word ? pick(word.title) : r.reason}
                />
              </p>
            )}
            {r.explanation && (
              <p>{pick({ zh: r.explanation.zh ?? undefined, en: r.explanation.en ?? undefined })}</p>
            )}
            <Facts
              of={[
                [say(w.record), r.record],
                [say(w.at), r.at && moment(r.at)],
                [say(w.recordedAt), moment(r.recorded)],
                [say(w.rule), r.rule && <a href={`/settings/rules/${r.rule}`}>{r.rule}</a>],
                [say(w.basis), word ? pick(word.basis) : r.basis],
                [say(w.label), word && say(labels[word.label])],
                [say(w.inForceSince), word?.from],
                [say(w.whoChanges), say(w.whoChangesText)],
                [say(w.howToAppeal), say(w.howToAppealText)],
                [
                  say(w.proof),
                  <a href={`/v1/records/${r.record}/proof`} download>
                    tlog-proof
                  </a>,
                ],
              ]}
            />
          </div>
        );
      }}
    </Loaded>
  );
}

function ExplainBox() {
  const { query, route } = useLocation();
  const record = query.record ?? '';
  const [id, setId] = useState(record);
  return (
    <section aria-label={say(w.explainTitle)} class="panel">
      <h2>{say(w.explainTitle)}</h2>
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          route(
            id.trim() === ''
              ? '/carrier/screening'
              : `/carrier/screening?record=${encodeURIComponent(id.trim())}`,
          );
        }}
      >
        <Field label={say(w.record)} hint={say(w.recordHint)} value={id} onValue={setId} maxLength={80} />
        <p>
          <Button type="submit">{say(w.explain)}</Button>
        </p>
      </form>
      {record && <Explained id={record} />}
    </section>
  );
}

function Decide({ of, onDone }: { of: Appeal; onDone: (a: Appeal) => void }) {
  const [reason, setReason] = useState('');
  const send = useSend((key, decision: 'upheld' | 'rejected') =>
    api.POST('/v1/appeals/{id}/decide', {
      params: { path: { id: of.id }, header: { 'Idempotency-Key': key } },
      body: { decision, reason },
    }),
  );
  const act = async (decision: 'upheld' | 'rejected') => {
    const a = await send.send(decision);
    if (a) onDone(a);
  };
  return (
    <div class="form">
      <Facts
        of={[
          [say(w.appellant), of.organisation ? nameOf(of.organisation) : say(w.aPerson)],
          [say(w.against), of.against],
          [say(w.appealText), of.text],
        ]}
      />
      <Failed failure={send.failure} />
      <TextField
        label={say(w.reason)}
        hint={say(w.appealReasonHint)}
        required
        rows={3}
        maxLength={4000}
        value={reason}
        onValue={setReason}
      />
      <p class="row">
        <Button kind="primary" busy={send.busy} disabled={reason.trim() === ''} onClick={() => act('upheld')}>
          {say(w.uphold)}
        </Button>
        <Button busy={send.busy} disabled={reason.trim() === ''} onClick={() => act('rejected')}>
          {say(w.reject)}
        </Button>
      </p>
    </div>
  );
}

function Queue({ of, onOpen }: { of: readonly Appeal[]; onOpen: (a: Appeal) => void }) {
  if (of.length === 0) return <Empty>{say(w.appealsEmpty)}</Empty>;
  return (
    <Table
      caption={say(w.appealsCaption)}
      rows={of}
      id={(a) => a.id}
      columns={[
        {
          key: 'id',
          head: say(w.appeal),
          cell: (a) => (
            <button type="button" class="plain" onClick={() => onOpen(a)}>
              {a.id.slice(0, 12)}
            </button>
          ),
        },
        {
          key: 'who',
          head: say(w.appellant),
          cell: (a) => (a.organisation ? nameOf(a.organisation) : say(w.aPerson)),
        },
        { key: 'at', head: say(w.since), cell: (a) => moment(a.at) },
        {
          key: 'state',
          head: say(w.state),
          cell: (a) => (
            <Chip tone={a.status === 'open' ? 'warning' : a.status === 'upheld' ? 'success' : 'neutral'}>
              {say(appealStates[a.status])}
            </Chip>
          ),
        },
        {
          key: 'due',
          head: say(w.due),
          cell: (a) =>
            a.due ? <DeadlineChip due={a.due} done={a.status !== 'open'} rule="cn.clock.appeal" /> : '–',
        },
      ]}
    />
  );
}

export function Screening() {
  const load = useLoad(() => api.GET('/v1/appeals'), []);
  const [open, setOpen] = useState<Appeal | undefined>(undefined);
  const [done, setDone] = useState<Appeal | undefined>(undefined);
  const next = load.data?.appeals.filter((a) => a.status === 'open').at(-1);
  return (
    <Page
      title={say(w.screeningTitle)}
      lead={say(w.screeningLead)}
      at={load.at}
      onRefresh={load.reload}
      primary={
        <Button kind="primary" disabled={!next} onClick={() => setOpen(next)}>
          {say(w.resolveAppeal)}
        </Button>
      }
    >
      <LiveVerdicts />
      <Today />
      <ExplainBox />
      <h2>{say(w.appeals)}</h2>
      {done && (
        <Receipt title={say(w.appealDecided, { state: say(appealStates[done.status]) })}>
          <p>{say(done.status === 'upheld' ? w.appealUpheldNext : w.appealRejectedNext)}</p>
        </Receipt>
      )}
      <Loaded of={load} rows={3} who={say(w.carriersAndAuthorities)}>
        {({ appeals }) => <Queue of={appeals} onOpen={setOpen} />}
      </Loaded>
      {open && (
        <Dialog title={say(w.resolveAppeal)} onClose={() => setOpen(undefined)}>
          <Decide
            of={open}
            onDone={(a) => {
              setDone(a);
              setOpen(undefined);
              load.reload();
            }}
          />
        </Dialog>
      )}
    </Page>
  );
}
