/* PasswordField: the password that somebody has, which the browser fills in, or a new one, which it keeps. */
import { Field } from './field';

const MOST = 128; // as the server takes it

export function PasswordField({
  fresh,
  ...p
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  name?: string;
  fresh?: boolean;
  value: string;
  onValue: (password: string) => void;
}) {
  return (
    <Field
      {...p}
      type="password"
      autoComplete={fresh ? 'new-password' : 'current-password'}
      maxLength={MOST}
      required
    />
  );
}
