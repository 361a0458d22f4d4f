/* Button: `primary` once a page; `danger` for what cannot be taken back; `busy` while it is being done. */
import type { ComponentChildren, MouseEventHandler } from 'preact';

interface Props {
  kind?: 'primary' | 'danger' | 'plain';
  busy?: boolean;
  disabled?: boolean;
  type?: 'button' | 'submit';
  onClick?: MouseEventHandler<HTMLButtonElement>;
  title?: string;
  describedBy?: string;
  children: ComponentChildren;
}

export function Button({
  kind,
  busy,
  disabled,
  type = 'button',
  onClick,
  title,
  describedBy,
  children,
}: Props) {
  return (
    <button
      type={type}
      class={`button ${kind ?? ''}`}
      disabled={disabled === true || busy === true}
      aria-busy={busy === true}
      aria-describedby={describedBy}
      title={title}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
