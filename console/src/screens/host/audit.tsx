/* The journal of changes: who changed what, and when. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { count, moment } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import { Button } from '../../parts/button';
import { Empty } from '../../parts/empty';
import { Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Table } from '../../parts/table';
import { w } from '../../text/host';
import { SettingsTabs } from '../settings/tabs';

export function Audit() {
  const q = useQuery();
  const [kind, actor] = [q.get('kind'), q.get('actor')];
  const [wantedKind, setKind] = useState(kind);
  const [wantedActor, setActor] = useState(actor);
  const load = useLoad(
    () =>
      api.GET('/v1/audit', {
        params: { query: { ...(kind && { kind }), ...(actor && { actor }), ...q.page } },
      }),
    [kind, actor, q.page.cursor],
  );
  return (
    <Page title={say(w.auditTitle)} lead={say(w.auditLead)} at={load.at} onRefresh={load.reload}>
      <SettingsTabs current="/audit" />
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          q.set({ kind: wantedKind.trim(), actor: wantedActor.trim() });
        }}
      >
        <Field
          label={say(w.filterKind)}
          hint={say(w.kindHint)}
          value={wantedKind}
          onValue={setKind}
          maxLength={64}
        />
        <Field
          label={say(w.filterActor)}
          hint={say(w.filterHint)}
          value={wantedActor}
          onValue={setActor}
          maxLength={64}
        />
        <p>
          <Button type="submit">{say(w.filter)}</Button>
        </p>
      </form>
      <Loaded of={load} rows={8} who={say(w.auditors)}>
        {({ changes, next }) =>
          changes.length === 0 ? (
            <Empty>{say(w.auditEmpty)}</Empty>
          ) : (
            <Table
              caption={say(w.auditCaption)}
              rows={changes}
              id={(c) => String(c.seq)}
              {...q.pages(next)}
              columns={[
                { key: 'seq', head: say(w.number), cell: (c) => count(c.seq) },
                { key: 'at', head: say(w.at), cell: (c) => moment(c.at) },
                {
                  key: 'actor',
                  head: say(w.actor),
                  cell: (c) => (c.actor === 'person' ? say(w.person) : c.actor),
                },
                { key: 'kind', head: say(w.kind), cell: (c) => c.kind },
                { key: 'subject', head: say(w.subject), cell: (c) => c.subject ?? say(w.untold) },
                {
                  key: 'record',
                  head: say(w.record),
                  cell: (c) =>
                    c.record ? (
                      <a href={`/v1/records/${c.record}/proof`} download>
                        {c.record}
                      </a>
                    ) : (
                      '–'
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
