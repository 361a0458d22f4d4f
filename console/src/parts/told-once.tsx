/* A secret that is shown this once, to copy. */
import { useState } from 'preact/hooks';
import { say } from '../app/language';
import { w } from '../text/app';
import { Button } from './button';

export function ToldOnce({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <p class="row">
      <code>{text}</code>
      <Button onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(true))}>
        {say(copied ? w.copied : w.copy)}
      </Button>
    </p>
  );
}
