/* Rules: by what this gate judges, and whose rule each is. */
import { useLocation } from 'preact-iso';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { pick, say } from '../../app/language';
import { session } from '../../app/session';
import { Chip, type Tone } from '../../parts/chip';
import { Choice } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { evidenceWords, labels, ruleKinds } from '../../text/codes';
import { w } from '../../text/settings';
import { mayRehearse } from './rehearsal';
import { SettingsTabs } from './tabs';

type Head = Schemas['RuleHead'];
type Kind = Head['kind'];
const TONE: Readonly<Record<Head['label'], Tone>> = { law: 'info', platform: 'warning', design: 'neutral' };

export function RuleLabel({ of: label }: { of: Head['label'] }) {
  return <Chip tone={TONE[label]}>{say(labels[label])}</Chip>;
}

export function Rules() {
  const { query, route } = useLocation();
  const kind: Kind = query.kind && query.kind in ruleKinds ? (query.kind as Kind) : 'rule';
  const list = useLoad(() => api.GET('/v1/rules', { params: { query: { kind } } }), [kind]);
  return (
    <Page
      title={say(w.rulesTitle)}
      lead={say(w.rulesLead)}
      primary={
        mayRehearse(session.value) && (
          <a class="button primary" href="/settings/rehearsal">
            {say(w.rehearse)}
          </a>
        )
      }
    >
      <SettingsTabs current="/settings/rules" />
      <Choice
        label={say(w.ruleKind)}
        value={kind}
        onValue={(v) => route(v === 'rule' ? '/settings/rules' : `/settings/rules?kind=${v}`)}
        options={Object.entries(ruleKinds).map(([code, words]) => [code, say(words)] as const)}
      />
      <Loaded of={list} rows={12}>
        {({ rules }) => (
          <Table
            caption={say(ruleKinds[kind])}
            rows={rules}
            id={(r) => r.id}
            columns={[
              {
                key: 'title',
                head: say(w.rule),
                cell: (r) => <a href={`/settings/rules/${r.id}`}>{pick(r.title)}</a>,
              },
              { key: 'label', head: say(w.binds), cell: (r) => <RuleLabel of={r.label} /> },
              { key: 'basis', head: say(w.basis), cell: (r) => pick(r.citation) },
              {
                key: 'evidence',
                head: say(w.evidence),
                cell: (r) => <abbr title={say(evidenceWords[r.evidence])}>{r.evidence}</abbr>,
              },
              { key: 'since', head: say(w.since), cell: (r) => (r.from ? day(r.from) : '—') },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
