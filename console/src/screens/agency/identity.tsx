/* What is shared of a member, each with the ground it rests on. What is not shared has no shape. */
import type { Schemas } from '../../api/client';
import { day } from '../../app/format';
import { called, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { w } from '../../text/agency';
import { bases, categories, fields } from '../../text/agency-codes';

type Person = Schemas['Person'];
type Fields = Person['shown'][string];

const SEALED = ['chat', 'history'];

function worded(value: Fields[string]): string {
  if (typeof value === 'boolean') return say(w.onFile);
  return Array.isArray(value) ? String(value.length) : String(value);
}

/** Categories in the order of the page: those that are open, then those that may be asked for. */
export function parted(person: Person): { open: string[]; asked: string[] } {
  return {
    open: [...Object.keys(person.shown), ...Object.keys(person.masked)],
    asked: Object.keys(person.withheld).filter((c) => !SEALED.includes(c)),
  };
}

function Ground({ of }: { of: Schemas['ShownOn'][string] | undefined }) {
  if (!of) return null;
  return (
    <p class="shared-ground">
      {say(w.ground, {
        basis: say(bases[of.basis]),
        from: of.from ? day(of.from) : '—',
        until: of.until ? say(w.groundUntil, { day: day(of.until) }) : say(w.groundEver),
      })}
    </p>
  );
}

export function Identity({
  person,
  onAsk,
}: {
  person: Person;
  onAsk: ((category: string) => void) | undefined;
}) {
  const { open, asked } = parted(person);
  const word = (c: string) => called(categories, c);
  return (
    <>
      {open.map((c) => (
        <article key={c} class="shared">
          <h3>{word(c)}</h3>
          <Facts
            of={Object.entries(person.shown[c] ?? person.masked[c] ?? {}).map(
              ([field, value]) => [called(fields, field), worded(value)] as const,
            )}
          />
          {c === 'contact' && <p class="shared-ground">{say(w.neverShown)}</p>}
          <Ground of={person.grounds[c]} />
        </article>
      ))}
      {asked.map((c) => (
        <article key={c} class="shared">
          <h3>
            {word(c)}{' '}
            <span class="chips">
              <Chip dashed>{say(w.notShared)}</Chip>
              {onAsk && (
                <Button onClick={() => onAsk(c)} title={`${say(w.ask)} ${word(c)}`}>
                  {say(w.ask)}
                </Button>
              )}
            </span>
          </h3>
        </article>
      ))}
    </>
  );
}
