/*
 * Field: a label above, a hint before the input, an error beside it.
 *
 * Values are kept on an error. `error` is the server's or the form's own words for this field.
 */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { say } from '../app/language';
import { w } from '../text/app';

interface Common {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  name?: string;
  value: string;
  onValue: (value: string) => void;
}

interface InputProps extends Common {
  type?: 'text' | 'password' | 'tel' | 'date' | 'time' | 'datetime-local' | 'number' | 'search';
  inputMode?: 'numeric' | 'decimal' | 'tel' | 'search';
  autoComplete?: string;
  maxLength?: number;
  min?: string;
  max?: string;
}

function Frame({
  id,
  label,
  hint,
  error,
  required,
  children,
}: Omit<Common, 'value' | 'onValue'> & { id: string; children: ComponentChildren }) {
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      <label for={id}>
        {label}
        {required && <span class="field-required"> ({say(w.required)})</span>}
      </label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          ▲ {error}
        </p>
      )}
      {children}
    </div>
  );
}

function described(
  id: string,
  { hint, error }: { hint?: string | undefined; error?: string | undefined },
): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
}

export function Field(p: InputProps) {
  const id = useId();
  return (
    <Frame id={id} label={p.label} hint={p.hint} error={p.error} required={p.required ?? false}>
      <input
        id={id}
        name={p.name}
        type={(p.type ?? 'text') as 'text'} // the types of preact want one literal
        value={p.value}
        required={p.required}
        inputMode={p.inputMode}
        autocomplete={p.autoComplete}
        maxLength={p.maxLength}
        min={p.min}
        max={p.max}
        aria-invalid={p.error !== undefined}
        aria-describedby={described(id, p)}
        onInput={(e) => p.onValue(e.currentTarget.value)}
      />
    </Frame>
  );
}

export function TextField(p: Common & { rows?: number; maxLength?: number }) {
  const id = useId();
  return (
    <Frame id={id} label={p.label} hint={p.hint} error={p.error} required={p.required ?? false}>
      <textarea
        id={id}
        name={p.name}
        rows={p.rows ?? 4}
        value={p.value}
        required={p.required}
        maxLength={p.maxLength}
        aria-invalid={p.error !== undefined}
        aria-describedby={described(id, p)}
        onInput={(e) => p.onValue(e.currentTarget.value)}
      />
    </Frame>
  );
}

export function Choice(p: Common & { options: readonly (readonly [value: string, label: string])[] }) {
  const id = useId();
  return (
    <Frame id={id} label={p.label} hint={p.hint} error={p.error} required={p.required ?? false}>
      <select
        id={id}
        name={p.name}
        value={p.value}
        required={p.required}
        aria-invalid={p.error !== undefined}
        aria-describedby={described(id, p)}
        onInput={(e) => p.onValue(e.currentTarget.value)}
      >
        {p.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function Check({
  label,
  hint,
  checked,
  onChecked,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChecked: (on: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint && `${id}-hint`}
        onInput={(e) => onChecked(e.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
