/* What happened in a case, the newest first, each act with what was said and numbered. */
import { useState } from 'preact/hooks';
import { day, listed, moment, yuan } from '../../app/format';
import { pick, say } from '../../app/language';
import { Choice } from '../../parts/field';
import { Timeline } from '../../parts/timeline';
import { w } from '../../text/desk';
import { actFields, fieldWords, sides } from '../../text/desk-codes';
import type { Case } from './act-form';
import type { Names } from './names';

type Act = Case['acts'][number];
const TIMES = ['at', 'until', 'ended_at', 'due'];
const HIDDEN = ['items', 'text', 'of'];

function words(key: string, value: unknown, names: Names): string {
  if (value === null || value === undefined || value === '') return '';
  if (TIMES.includes(key) && typeof value === 'string') return moment(value);
  if (key.endsWith('_fen') && typeof value === 'number') return yuan(value);
  if (Array.isArray(value)) return listed(value.map((x) => words(key, x, names)));
  if (typeof value === 'boolean') return say(value ? w.yes : w.no);
  if (typeof value === 'string') {
    const known = fieldWords[value];
    return known ? say(known) : names.of(value);
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function Said({ act, names }: { act: Act; names: Names }) {
  const body = act.body as Record<string, unknown>;
  const items = (body.items ?? []) as { text?: string; until?: string }[];
  const rest = Object.entries(body).filter(([k, v]) => !HIDDEN.includes(k) && actFields[k] && v !== null);
  return (
    <>
      {typeof body.text === 'string' && <p>{body.text}</p>}
      {items.length > 0 && (
        <div class="said">
          {items.map((i, n) => (
            <p key={`${i.text}${i.until}`}>
              {n + 1}. {i.text} <span class="muted">{i.until && day(i.until)}</span>
            </p>
          ))}
        </div>
      )}
      {rest.length > 0 && (
        <p class="muted">
          {rest.map(([k, v]) => `${say(actFields[k] ?? w.field)} ${words(k, v, names)}`).join(' · ')}
        </p>
      )}
      {act.due && (
        <p class="muted">
          {say(w.due)} {day(act.due)}
        </p>
      )}
    </>
  );
}

export function CaseTimeline({ of, names }: { of: Case; names: Names }) {
  const [side, setSide] = useState('');
  const shown = of.acts.filter((a) => side === '' || a.side === side).toReversed();
  const due = of.items
    .filter((i) => i.state === 'open' || i.state === 'late')
    .map((i) => ({
      id: `item-${i.item}`,
      at: i.until,
      due: true,
      title: say(w.itemDue, { n: i.item }),
    }));
  return (
    <>
      <div class="filters no-print">
        <Choice
          label={say(w.whose)}
          value={side}
          onValue={setSide}
          options={[
            ['', say(w.every)],
            ['association', say(sides.association)],
            ['authority', say(sides.authority)],
            ['respondent', say(sides.respondent)],
          ]}
        />
      </div>
      <Timeline
        label={say(w.timeline)}
        items={[
          ...(side === '' ? due.toReversed() : []),
          ...shown.map((a) => ({
            id: a.id,
            at: a.at,
            title: pick(a.title),
            by: `${names.of(a.organisation)}${a.by ? ` · ${names.of(a.by)}` : ''} · ${say(sides[a.side])}`,
            children: <Said act={a} names={names} />,
          })),
        ]}
      />
    </>
  );
}
