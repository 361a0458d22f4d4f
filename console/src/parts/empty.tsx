/* Empty: one sentence why nothing is here, and one thing to do. */
import type { ComponentChildren } from 'preact';

export function Empty({ children, act }: { children: ComponentChildren; act?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{children}</p>
      {act}
    </div>
  );
}
