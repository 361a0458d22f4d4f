/* Rehearsal: what other rules would have said to the calls that were recorded. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { count } from '../../app/format';
import { say } from '../../app/language';
import type { Session } from '../../app/session';
import { Button } from '../../parts/button';
import { VerdictTag } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Field, TextField } from '../../parts/field';
import { Figures } from '../../parts/figures';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/settings';
import { SignedIn } from './signed-in';
import { SettingsTabs } from './tabs';

type Group = Schemas['Rehearsed']['groups'][number];

const MAY: readonly Session['access'][] = ['carrier', 'authority', 'auditor'];
export function mayRehearse(s: Session | null | undefined): boolean {
  return s != null && MAY.includes(s.access);
}

function Says({ of: v }: { of: Schemas['RehearsedVerdict'] }) {
  return <VerdictTag verdict={v.verdict} reason={<a href={`/settings/rules/${v.rule}`}>{v.reason}</a>} />;
}

function Found({ of: r }: { of: Schemas['Rehearsed'] }) {
  return (
    <section class="stack" aria-live="polite">
      <Figures
        label={say(w.rehearse)}
        of={[
          { label: say(w.judged), value: count(r.calls) },
          {
            label: say(w.differ),
            value: count(r.differ),
            ...(r.differ > 0 ? { tone: 'warning' as const } : {}),
          },
          { label: say(w.skipped), value: count(r.skipped), note: say(w.skippedNote) },
        ]}
      />
      {r.more && <p class="notice notice-info">● {say(w.more)}</p>}
      {r.groups.length === 0 ? (
        <Empty>{say(w.same)}</Empty>
      ) : (
        <Table<Group>
          caption={say(w.differ)}
          rows={r.groups}
          id={(g) => `${g.now.verdict}${g.now.reason}${g.then.verdict}${g.then.reason}`}
          columns={[
            { key: 'now', head: say(w.nowSays), cell: (g) => <Says of={g.now} /> },
            { key: 'then', head: say(w.thenSays), cell: (g) => <Says of={g.then} /> },
            { key: 'calls', head: say(w.calls), number: true, cell: (g) => count(g.calls) },
            {
              key: 'examples',
              head: say(w.examples),
              cell: (g) => <code>{g.examples.join(' ')}</code>,
            },
          ]}
        />
      )}
    </section>
  );
}

function Try() {
  const [pack, setPack] = useState('');
  const [hours, setHours] = useState('24');
  const [found, setFound] = useState<Schemas['Rehearsed'] | undefined>(undefined);
  const run = useSend(() => api.POST('/v1/rules/rehearsals', { body: { pack, hours: Number(hours) } }));
  const problem = run.failure?.kind === 'problem' ? run.failure.problem : undefined;
  const wrong =
    problem?.code === 'pack-not-good' ? say(w.packWrong, { detail: problem.detail ?? '' }) : undefined;
  return (
    <>
      <form
        class="form"
        onSubmit={async (e) => {
          e.preventDefault();
          setFound(undefined);
          setFound(await run.send());
        }}
      >
        {!wrong && <Failed failure={run.failure} />}
        <TextField
          label={say(w.pack)}
          hint={say(w.packHint)}
          error={wrong}
          rows={12}
          required
          value={pack}
          onValue={setPack}
        />
        <Field
          label={say(w.hours)}
          type="number"
          inputMode="numeric"
          min="1"
          max="744"
          required
          value={hours}
          onValue={setHours}
        />
        <Button kind="primary" type="submit" busy={run.busy}>
          {say(w.run)}
        </Button>
      </form>
      {found && <Found of={found} />}
    </>
  );
}

export function Rehearsal() {
  return (
    <Page title={say(w.rehearseTitle)} lead={say(w.rehearseLead)}>
      <SettingsTabs current="/settings/rules" />
      <SignedIn>{(s) => (mayRehearse(s) ? <Try /> : <Empty>{say(w.rehearsers)}</Empty>)}</SignedIn>
    </Page>
  );
}
