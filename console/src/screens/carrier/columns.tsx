/* columns: what lists of lines and of campaigns have in common: which, whose, how it behaves. */
import { count } from '../../app/format';
import { say } from '../../app/language';
import type { Column } from '../../parts/table';
import { w } from '../../text/carrier';
import { type Figures, perTenThousandText, shareText } from './behaviour';

interface Row {
  behaviour: { id: string; name: string | null; figures: Figures };
}

export function linked(head: string, at: 'lines' | 'campaigns'): Column<Row> {
  return {
    key: 'id',
    head,
    cell: ({ behaviour: { id } }) => <a href={`/carrier/${at}/${id}`}>{id}</a>,
  };
}

export function named(head: string): Column<Row> {
  return { key: 'who', head, cell: (r) => r.behaviour.name ?? '–' };
}

export function calls(head: string): Column<Row> {
  return { key: 'calls', head, number: true, cell: (r) => count(r.behaviour.figures.calls) };
}

/** Of its calls. */
export function shareOf(head: string, part: 'blocked' | 'declined' | 'unproven'): Column<Row> {
  return {
    key: part,
    head,
    number: true,
    cell: ({ behaviour: { figures } }) => shareText(figures[part], figures.calls),
  };
}

export function reported(): Column<Row> {
  return {
    key: 'reports',
    head: say(w.reportsRate),
    number: true,
    cell: (r) => perTenThousandText(r.behaviour.figures),
  };
}
