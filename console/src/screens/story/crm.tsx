/* Crm: a mock-up of the CRM in the report of 2021, beside the agency's story; it unlocks, menshen does not. */
import { say } from '../../app/language';
import { Chip } from '../../parts/chip';
import { w } from '../../text/story';
import type { Step } from './run';

export function Crm({ steps, now, done }: { steps: readonly Step[]; now: Step; done: boolean }) {
  const past = done ? steps : [...steps, now];
  return (
    <aside class="card story-crm" aria-label={say(w.crmTitle)}>
      <p class="story-side">{say(w.crmTitle)}</p>
      <p class="muted">{say(w.crmLead)}</p>
      <ul>
        {past.flatMap((s) =>
          (s.crm ?? []).map((line) => (
            <li key={line[1]}>
              {s.id === 'before' ? (
                <Chip tone="neutral">{say(w.crmLocked)}</Chip>
              ) : (
                <Chip tone="danger" sign="▲">
                  {say(w.crmOpen)}
                </Chip>
              )}{' '}
              {say(line)}
            </li>
          )),
        )}
      </ul>
    </aside>
  );
}
