/*
 * LiveChart: lines over the minutes as they come (parts/chart.tsx draws what stands still). uPlot
 * comes with this file, which only screens with charts fetch.
 *
 * A drawing tells nothing to who cannot see it, so the sentence above it says what it shows, the
 * table one press away holds the same numbers, and the range is chosen in two lists as well as by
 * drawing over it.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import Plot from 'uplot';
import { count, moment, time } from '../app/format';
import { language, say } from '../app/language';
import { theme } from '../app/theme';
import { w } from '../text/chart';
import { Button } from './button';
import { Numbers, type Series } from './numbers';
import { axis, HEIGHT, keepWidth, Legend, lines } from './plot';

export interface ChartPoint {
  at: string; // RFC 3339
  of: Readonly<Record<string, number>>;
}

function options(
  series: readonly Series[],
  width: number,
  onRange: (from: number, until: number) => void,
): Plot.Options {
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_u, _min, max) => [0, Math.max(4, max * 1.1)] } },
    axes: [
      { ...axis(), values: (_u, at) => at.map((t) => time(new Date(t * 1000))) },
      { ...axis(), size: 56, values: (_u, n) => n.map((v) => (Number.isInteger(v) ? count(v) : '')) },
    ],
    series: [{}, ...lines(series.map((s) => s.label))],
    hooks: {
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          onRange(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function dataOf(series: readonly Series[], points: readonly ChartPoint[]): Plot.AlignedData {
  return [
    points.map((p) => Date.parse(p.at) / 1000),
    ...series.map((s) => points.map((p) => p.of[s.key] ?? 0)),
  ];
}

function Drawing({
  label,
  series,
  points,
  onRange,
}: {
  label: string;
  series: readonly Series[];
  points: readonly ChartPoint[];
  onRange: (from: number, until: number) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Plot | undefined>(undefined);
  const newest = useRef({ series, points, onRange });
  newest.current = { series, points, onRange };
  const names = series.map((s) => `${s.key}:${s.label}`).join();

  // Drawn anew when what it is drawn with changes, not with every number.
  useEffect(() => {
    const at = place.current;
    if (!at) return;
    const now = newest.current;
    const plot = new Plot(
      options(now.series, at.clientWidth, (a, b) => newest.current.onRange(a, b)),
      dataOf(now.series, now.points),
      at,
    );
    drawn.current = plot;
    const release = keepWidth(plot, at);
    return () => {
      release();
      plot.destroy();
      drawn.current = undefined;
    };
  }, [names, theme.value, language.value]);

  useEffect(() => {
    drawn.current?.setData(dataOf(series, points));
  }, [points]);

  return <div class="chart-box" role="img" aria-label={label} ref={place} />;
}

function Bound({
  label,
  value,
  points,
  onValue,
}: {
  label: string;
  value: string;
  points: readonly ChartPoint[];
  onValue: (at: string) => void;
}) {
  return (
    <label class="chart-bound">
      {label}{' '}
      <select value={value} onChange={(e) => onValue(e.currentTarget.value)}>
        {points.map((p) => (
          <option key={p.at} value={p.at}>
            {time(p.at)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function LiveChart({
  title,
  summary,
  first,
  series,
  points,
}: {
  title: string;
  summary: string; // what the drawing shows, in a sentence
  first: string; // the head of the table's first column
  series: readonly Series[];
  points: readonly ChartPoint[]; // in their order
}) {
  const [table, setTable] = useState(false);
  const [range, setRange] = useState<{ from: string; until: string } | undefined>(undefined);
  const oldest = points[0]?.at ?? '';
  const newest = points[points.length - 1]?.at ?? '';
  const from = range && range.from > oldest ? range.from : oldest;
  const until = range && range.until < newest && range.until >= from ? range.until : newest;
  const shown = useMemo(() => points.filter((p) => p.at >= from && p.at <= until), [points, from, until]);
  const onRange = (a: number, b: number) => {
    const inside = points.filter((p) => {
      const t = Date.parse(p.at) / 1000;
      return t >= a && t <= b;
    });
    const [one, other] = [inside[0], inside[inside.length - 1]];
    if (one && other && one !== other) setRange({ from: one.at, until: other.at });
  };
  return (
    <figure class="chart chart-live">
      <figcaption>{title}</figcaption>
      <p class="chart-summary">{summary}</p>
      <div class="chart-tools">
        <Bound
          label={say(w.from)}
          value={from}
          points={points}
          onValue={(at) => setRange({ from: at, until: at > until ? newest : until })}
        />
        <Bound
          label={say(w.until)}
          value={until}
          points={points}
          onValue={(at) => setRange({ from: at < from ? oldest : from, until: at })}
        />
        {range && <Button onClick={() => setRange(undefined)}>{say(w.whole)}</Button>}
        <Button onClick={() => setTable(!table)}>{say(table ? w.asChart : w.asTable)}</Button>
      </div>
      {table ? (
        <Numbers
          title={title}
          first={first}
          series={series}
          points={shown.map((p) => ({ label: moment(p.at), of: p.of })).reverse()}
        />
      ) : (
        <>
          <Legend labels={series.map((s) => s.label)} />
          <Drawing label={`${title} ${summary}`} series={series} points={shown} onRange={onRange} />
        </>
      )}
    </figure>
  );
}
