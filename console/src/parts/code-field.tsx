/* CodeField: a one-time code; takes paste with blanks, and what the browser fills in. */
import { digits } from '../app/back';
import { Field } from './field';

const DIGITS = 6;

export function CodeField({
  label,
  hint,
  error,
  value,
  onValue,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  value: string;
  onValue: (code: string) => void;
}) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      value={value}
      onValue={(text) => onValue(digits(text, DIGITS))}
    />
  );
}
