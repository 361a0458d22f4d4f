/* An entry of a public register as the public reads it: nobody's name but organisations'. */
import type { ComponentChildren } from 'preact';
import { say } from '../../app/language';
import { Facts } from '../../parts/facts';
import { w } from '../../text/desk';

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
