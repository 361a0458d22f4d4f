/* An entry of a public register as the public reads it: nobody's name but organisations'. */
import type { ComponentChildren } from 'preact';
import type { Schemas } from '../../api/client';
import { pick, say } from '../../app/language';
import { session } from '../../app/session';
import { Facts } from '../../parts/facts';
import { w } from '../../text/desk';
import { registers } from '../../text/desk-codes';
import type { Names } from './names';

export function PublicPaper({
  note,
  party,
  of,
}: {
  note: string;
  party: string;
  of: readonly (readonly [string, ComponentChildren])[];
}) {
  return (
    <section class="preview">
      <h2>{say(w.preview)}</h2>
      <p class="muted">{note}</p>
      <article class="paper">
        <h3>{party}</h3>
        <Facts of={of} />
      </article>
    </section>
  );
}

/** Before the association lists somebody, it has to give notice; a market regulator lists at once. */
export function ListingPaper({
  register,
  respondent,
  ground,
  names,
}: {
  register: 'abnormal' | 'market';
  respondent: string;
  ground: Schemas['GroundList']['grounds'][number];
  names: Names;
}) {
  return (
    <PublicPaper
      note={say(register === 'abnormal' ? w.previewAfterNotice : w.previewAtOnce)}
      party={names.of(respondent)}
      of={[
        [say(w.register), say(registers[register])],
        [say(w.ground), pick(ground.title)],
        [say(w.basis), pick(ground.basis)],
        [say(w.by), names.of(session.value?.organisation)],
      ]}
    />
  );
}
