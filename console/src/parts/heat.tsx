/*
 * Heat: a week by weekday and hour, each cell its number and a shade; hatched where nothing may
 * happen. It is a table, so that a screen reader reads the same; a narrow page scrolls it.
 */
import type { ComponentChildren } from 'preact';

export interface HeatCell {
  value: number;
  shade: number; // 0 … 4
  closed: boolean;
  title: string;
}

export function Heat({
  caption,
  corner,
  rows,
  columns,
  cell,
  children,
}: {
  caption: string;
  corner: string;
  rows: readonly string[];
  columns: readonly string[];
  cell: (row: number, column: number) => HeatCell;
  children?: ComponentChildren; // the legend
}) {
  return (
    <figure class="heat">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section class="heat-scroll" aria-label={caption} tabIndex={0}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">{corner}</span>
              </th>
              {columns.map((c) => (
                <th key={c} scope="col">
                  {c}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((name, r) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {columns.map((c, i) => {
                  const x = cell(r, i);
                  return (
                    <td key={c} class={`heat-${x.shade}${x.closed ? ' heat-closed' : ''}`} title={x.title}>
                      {x.value > 0 ? x.value : <span class="unseen">0</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {children && <figcaption>{children}</figcaption>}
    </figure>
  );
}
