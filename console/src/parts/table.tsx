/*
 * Table: rows with a caption, a link in each first cell, cards on a phone.
 *
 * The order is the server's: a heading with `sort` is a button that asks for it (the screen keeps it
 * in the address), and pages go on by cursor. `j` and `k` move between rows, Enter opens.
 */
import type { ComponentChildren } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import { useKey } from '../app/keys';
import { type Pair, say } from '../app/language';
import { w } from '../text/app';
import { Button } from './button';

export interface Column<R> {
  key: string;
  head: string;
  cell: (row: R) => ComponentChildren;
  number?: boolean; // right-aligned figures
  sort?: 'ascending' | 'descending' | 'none'; // absent: not sortable
}

interface Props<R> {
  caption: string;
  columns: readonly Column<R>[]; // the first one names the row
  rows: readonly R[];
  id: (row: R) => string;
  onSort?: (key: string) => void;
  next?: (() => void) | undefined; // there is a further page
  first?: (() => void) | undefined; // this is not the first page
  selected?: ReadonlySet<string>;
  onSelect?: (id: string, on: boolean) => void;
}

const NEXT_ROW: Pair = ['下一行', 'Next row'];
const ROW_BEFORE: Pair = ['上一行', 'Row before'];

export function Table<R>({ caption, columns, rows, id, onSort, next, first, selected, onSelect }: Props<R>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const move = useCallback((by: number) => {
    const links = [
      ...(body.current?.querySelectorAll<HTMLElement>('tr > :is(th, td) a, tr > th button') ?? []),
    ];
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  }, []);
  useKey(
    'j',
    NEXT_ROW,
    useCallback(() => move(1), [move]),
  );
  useKey(
    'k',
    ROW_BEFORE,
    useCallback(() => move(-1), [move]),
  );
  return (
    <div class="table-frame">
      <table class="table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {onSelect && (
              <td class="table-pick">
                <span class="unseen">{say(w.pick)}</span>
              </td>
            )}
            {columns.map((c) => (
              <th key={c.key} scope="col" class={c.number ? 'number' : undefined} aria-sort={c.sort}>
                {c.sort && onSort ? (
                  <button type="button" class="plain" onClick={() => onSort(c.key)}>
                    {c.head}{' '}
                    <span aria-hidden="true">
                      {c.sort === 'ascending' ? '▲' : c.sort === 'descending' ? '▼' : '↕'}
                    </span>
                  </button>
                ) : (
                  c.head
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => (
            <tr key={id(row)}>
              {onSelect && (
                <td class="table-pick">
                  <input
                    type="checkbox"
                    aria-label={`${say(w.pick)} ${id(row)}`}
                    checked={selected?.has(id(row)) ?? false}
                    onInput={(e) => onSelect(id(row), e.currentTarget.checked)}
                  />
                </td>
              )}
              {columns.map((c, i) =>
                i === 0 ? (
                  <th key={c.key} scope="row">
                    {c.cell(row)}
                  </th>
                ) : (
                  <td key={c.key} class={c.number ? 'number' : undefined} data-head={c.head}>
                    {c.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {(next || first) && (
        <p class="table-pages">
          {first && <Button onClick={first}>{say(w.firstPage)}</Button>}
          {next && <Button onClick={next}>{say(w.nextPage)}</Button>}
        </p>
      )}
    </div>
  );
}
