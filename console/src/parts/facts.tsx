/* Facts: terms and what they are; those without a value are left out. */
import type { ComponentChildren } from 'preact';

export function Facts({ of }: { of: readonly (readonly [term: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of.map(([term, value]) =>
        value === undefined || value === null || value === '' ? null : (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
