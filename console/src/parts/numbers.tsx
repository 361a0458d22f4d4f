/* Numbers: what a chart draws, as a table: a row a point, a column a series. */
import { count } from '../app/format';

export interface Series {
  key: string;
  label: string;
}

export interface Point {
  label: string;
  of: Readonly<Record<string, number>>;
}

export function Numbers({
  title,
  first,
  series,
  points,
}: {
  title: string;
  first: string; // the head of the first column
  series: readonly Series[];
  points: readonly Point[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section class="table-scroll" aria-label={title} tabIndex={0}>
      <table class="table table-plain">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {series.map((s) => (
              <th key={s.key} scope="col" class="number">
                {s.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((p) => (
            <tr key={p.label}>
              <th scope="row">{p.label}</th>
              {series.map((s) => (
                <td key={s.key} class="number" data-head={s.label}>
                  {count(p.of[s.key] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
