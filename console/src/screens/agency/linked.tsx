/* What hangs on a member's file: consent requests, introductions, contracts. */
import type { ComponentChildren } from 'preact';
import { api } from '../../api/client';
import { useLoad } from '../../api/load';
import { day, yuan } from '../../app/format';
import { called, say } from '../../app/language';
import { Chip } from '../../parts/chip';
import { Loaded } from '../../parts/loaded';
import { w } from '../../text/agency';
import {
  categories,
  contractStates,
  introductionStates,
  requestStates,
  scores,
} from '../../text/agency-codes';

function List({ title, none, items }: { title: string; none: string; items: readonly ComponentChildren[] }) {
  return (
    <section>
      <h2>{title}</h2>
      {items.length === 0 ? (
        <p class="shared-ground">{none}</p>
      ) : (
        <ul class="linked">
          {items.map((x, i) => (
            <li key={i}>{x}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Linked({ id, purpose }: { id: string; purpose: string }) {
  const requests = useLoad(
    () =>
      api.GET('/v1/persons/{id}/consent-requests', {
        params: { path: { id }, header: { Purpose: purpose } },
      }),
    [id, purpose],
  );
  const introductions = useLoad(
    () => api.GET('/v1/introductions', { params: { query: { person: id } } }),
    [id],
  );
  const contracts = useLoad(() => api.GET('/v1/contracts', { params: { query: { person: id } } }), [id]);
  return (
    <>
      <Loaded of={requests} rows={2}>
        {(r) => (
          <List
            title={say(w.requests)}
            none={say(w.requestsNone)}
            items={r.requests.map((x) => (
              <>
                {x.categories.map((c) => called(categories, c)).join(' · ')}{' '}
                <Chip dashed={x.status === 'pending'}>{say(requestStates[x.status])}</Chip>
              </>
            ))}
          />
        )}
      </Loaded>
      <Loaded of={introductions} rows={1}>
        {(i) => (
          <List
            title={say(w.introductions)}
            none={say(w.introductionsNone)}
            items={i.introductions.map((x) => (
              <>
                <a href={`/agency/members/${x.first === id ? x.second : x.first}`}>
                  {x.first === id ? x.second : x.first}
                </a>{' '}
                <Chip>{say(introductionStates[x.status])}</Chip> {day(x.meeting_at ?? x.until)}
              </>
            ))}
          />
        )}
      </Loaded>
      <Loaded of={contracts} rows={1}>
        {(c) => (
          <List
            title={say(w.contracts)}
            none={say(w.contractsNone)}
            items={c.contracts.map((x) => (
              <>
                {x.id} · {yuan(x.total_fen)} <Chip>{say(contractStates[x.state])}</Chip>{' '}
                <Chip tone={x.score === 'conforms' ? 'success' : 'warning'}>{say(scores[x.score])}</Chip>
              </>
            ))}
          />
        )}
      </Loaded>
    </>
  );
}
