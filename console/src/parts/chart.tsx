/*
 * Chart: lines over time, a sentence that says what they show, and a table of the same numbers.
 *
 * The drawing is nothing to a screen reader; sentence and table hold all of it. uPlot comes with
 * this file, which only screens with charts fetch.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import Plot from 'uplot';
import { language, say } from '../app/language';
import { theme } from '../app/theme';
import { w } from '../text/chart';
import { Button } from './button';
import { axis, HEIGHT, keepWidth, Legend, lines } from './plot';
import { Table } from './table';

export interface Series {
  label: string;
  values: readonly number[];
}

interface Props {
  title: string;
  told: string; // in one sentence
  axis: string; // what the labels are
  labels: readonly string[]; // one for each value
  series: readonly Series[];
}

/* The drawing hears no mouse: what it shows stands in the table. */
const none = () => null;
const DEAF = {
  mousedown: none,
  mouseup: none,
  click: none,
  dblclick: none,
  mousemove: none,
  mouseleave: none,
  mouseenter: none,
};

function draw(box: HTMLElement, { labels, series }: Props): () => void {
  const plot = new Plot(
    {
      width: Math.max(box.clientWidth, 200),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false, bind: DEAF },
      scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(most, 4)] } },
      axes: [
        { ...axis(), values: (_, at) => at.map((n) => labels[n] ?? '') },
        { ...axis(), size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000] },
      ],
      series: [{}, ...lines(series.map((s) => s.label))],
    },
    [labels.map((_, i) => i), ...series.map((s) => [...s.values])],
    box,
  );
  const release = keepWidth(plot, box);
  return () => {
    release();
    plot.destroy();
  };
}

export function Chart(p: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [table, setTable] = useState(false);
  useEffect(() => {
    const at = box.current;
    if (table || !at) return;
    return draw(at, p);
  }, [p.labels, p.series, table, theme.value, language.value]);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{p.title}</strong>
        <span>{p.told}</span>
        <Button onClick={() => setTable(!table)}>{say(table ? w.asChart : w.asTable)}</Button>
      </figcaption>
      {table ? (
        <Table
          caption={p.title}
          rows={p.labels.map((label, i) => ({ label, i }))}
          id={(r) => r.label}
          columns={[
            { key: 'label', head: p.axis, cell: (r) => r.label },
            ...p.series.map((s) => ({
              key: s.label,
              head: s.label,
              number: true,
              cell: (r: { i: number }) => s.values[r.i],
            })),
          ]}
        />
      ) : (
        <>
          <Legend labels={p.series.map((s) => s.label)} />
          <div ref={box} class="chart-box" aria-hidden="true" />
        </>
      )}
    </figure>
  );
}
