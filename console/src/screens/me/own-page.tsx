/* OwnPage: a page of a person's own; what stands in it is drawn for a thumb (me.css). */
import type { ComponentProps } from 'preact';
import { Page as Frame } from '../../parts/page';

export function Page({ children, ...rest }: ComponentProps<typeof Frame>) {
  return (
    <Frame {...rest}>
      <div class="me">{children}</div>
    </Frame>
  );
}
