/* Receipt: what was done, its number, who is told, and until when it can be undone. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export function Receipt({ title, children }: { title: ComponentChildren; children?: ComponentChildren }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, []);
  return (
    <section ref={box} class="notice notice-success" role="status" tabIndex={-1}>
      <p>
        <strong>✓ {title}</strong>
      </p>
      {children}
    </section>
  );
}
