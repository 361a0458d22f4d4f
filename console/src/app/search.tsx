/* Search: one field for ids and aliases; "/" goes to it. */

import { useCallback, useId, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { w } from '../text/app';
import { addressOf } from './find';
import { useKey } from './keys';
import { say } from './language';
import type { Session } from './session';

export function Search({ as }: { as: Session }) {
  const { route } = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [unknown, setUnknown] = useState(false);
  const id = useId();
  useKey(
    '/',
    w.search,
    useCallback(() => field.current?.focus(), []),
  );
  return (
    <search class="search">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          const to = addressOf(text, as);
          setUnknown(to === null);
          if (to === null) return;
          setText('');
          route(to);
        }}
      >
        <label class="unseen" for={id}>
          {say(w.search)}
        </label>
        <input
          ref={field}
          id={id}
          type="search"
          autocomplete="off"
          maxLength={96}
          placeholder={say(w.searchHint)}
          value={text}
          aria-invalid={unknown}
          aria-describedby={unknown ? `${id}-unknown` : undefined}
          onInput={(e) => {
            setText(e.currentTarget.value);
            setUnknown(false);
          }}
        />
        {unknown && (
          <p class="search-unknown" id={`${id}-unknown`} role="alert">
            {say(w.searchUnknown)}
          </p>
        )}
      </form>
    </search>
  );
}
