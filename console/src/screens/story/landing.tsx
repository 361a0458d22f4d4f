/* The sample city's first page: four roles, each one click away, and its story beside it. */
import { say } from '../../app/language';
import { Page } from '../../parts/page';
import { w } from '../../text/story';

const ROLES = [
  ['agency', w.agency, w.agencyLead],
  ['carrier', w.carrier, w.carrierLead],
  ['regulator', w.regulator, w.regulatorLead],
  ['person', w.person, w.personLead],
] as const;

export function Landing() {
  return (
    <Page title={say(w.title)} lead={say(w.lead)}>
      <ul class="story-roles">
        {ROLES.map(([role, name, lead]) => (
          <li key={role} class="card">
            <h2>{say(name)}</h2>
            <p>{say(lead)}</p>
            <p class="story-acts">
              <a class="button primary" href={`/try/${role}`}>
                {say(w.enter)}
              </a>
              <a class="button" href={`/story/${role}`}>
                {say(w.story)}
              </a>
            </p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
