/* PaperLink: a document as it was issued, in a tab of its own, from which it is printed. */
import type { Schemas } from '../api/client';
import { language, pick, say } from '../app/language';
import { w } from '../text/paper';

export function PaperLink({
  of,
  numbered,
}: {
  of: Schemas['Documents']['documents'][number];
  numbered?: boolean;
}) {
  return (
    <a href={`/v1/documents/${of.id}?language=${language.value}`} target="_blank" rel="noopener">
      {of.title ? pick(of.title) : of.paper} {numbered && `${of.number} `}
      <span class="unseen">{say(w.newTab)}</span>
    </a>
  );
}
