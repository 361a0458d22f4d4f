/* RuleFacts: a rule of the pack in force in a reader's words: what binds, since when, who can change it. */
import { api } from '../api/client';
import { useLoad } from '../api/load';
import { day } from '../app/format';
import { pick, say } from '../app/language';
import { w } from '../text/app';
import { labels, makers } from '../text/codes';
import { Facts } from './facts';
import { Loaded } from './loaded';

export function RuleFacts({ id }: { id: string }) {
  const rule = useLoad(() => api.GET('/v1/rules/{id}', { params: { path: { id } } }), [id]);
  return (
    <Loaded of={rule} rows={2}>
      {(r) => (
        <>
          <p>
            <a href={`/settings/rules/${r.id}`}>{pick(r.title)}</a>
          </p>
          <Facts
            of={[
              [say(w.basis), pick(r.citation)],
              [say(w.binds), say(labels[r.label])],
              [say(w.since), r.from && day(r.from)],
              [say(w.changedBy), say(makers[r.changed_by])],
            ]}
          />
        </>
      )}
    </Loaded>
  );
}
