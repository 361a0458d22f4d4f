/* States of lines and campaigns as chips: an order in force stands above the registry's word. */
import type { Schemas } from '../../api/client';
import { now } from '../../app/clock';
import { day } from '../../app/format';
import { called, say } from '../../app/language';
import { Chip, type Tone } from '../../parts/chip';
import { w } from '../../text/carrier';
import { orderActs, statuses } from '../../text/carrier-codes';

const TONES: Readonly<Record<string, Tone>> = {
  active: 'success',
  draft: 'neutral',
  inactive: 'warning',
  paused: 'warning',
  suspended: 'danger',
  closed: 'danger',
  ended: 'neutral',
};

export function Status({ of }: { of: string }) {
  return <Chip tone={TONES[of] ?? 'neutral'}>{called(statuses, of)}</Chip>;
}

export function Ordered({
  order,
  status,
}: {
  order: Schemas['LineBehaviour']['order'];
  status: string | undefined;
}) {
  if (order)
    return (
      <Chip tone="danger" title={say(w.orderInForce)}>
        {say(orderActs[order])}
      </Chip>
    );
  return status ? <Status of={status} /> : <span>–</span>;
}

export function LineState({
  behaviour,
  line,
}: {
  behaviour: Schemas['LineBehaviour'];
  line: Schemas['RegisteredLine'] | undefined;
}) {
  // The gate refuses its calls from the end of a paper on (docs/desk.md).
  if (!behaviour.order && behaviour.papers_until && Date.parse(behaviour.papers_until) <= now().getTime())
    return (
      <Chip tone="danger" sign="▲">
        {say(w.papersLapsed)}
      </Chip>
    );
  return <Ordered order={behaviour.order} status={line?.status} />;
}

export function ConsentProof({ of }: { of: string | null | undefined }) {
  return of ? (
    <Chip tone="success" title={of}>
      {of}
    </Chip>
  ) : (
    <Chip tone="danger" sign="▲">
      {say(w.consentMissing)}
    </Chip>
  );
}

/** From when until when; a dash where it is open. */
export function termOf(c: { from: string | null; until: string | null } | undefined): string {
  return [c?.from, c?.until].map((at) => (at ? day(at) : '–')).join(' – ');
}
