/* B2: one case: what happened, what is next, by when, on what basis. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api } from '../../api/client';
import { type Load, useLoad } from '../../api/load';
import { itemTexts } from '../../app/case-acts';
import { day, listed, short, yuan } from '../../app/format';
import { pick, say } from '../../app/language';
import { useQuery } from '../../app/query';
import { session } from '../../app/session';
import { Chip, DeadlineChip } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Loaded, Waiting } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Tabs } from '../../parts/tabs';
import { caseStates } from '../../text/codes';
import { w } from '../../text/desk';
import { actNos, itemStates, sides } from '../../text/desk-codes';
import { kept } from './act-draft';
import { ActForm, type Case, type Next } from './act-form';
import { Departments, Documents, EvidenceOf, People } from './case-tabs';
import { CaseTimeline } from './case-timeline';
import { acts, type Names, useNames } from './names';
import { Stages } from './stages';

/** A draft that waits for the decision of somebody else, and who drafted it. */
export function waiting(of: Case): { kind: string; by: string | null } | null {
  let found: { kind: string; by: string | null } | null = null;
  for (const act of of.acts) {
    if (act.kind === 'penalty') found = { kind: 'penalty', by: act.by ?? null };
    if (act.kind === 'decision' || act.kind === 'notice_of_penalty') found = null;
  }
  return found;
}

function Second({ of, next, names }: { of: Case; next: Next; names: Names }) {
  const draft = waiting(of);
  if (!draft) return null;
  const mine = next.next.includes('decision');
  const approvers = names.staff.filter((s) => s.role === 'approver' && s.id !== draft.by);
  return (
    <section class="notice notice-warning" role="status">
      <p>◔ {say(mine ? w.yoursToDecide : w.waitsForSecond)}</p>
      <p>
        {say(w.draftedBy, { who: names.of(draft.by) })}{' '}
        {!mine && say(w.mayDecide, { who: listed(approvers.map((s) => s.name)) || '—' })}
      </p>
    </section>
  );
}

/** In the page's language; the server's own words where it has none. */
function reasonOf(code: string, detail: string): string {
  const known = actNos[code];
  return known ? say(known) : detail;
}

function NextActs({
  of,
  load,
  names,
  etag,
  onDone,
  onStale,
}: {
  of: Case;
  load: Load<Next>;
  names: Names;
  etag: string | undefined;
  onDone: (now: Case) => void;
  onStale: () => void;
}) {
  // What was being written before a reload is open again.
  const [kind, setKind] = useState(() => kept(session.value?.id ?? '', of.id)?.kind ?? '');
  return (
    <section class="act no-print" id="next">
      <h2>{say(w.nextAct)}</h2>
      <Loaded of={load} rows={3}>
        {(next) => (
          <>
            <Second of={of} next={next} names={names} />
            {next.acts.length === 0 && <p>{say(w.nothingNext)}</p>}
            <div class="row">
              {next.acts.map((a) => (
                <button
                  key={a.kind}
                  type="button"
                  class="button"
                  aria-pressed={kind === a.kind}
                  onClick={() => setKind(kind === a.kind ? '' : a.kind)}
                >
                  {pick(a.title)}
                </button>
              ))}
            </div>
            {kind !== '' && next.next.some((k) => k === kind) && (
              <ActForm
                key={kind}
                of={of}
                kind={kind}
                next={next}
                names={names}
                etag={etag}
                onStale={onStale}
                onDone={(now) => {
                  setKind('');
                  onDone(now);
                }}
              />
            )}
            {next.not_yet.length > 0 && (
              <details>
                <summary>{say(w.notYet, { n: next.not_yet.length })}</summary>
                <ul class="rows">
                  {next.not_yet.map((a) => (
                    <li key={a.kind}>
                      <strong>{pick(a.title)}</strong>{' '}
                      <span class="muted">{reasonOf(a.reason, a.detail)}</span>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Items({ of }: { of: Case }) {
  const texts = itemTexts(of.acts);
  if (of.items.length === 0) return null;
  return (
    <section>
      <h2>{say(w.items)}</h2>
      <ol class="rows">
        {of.items.map((i) => (
          <li key={i.item}>
            {i.state === 'accepted' || i.state === 'proven' ? (
              <Chip tone={i.state === 'accepted' ? 'success' : 'info'}>{say(itemStates[i.state])}</Chip>
            ) : (
              <DeadlineChip due={i.until} />
            )}{' '}
            {texts[i.item - 1]} <span class="muted">{day(i.until)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Rail({ of, names }: { of: Case; names: Names }) {
  return (
    <>
      <h2>{say(w.why)}</h2>
      <p>{say(w.whySide, { side: say(sides[of.side]) })}</p>
      <Facts
        of={[
          [say(w.openedBy), names.of(of.opened_by)],
          [say(w.openedAt), day(of.opened_at)],
          [say(w.filedBy), of.filed_by && names.of(of.filed_by)],
          [say(w.ruleId), <a href="/settings/rules/cn.desk.ladder">cn.desk.ladder</a>],
          [say(w.basis), say(w.ladderBasis)],
        ]}
      />
      <p class="muted">{say(w.ladderWhy)}</p>
      {acts() && (of.side === 'authority' || of.side === 'association') && (
        <p>
          <a href={`/v1/cases/${of.id}/packet`} download>
            {say(w.packet)}
          </a>
        </p>
      )}
    </>
  );
}

/** What is due first: a deadline of the case, or of an item to correct. */
function nearest(of: Case, clocks: { due: string; title: string | null; rule: string }[]) {
  const items = of.items
    .filter((i) => i.state === 'open' || i.state === 'late')
    .map((i) => ({ due: i.until, title: say(w.itemNumber, { n: i.item }), rule: '' }));
  return [...clocks, ...items].sort((a, b) => Date.parse(a.due) - Date.parse(b.due))[0];
}

function File({ load, names }: { load: Load<Case>; names: Names }) {
  const q = useQuery();
  const [done, setDone] = useState('');
  const of = load.data as Case;
  const next = useLoad(
    () => api.GET('/v1/cases/{id}/next', { params: { path: { id: of.id } } }),
    [of.id, of.acts.length],
  );
  const clocks = useLoad(
    () => api.GET('/v1/clocks', { params: { query: { subject: of.id, state: 'open' } } }),
    [of.id, of.acts.length],
  );
  const due = nearest(of, clocks.data?.clocks ?? []);
  const tab = q.get('tab');
  const at = (to: string) => `/desk/cases/${of.id}${to === '' ? '' : `?tab=${to}`}`;
  return (
    <>
      {done && (
        <Receipt title={done}>
          <p>
            <a href={at('documents')}>{say(w.seeDocuments)}</a>
          </p>
        </Receipt>
      )}
      <p class="row">
        <Chip tone={of.status === 'open' ? 'info' : 'success'}>{say(caseStates[of.status])}</Chip>
        {due && of.status === 'open' && (
          <>
            <DeadlineChip due={due.due} rule={due.rule} /> <span>{due.title}</span>
          </>
        )}
        {of.fine && (
          <Chip tone={of.fine.settled ? 'success' : 'warning'}>
            {say(w.fine)} {yuan(of.fine.amount_fen)} · {say(of.fine.settled ? w.paid : w.unpaid)}
          </Chip>
        )}
      </p>
      <Stages of={of.stages} />
      {acts() && (
        <NextActs
          of={of}
          load={next}
          names={names}
          etag={load.etag}
          onStale={load.reload}
          onDone={(now) => {
            const last = now.acts[now.acts.length - 1];
            setDone(say(w.actDone, { act: last ? pick(last.title) : '' }));
            load.reload();
          }}
        />
      )}
      <Items of={of} />
      <Tabs
        label={say(w.parts)}
        current={at(tab)}
        tabs={[
          { href: at(''), label: say(w.timeline), count: of.acts.length },
          { href: at('documents'), label: say(w.documents) },
          { href: at('evidence'), label: say(w.evidence) },
          { href: at('people'), label: say(w.people), count: of.complaints?.length },
          { href: at('departments'), label: say(w.departments) },
        ]}
      />
      {tab === 'documents' ? (
        <Documents of={of} names={names} />
      ) : tab === 'evidence' ? (
        <EvidenceOf of={of} names={names} />
      ) : tab === 'people' ? (
        <People of={of} />
      ) : tab === 'departments' ? (
        <Departments of={of} names={names} />
      ) : (
        <CaseTimeline of={of} names={names} />
      )}
    </>
  );
}

export function OneCase() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const load = useLoad(() => api.GET('/v1/cases/{id}', { params: { path: { id } } }), [id]);
  const of = load.data;
  const names = useNames();
  return (
    <Page
      title={say(w.caseTitle)}
      lead={
        of && (
          <>
            {names.of(of.respondent)} · {short(of.id)} ·{' '}
            {say(w.complaintsOf, { n: of.complaints?.length ?? 0 })}
          </>
        )
      }
      at={load.at}
      onRefresh={load.reload}
      why={of ? <Rail of={of} names={names} /> : !load.failure && <Waiting rows={4} />}
      primary={
        of?.status !== 'closed' &&
        !load.failure &&
        acts() && (
          <a class={of ? 'button primary' : 'button primary awaited'} href="#next">
            {say(w.nextAct)}
          </a>
        )
      }
    >
      <Loaded of={load} once={names.ready} rows={8} who={say(w.supervisors)}>
        {() => <File load={load} names={names} />}
      </Loaded>
    </Page>
  );
}
