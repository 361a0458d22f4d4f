/* Contracts held against the model contract, clause by clause when one asks. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/load';
import { day, yuan } from '../../app/format';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Explain } from '../../parts/explain';
import { Loaded } from '../../parts/loaded';
import { Table } from '../../parts/table';
import { w } from '../../text/agency';
import { contractStates, scores } from '../../text/agency-codes';

const TONE = { conforms: 'success', deviates: 'warning', fails: 'danger' } as const;

function Deviations({ id, onClose }: { id: string; onClose: () => void }) {
  const checked = useLoad(() => api.GET('/v1/contracts/{id}/check', { params: { path: { id } } }), [id]);
  return (
    <Dialog title={say(w.deviationsOf)} onClose={onClose}>
      <Loaded of={checked} rows={4}>
        {(c) => {
          const failed = c.checks.filter((x) => !x.pass);
          return failed.length === 0 ? (
            <p>{say(w.deviationsNone)}</p>
          ) : (
            <ul class="linked">
              {failed.map((x) => (
                <li key={x.check}>
                  <Chip tone={x.weight === 'failure' ? 'danger' : 'warning'}>{x.word}</Chip>
                  {x.quote && <q>{x.quote}</q>}
                  <Explain rule={x.rule} basis={x.basis} />
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Dialog>
  );
}

export function Contracts({ contracts }: { contracts: readonly Schemas['Contract'][] }) {
  const [open, setOpen] = useState<string | undefined>(undefined);
  if (contracts.length === 0) return <Empty>{say(w.contractsNone)}</Empty>;
  return (
    <>
      <Table
        caption={say(w.contractsTable)}
        rows={contracts}
        id={(c) => c.id}
        columns={[
          { key: 'id', head: say(w.contract), cell: (c) => c.id },
          {
            key: 'member',
            head: say(w.member),
            cell: (c) => <a href={`/agency/members/${c.person}`}>{c.person}</a>,
          },
          { key: 'price', head: say(w.price), number: true, cell: (c) => yuan(c.total_fen) },
          { key: 'edition', head: say(w.edition), cell: (c) => c.edition },
          {
            key: 'score',
            head: say(w.score),
            cell: (c) => <Chip tone={TONE[c.score]}>{say(scores[c.score])}</Chip>,
          },
          {
            key: 'deviations',
            head: say(w.deviations),
            cell: (c) =>
              c.score === 'conforms' ? (
                ''
              ) : (
                <Button onClick={() => setOpen(c.id)}>{say(w.deviations)}</Button>
              ),
          },
          {
            key: 'signed',
            head: say(w.signed),
            cell: (c) => (
              <>
                {say(contractStates[c.state])} {c.person_signed_at && day(c.person_signed_at)}
              </>
            ),
          },
        ]}
      />
      {open && <Deviations id={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
