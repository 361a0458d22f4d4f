/* Dialog: the browser's own modal, so that focus stays inside and Escape closes. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { say } from '../app/language';
import { w } from '../text/app';

export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    box.current?.showModal();
  }, []);
  return (
    <dialog ref={box} class="dialog" aria-labelledby={id} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" onClick={() => box.current?.close()}>
          <span aria-hidden="true">×</span>
          <span class="unseen">{say(w.close)}</span>
        </button>
      </header>
      {children}
    </dialog>
  );
}
