/*
 * Bars: stacked bars over time, drawn with the page's own colours; the table of the same numbers is
 * one press away, and a sentence says what the drawing shows.
 *
 * Each series has a pattern of its own beside its colour.
 */
import { useId, useState } from 'preact/hooks';
import { say } from '../app/language';
import { w } from '../text/chart';
import { Button } from './button';
import { Numbers, type Point, type Series } from './numbers';

const HEIGHT = 160;
const WIDTH = 44;
const TOTAL = 'total'; // a key beside those of the series

function total(bar: Point, series: readonly Series[]): number {
  return series.reduce((n, s) => n + (bar.of[s.key] ?? 0), 0);
}

function Drawing({
  title,
  series,
  bars,
}: {
  title: string;
  series: readonly Series[];
  bars: readonly Point[];
}) {
  const id = useId();
  const most = Math.max(1, ...bars.map((b) => total(b, series)));
  return (
    <div class="bars-scroll">
      <svg class="bars" viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT + 40}`} role="img" aria-labelledby={id}>
        <title id={id}>{title}</title>
        {bars.map((bar, i) => {
          let top = HEIGHT + 16;
          return (
            <g key={bar.label}>
              {series.map((s, k) => {
                const h = ((bar.of[s.key] ?? 0) / most) * HEIGHT;
                top -= h;
                return (
                  h > 0 && (
                    <rect
                      key={s.key}
                      class={`bars-part bars-${k}`}
                      x={i * WIDTH + 7}
                      y={top}
                      width={WIDTH - 14}
                      height={h}
                    />
                  )
                );
              })}
              <text class="bars-total" x={i * WIDTH + WIDTH / 2} y={top - 4}>
                {total(bar, series) || ''}
              </text>
              <text class="bars-label" x={i * WIDTH + WIDTH / 2} y={HEIGHT + 32}>
                {bar.label}
              </text>
            </g>
          );
        })}
        <line class="bars-line" x1="0" x2={bars.length * WIDTH} y1={HEIGHT + 16} y2={HEIGHT + 16} />
      </svg>
    </div>
  );
}

export function Bars({
  title,
  first,
  series,
  bars,
}: {
  title: string;
  first: string; // the head of the table's first column
  series: readonly Series[];
  bars: readonly Point[];
}) {
  const [table, set] = useState(false);
  const data = (
    <Numbers
      title={title}
      first={first}
      series={[...series, { key: TOTAL, label: say(w.total) }]}
      points={bars.map((bar) => ({ ...bar, of: { ...bar.of, [TOTAL]: total(bar, series) } }))}
    />
  );
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <Button onClick={() => set(!table)}>{say(table ? w.asChart : w.asTable)}</Button>
      {table ? (
        data
      ) : (
        <>
          <ul class="legend">
            {series.map((s, k) => (
              <li key={s.key}>
                <svg class="legend-sign" viewBox="0 0 12 12" aria-hidden="true">
                  <rect class={`bars-part bars-${k}`} width="12" height="12" />
                </svg>{' '}
                {s.label}
              </li>
            ))}
          </ul>
          <Drawing title={title} series={series} bars={bars} />
          {/* Paper has no button to press. */}
          <div class="print-only">{data}</div>
        </>
      )}
    </figure>
  );
}
