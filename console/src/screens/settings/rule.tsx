/* One rule: what it says, what binds, since when, who can change it, and its values. */
import { useRoute } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { day } from '../../app/format';
import { pick, say } from '../../app/language';
import { valuesOf } from '../../app/values';
import { Empty } from '../../parts/empty';
import { Facts } from '../../parts/facts';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { evidenceWords, makers, ruleValues } from '../../text/codes';
import { w } from '../../text/settings';
import { RuleLabel } from './rules';
import { SettingsTabs } from './tabs';

/** "caps 1 · limit" → 频次 1 · 上限; what has no word keeps its key. */
function named(key: string): string {
  return key.replace(/[a-z_]+/g, (part) => {
    const word = ruleValues[part];
    return word ? say(word) : part;
  });
}

export function RuleDetail() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const rule = useLoad(() => api.GET('/v1/rules/{id}', { params: { path: { id } } }), [id]);
  const missing = rule.failure?.kind === 'problem' && rule.failure.status === 404;
  return (
    <Page title={rule.data ? pick(rule.data.title) : say(w.rule)}>
      <SettingsTabs current="/settings/rules" />
      {missing ? (
        <Empty act={<a href="/settings/rules">{say(w.allRules)}</a>}>{say(w.noRule)}</Empty>
      ) : (
        <Loaded of={rule} rows={6}>
          {(r) => {
            const values = valuesOf(r);
            return (
              <div class="columns">
                <section class="card">
                  <p class="prose">{pick(r.text)}</p>
                  <Facts
                    of={[
                      [say(w.binds), <RuleLabel key="label" of={r.label} />],
                      [say(w.basis), pick(r.citation)],
                      [say(w.origin), r.origin && pick(r.origin)],
                      [say(w.evidence), say(evidenceWords[r.evidence])],
                      [say(w.since), r.from && day(r.from)],
                      [say(w.last), r.until && day(r.until)],
                      [say(w.changedBy), say(makers[r.changed_by])],
                      [say(w.id), <code key="id">{r.id}</code>],
                    ]}
                  />
                </section>
                {values.length > 0 && (
                  <section class="card">
                    <h2>{say(w.values)}</h2>
                    <Facts of={values.map(([key, value]) => [named(key), value] as const)} />
                  </section>
                )}
              </div>
            );
          }}
        </Loaded>
      )}
    </Page>
  );
}
