/* The form of a webhook: its address and its topics. */
import { useState } from 'preact/hooks';
import type { Failure } from '../../api/load';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { Check, Field } from '../../parts/field';
import { type Topic, topics as topicWords } from '../../text/webhook-codes';
import { w } from '../../text/webhooks';

export interface WebhookTerms {
  url: string;
  topics: Topic[];
}

export function WebhookForm({
  title,
  from,
  offered,
  busy,
  failure,
  onClose,
  onSubmit,
}: {
  title: string;
  from: WebhookTerms;
  offered: readonly Topic[];
  busy: boolean;
  failure: Failure | undefined;
  onClose: () => void;
  onSubmit: (terms: WebhookTerms) => void;
}) {
  const [url, setUrl] = useState(from.url);
  const [topics, setTopics] = useState<readonly Topic[]>(from.topics);
  const all = topics.length === offered.length;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          onSubmit({ url, topics: [...topics] });
        }}
      >
        <Failed failure={failure} />
        <Field
          label={say(w.url)}
          hint={say(w.urlHint)}
          maxLength={500}
          required
          autoComplete="off"
          value={url}
          onValue={setUrl}
        />
        <fieldset class="field">
          <legend>{say(w.topics)}</legend>
          <Check label={say(w.all)} checked={all} onChecked={(on) => setTopics(on ? offered : [])} />
          <div class="checks">
            {offered.map((topic) => (
              <Check
                key={topic}
                label={say(topicWords[topic])}
                checked={topics.includes(topic)}
                onChecked={(on) => setTopics(on ? [...topics, topic] : topics.filter((x) => x !== topic))}
              />
            ))}
          </div>
        </fieldset>
        <Button kind="primary" type="submit" busy={busy} disabled={topics.length === 0}>
          {say(w.save)}
        </Button>
      </form>
    </Dialog>
  );
}
