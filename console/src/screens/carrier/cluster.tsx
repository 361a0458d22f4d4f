/* One number's reports: judge each, follow the call to its source, decide what follows. */
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { moment } from '../../app/format';
import { pick, say } from '../../app/language';
import { nameOf } from '../../app/names';
import { Button } from '../../parts/button';
import { Chip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { w } from '../../text/carrier';
import {
  reportActs,
  reportGrounds,
  reportStages,
  reportStates,
  restraintKinds,
  restraintStates,
} from '../../text/carrier-codes';
import { SourceTabs } from './tabs';
import { TakenFor, Triage } from './triaging';

type Report = Schemas['Report'];
const TONES: Record<Report['status'], Tone> = {
  waiting: 'warning',
  counted: 'success',
  lead: 'neutral',
  untrue: 'danger',
};
const ACTS: readonly Schemas['ReportAct']['kind'][] = ['forward', 'answer', 'tell', 'untrue'];

function StartTrace({ report }: { report: Report | undefined }) {
  const { route } = useLocation();
  const send = useSend((key) =>
    api.POST('/v1/traces', {
      params: { header: { 'Idempotency-Key': key } },
      body: { kind: 'call', report: report?.id ?? '' },
    }),
  );
  return (
    <>
      <Button
        kind="primary"
        busy={send.busy}
        disabled={!report}
        onClick={async () => {
          const trace = await send.send();
          if (trace) route(`/carrier/traces/${trace.id}`);
        }}
      >
        {say(w.startTrace)}
      </Button>
      <Failed failure={send.failure} />
    </>
  );
}

function ActOn({ reports, onDone }: { reports: readonly Report[]; onDone: () => void }) {
  const [id, setId] = useState(reports[0]?.id ?? '');
  const [kind, setKind] = useState<(typeof ACTS)[number]>('forward');
  const [note, setNote] = useState('');
  const [done, setDone] = useState('');
  const send = useSend((key) =>
    api.POST('/v1/reports/{id}/acts', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body: note.trim() === '' ? { kind } : { kind, note },
    }),
  );
  return (
    <form
      class="form panel"
      onSubmit={async (e) => {
        e.preventDefault();
        const report = await send.send();
        if (report) {
          setDone(say(w.reportActed, { id: report.id.slice(0, 12), stage: say(reportStages[report.stage]) }));
          setNote('');
          onDone();
        }
      }}
    >
      <h2>{say(w.handle)}</h2>
      {done && <Receipt title={done} />}
      <Failed failure={send.failure} />
      <Choice
        label={say(w.report)}
        value={id}
        onValue={setId}
        options={reports.map((r) => [r.id, `${r.id.slice(0, 12)} · ${moment(r.at)}`])}
      />
      <Choice
        label={say(w.act)}
        value={kind}
        onValue={(v) => setKind(v as typeof kind)}
        options={ACTS.map((a) => [a, say(reportActs[a])])}
      />
      <TextField
        label={say(w.note)}
        hint={say(w.noteHint)}
        required={kind === 'untrue' || kind === 'answer'}
        rows={2}
        maxLength={2000}
        value={note}
        onValue={setNote}
      />
      <p>
        <Button type="submit" busy={send.busy}>
          {say(reportActs[kind])}
        </Button>
      </p>
    </form>
  );
}

function Decide({ of, onDone }: { of: Schemas['Restraint']; onDone: () => void }) {
  const grounds = useLoad(() => api.GET('/v1/grounds', { params: { query: { of: 'restraint' } } }), []);
  const ground = grounds.data?.grounds.find((g) => g.code === of.ground);
  const [reason, setReason] = useState('');
  const [done, setDone] = useState('');
  const send = useSend((key, decision: 'confirm' | 'refuse') =>
    api.POST('/v1/restraints/{id}/decide', {
      params: { path: { id: of.id }, header: { 'Idempotency-Key': key } },
      body: { decision, reason },
    }),
  );
  const act = async (decision: 'confirm' | 'refuse') => {
    const told = await send.send(decision);
    if (told) {
      setDone(say(restraintStates[told.status]));
      onDone();
    }
  };
  return (
    <section class="panel" aria-label={say(restraintKinds[of.kind])}>
      <h3>
        {say(restraintKinds[of.kind])}{' '}
        <Chip tone={of.status === 'open' ? 'warning' : 'neutral'}>{say(restraintStates[of.status])}</Chip>
      </h3>
      <Facts
        of={[
          [say(w.reason), ground ? pick(ground.text) : of.reason],
          [say(w.basis), ground ? pick(ground.basis) : of.basis],
          [say(w.until), moment(of.until)],
          [say(w.decision), of.decision],
        ]}
      />
      {done && <Receipt title={done} />}
      <Failed failure={send.failure} />
      {of.status === 'open' && (
        <>
          <TextField
            label={say(w.reason)}
            required
            rows={2}
            maxLength={2000}
            value={reason}
            onValue={setReason}
          />
          <p class="row">
            <Button
              kind="danger"
              busy={send.busy}
              disabled={reason.trim() === ''}
              onClick={() => act('confirm')}
            >
              {say(w.confirm)}
            </Button>
            <Button busy={send.busy} disabled={reason.trim() === ''} onClick={() => act('refuse')}>
              {say(w.refuse)}
            </Button>
          </p>
        </>
      )}
    </section>
  );
}

async function ask(cluster: string) {
  const [reports, clusters, restraints] = await Promise.all([
    api.GET('/v1/reports', { params: { query: { cluster } } }),
    api.GET('/v1/reports/clusters'),
    api.GET('/v1/restraints'),
  ]);
  if (!reports.data) return { ...reports, data: undefined };
  const lines = new Set(reports.data.reports.map((r) => r.line));
  return {
    response: reports.response,
    data: {
      reports: reports.data.reports,
      cluster: clusters.data?.clusters.find((c) => c.cluster === cluster),
      restraints: (restraints.data?.restraints ?? []).filter(
        (x) => x.sender === cluster || (x.line === x.sender && lines.has(x.line)),
      ),
    },
  };
}

export function OneCluster() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const load = useLoad(() => ask(id), [id]);
  const from = load.data?.reports.find((r) => r.id === load.data?.cluster?.latest) ?? load.data?.reports[0];
  return (
    <Page
      title={say(w.clusterTitle)}
      lead={say(w.clusterLead, { id: id.slice(0, 8) })}
      at={load.at}
      onRefresh={load.reload}
      primary={<StartTrace report={from} />}
      why={
        load.data && (
          <Facts
            of={[
              [say(w.line), from?.line && <a href={`/carrier/lines/${from.line}`}>{from.line}</a>],
              [say(w.principal), from?.organisation && nameOf(from.organisation)],
              [
                say(w.number),
                load.data.cluster?.number && (
                  <a href={`/carrier/numbers/${load.data.cluster.number}`}>{say(w.openNumber)}</a>
                ),
              ],
              [say(w.reporters), load.data.cluster?.reporters],
            ]}
          />
        )
      }
    >
      <SourceTabs current="/carrier/reports" />
      <Loaded of={load} rows={5} who={say(w.carriersAndAuthorities)}>
        {({ reports, restraints }) =>
          reports.length === 0 ? (
            <Empty>{say(w.reportsEmpty)}</Empty>
          ) : (
            <>
              <Table
                caption={say(w.clusterCaption)}
                rows={reports}
                id={(r) => r.id}
                columns={[
                  { key: 'id', head: say(w.report), cell: (r) => r.id.slice(0, 12) },
                  { key: 'at', head: say(w.calledAt), cell: (r) => moment(r.at) },
                  { key: 'kind', head: say(w.kind), cell: (r) => <TakenFor of={r} /> },
                  {
                    key: 'status',
                    head: say(w.state),
                    cell: (r) => (
                      <Chip tone={TONES[r.status]}>
                        {say(reportStates[r.status])}
                        {r.ground && ` · ${say(reportGrounds[r.ground])}`}
                      </Chip>
                    ),
                  },
                  { key: 'stage', head: say(w.stage), cell: (r) => say(reportStages[r.stage]) },
                  {
                    key: 'record',
                    head: say(w.record),
                    cell: (r) =>
                      r.record ? <a href={`/carrier/screening?record=${r.record}`}>{r.record}</a> : '–',
                  },
                ]}
              />
              {restraints.map((x) => (
                <Decide key={x.id} of={x} onDone={load.reload} />
              ))}
              <Triage reports={reports} onDone={load.reload} />
              <ActOn reports={reports} onDone={load.reload} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
