/*
 * plot: what the parts that draw lines with uPlot share: Chart, of what stands still, and
 * LiveChart, of what comes. Lines differ by colour and by dashes, in the drawing and its legend.
 */
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 3, 2, 3], [1, 4]];
export const HEIGHT = 220;

/* As it is in the page's appearance: a drawing knows no light-dark(). */
function colour(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** How each line looks; as the page's appearance is now. */
export function lines(labels: readonly string[]): uPlot.Series[] {
  return labels.map((label, i) => ({
    label,
    stroke: colour(`--chart-${(i % DASHES.length) + 1}`),
    width: 2,
    dash: [...(DASHES[i % DASHES.length] ?? [])],
    points: { show: false },
  }));
}

export function axis(): uPlot.Axis {
  const line = { stroke: colour('--line'), width: 1 };
  return { stroke: colour('--muted'), grid: line, ticks: line };
}

/** Keep the drawing as wide as its box. Returns what ends that. */
export function keepWidth(plot: uPlot, box: HTMLElement): () => void {
  const sized = new ResizeObserver(() => {
    if (box.clientWidth > 0) plot.setSize({ width: box.clientWidth, height: HEIGHT });
  });
  sized.observe(box);
  return () => sized.disconnect();
}

export function Legend({ labels }: { labels: readonly string[] }) {
  return (
    <ul class="chart-legend">
      {labels.map((label, i) => (
        <li key={label}>
          <svg width="28" height="8" aria-hidden="true">
            <line
              class={`chart-${(i % DASHES.length) + 1}`}
              x1="0"
              y1="4"
              x2="28"
              y2="4"
              stroke-width="2"
              stroke-dasharray={DASHES[i % DASHES.length]?.join(' ')}
            />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
