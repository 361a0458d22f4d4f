/* Member: the profile that one organisation keeps, by category, for the extract. */
import type { Schemas } from '../../api/client';
import { language, say } from '../../app/language';
import { titleOf } from '../../app/words';
import { Sealed } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { w } from '../../text/me';
import { fields } from '../../text/me-codes';

export type Exported = Schemas['MyExport'];

const word = (name: string): string => {
  const known = fields[name as keyof typeof fields];
  return known ? known[language.value === 'zh' ? 1 : 2] : name;
};

export function Member({ member }: { member: Exported['members'][number] }) {
  const profile = (member.profile ?? {}) as Record<string, Record<string, string>>;
  const sealed = (member.sealed ?? []) as unknown as string[];
  return (
    <section class="card" aria-label={String(member.id)}>
      <h2>{String(member.id)}</h2>
      {Object.entries(profile).map(([category, held]) => (
        <div key={category}>
          <h3>{titleOf('categories', category)}</h3>
          <Facts of={Object.entries(held).map(([k, v]) => [word(k), v] as const)} />
        </div>
      ))}
      <p>{say(w.filesIn, { n: Object.keys((member.files ?? {}) as object).length })}</p>
      {sealed.length > 0 && <Sealed />}
    </section>
  );
}
