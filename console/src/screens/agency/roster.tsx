/* The page of members that A1 shows, and the claim in each row. A claim opens nothing; its row says so. */
import { api, type Schemas } from '../../api/client';
import { useSend } from '../../api/load';
import { day } from '../../app/format';
import { called, say } from '../../app/language';
import type { Query } from '../../app/query';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip } from '../../parts/chip';
import { type Column, Table } from '../../parts/table';
import { w } from '../../text/agency';
import { categories, claimRefusals } from '../../text/agency-codes';
import { direction, turned } from './sort';

type Row = Schemas['ListedPerson'];

/** What of a row's bands every row may hold; absent ones are not there at all. */
export function band(row: Row, category: string, field: string): string {
  const value = row.masked[category]?.[field];
  return typeof value === 'string' ? value : '';
}

function Claim({ id, onClaimed }: { id: string; onClaimed: () => void }) {
  const claim = useSend((key) =>
    api.POST('/v1/persons/{id}/claim', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
  );
  const f = claim.failure;
  return (
    <span class="chips">
      <Button
        busy={claim.busy}
        onClick={async () => {
          if (await claim.send()) onClaimed();
        }}
      >
        {say(w.claim)}
      </Button>
      {f?.kind === 'problem' && (
        <span role="alert">
          <Chip tone="warning" sign="▲">
            {claimRefusals[f.problem.code] ? say(claimRefusals[f.problem.code] ?? w.no) : f.problem.detail}
          </Chip>
        </span>
      )}
    </span>
  );
}

function Owner({ row, mine, claims, done }: { row: Row; mine: boolean; claims: boolean; done: () => void }) {
  if (mine) return <Chip tone="info">{say(w.me)}</Chip>;
  if (row.owner) return <>{row.owner}</>;
  return claims ? <Claim id={row.id} onClaimed={done} /> : <Chip>{say(w.free)}</Chip>;
}

export function Roster({
  page,
  sort,
  claims,
  onSort,
  pages,
  claimed,
  onClaimed,
  chosen,
  onChosen,
}: {
  page: Schemas['Persons'];
  sort: string;
  claims: boolean;
  onSort: (sort: string) => void;
  pages: ReturnType<Query['pages']>;
  claimed: ReadonlySet<string>; // in this page's time: the row says what it changed
  onClaimed: (id: string) => void;
  chosen?: ReadonlySet<string>;
  onChosen?: (chosen: ReadonlySet<string>) => void;
}) {
  const rows = page.persons;
  const me = session.value?.id;
  const any = (has: (r: Row) => unknown) => rows.some((r) => Boolean(has(r)));
  const sorted = (key: string) => ({ key, sort: direction(sort, key) });
  const columns: Column<Row>[] = [
    {
      ...sorted('alias'),
      head: say(w.alias),
      cell: (r) => <a href={`/agency/members/${r.id}`}>{r.alias ?? r.id}</a>,
    },
  ];
  // A column is absent, not masked, where no row may show it.
  if (any((r) => band(r, 'basic', 'age')))
    columns.push({ key: 'age', head: say(w.age), cell: (r) => band(r, 'basic', 'age') });
  if (any((r) => band(r, 'basic', 'district')))
    columns.push({ key: 'district', head: say(w.district), cell: (r) => band(r, 'basic', 'district') });
  columns.push({
    key: 'shares',
    head: say(w.shares),
    cell: (r) => (
      <span class="chips">
        {Object.keys(r.masked).map((c) => (
          <Chip key={c} tone="success">
            {called(categories, c)}
          </Chip>
        ))}
        {Object.keys(r.masked).length === 0 && <Chip dashed>{say(w.notShared)}</Chip>}
      </span>
    ),
  });
  if (any((r) => r.pool_since))
    columns.push({
      key: 'since',
      head: say(w.since),
      cell: (r) => (r.pool_since ? day(r.pool_since) : ''),
    });
  if (any((r) => r.followed_at))
    columns.push({
      key: 'followed',
      head: say(w.followed),
      cell: (r) => (r.followed_at ? day(r.followed_at) : ''),
    });
  if (any((r) => r.returns_at))
    columns.push({
      ...sorted('returns_at'),
      head: say(w.returns),
      cell: (r) => (r.returns_at ? <DeadlineChip due={r.returns_at} /> : ''),
    });
  const owned = any((r) => r.owner);
  columns.push({
    ...(owned ? sorted('owner') : { key: 'act' }),
    head: say(owned ? w.owner : w.act),
    cell: (r) =>
      claimed.has(r.id) ? (
        <span role="status">
          <Chip tone="success">{say(w.claimed)}</Chip>
        </span>
      ) : (
        <Owner row={r} mine={r.owner === me} claims={claims} done={() => onClaimed(r.id)} />
      ),
  });
  return (
    <Table
      caption={say(w.roster)}
      columns={columns}
      rows={rows}
      id={(r) => r.id}
      onSort={(key) => onSort(turned(sort, key))}
      {...pages}
      {...(chosen && onChosen
        ? {
            selected: chosen,
            onSelect: (id: string, on: boolean) =>
              onChosen(new Set(on ? [...chosen, id] : [...chosen].filter((x) => x !== id))),
          }
        : {})}
    />
  );
}
