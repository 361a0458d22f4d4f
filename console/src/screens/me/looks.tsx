/* Looks: who looked at her, newest first, a hundred to a page, each with its reasons and a proof to keep. */
import { useState } from 'preact/hooks';
import { type Answer as Answered, api, type Schemas } from '../../api/client';
import { type Load, useLoad } from '../../api/load';
import { listed, moment } from '../../app/format';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { titleOf } from '../../app/words';
import { Button } from '../../parts/button';
import { Chip, type Tone } from '../../parts/chip';
import { Empty } from '../../parts/empty';
import { Loaded } from '../../parts/loaded';
import { roles } from '../../text/codes';
import { w } from '../../text/me';
import { answers, surfaces } from '../../text/me-codes';
import { Why } from './why';

type Look = Schemas['MyLooks']['looks'][number];
type Answer = Schemas['MyLookAnswer'];

const TONE: Record<Answer['verdict'], Tone> = { show: 'info', mask: 'neutral', deny: 'success' };
const SIGN: Record<Answer['verdict'], string> = { show: '●', mask: '◐', deny: '○' };

/** The route answers in CSV, too, where that is asked for; here it is not. */
export const askLooks = (cursor?: string): Promise<Answered<Schemas['MyLooks']>> =>
  api.GET('/v1/me/looks', { params: { query: cursor ? { cursor } : {} } }) as Promise<
    Answered<Schemas['MyLooks']>
  >;

/** Kinds by answer: what was seen stands first. */
export function byAnswer(categories: Look['categories']): [Answer['verdict'], [string, Answer][]][] {
  const all = Object.entries(categories);
  return (['show', 'mask', 'deny'] as const).flatMap((verdict) => {
    const these = all.filter(([, a]) => a.verdict === verdict);
    return these.length > 0 ? [[verdict, these] as [Answer['verdict'], [string, Answer][]]] : [];
  });
}

function One({ look }: { look: Look }) {
  const about = new URLSearchParams({
    ...(look.organisation ? { about: look.organisation } : {}),
    issue: 'privacy',
    record: look.record,
    at: look.at,
  });
  const role = look.role ? roles[look.role] : undefined;
  return (
    <li class="me-entry">
      {look.gap && (
        <p class="notice notice-danger" role="alert">
          ▲ {say(w.gap)}
        </p>
      )}
      <div class="me-entry-head">
        <time dateTime={look.at}>{moment(look.at)}</time>
        <strong>
          {nameOf(look.organisation)} {role && say(role)} {look.looker}
        </strong>
        {!look.proven && <Chip tone="warning">{say(w.imported)}</Chip>}
        {look.through && <Chip tone="warning">{say(w.byHost)}</Chip>}
      </div>
      <p>
        {say(w.lookFor)} {look.purpose ? titleOf('purposes', look.purpose) : say(w.noPurpose)} ·{' '}
        {say(w.lookBy)} {say(surfaces[look.surface])}
      </p>
      <ul class="me-plain-list">
        {byAnswer(look.categories).map(([verdict, these]) => (
          <li key={verdict} class="row">
            <Chip tone={TONE[verdict]} sign={SIGN[verdict]}>
              {say(answers[verdict])}
            </Chip>
            <span>{listed(these.map(([c]) => titleOf('categories', c)))}</span>
            <Why
              rule={these[0]?.[1].rule}
              basis={these[0]?.[1].basis}
              record={look.record}
              way={say(w.lookWay)}
            />
          </li>
        ))}
      </ul>
      <div class="row">
        <a href={`/me/complaints/new?${about}`}>{say(w.looksWrong)}</a>
        <a
          // Opened, but for a look by another member: whoever has it would learn who that is.
          href={look.introduction ? look.proof : `${look.proof}?opened=yes`}
          download={`${look.record}.tlog-proof`}
        >
          {say(w.keepProof)}
        </a>
        <a href={`/me/receipt?record=${look.record}`}>{say(w.checkProof)}</a>
        {look.number !== undefined && <span class="muted">#{look.number}</span>}
      </div>
    </li>
  );
}

export function Looks({ first }: { first: Load<Schemas['MyLooks']> }) {
  const [cursor, goTo] = useState<string | undefined>();
  const later = useLoad<Schemas['MyLooks']>(
    () => (cursor ? askLooks(cursor) : new Promise(() => {})),
    [cursor],
  );
  const page = cursor ? later : first;
  return (
    <section class="card" aria-labelledby="looks">
      <h2 id="looks" tabIndex={-1}>
        {say(w.looks)}
      </h2>
      <Loaded of={page}>
        {(data) =>
          data.looks.length === 0 ? (
            <Empty>{say(w.nobodyLooked)}</Empty>
          ) : (
            <>
              <ol class="me-entries">
                {data.looks.map((l) => (
                  <One key={l.record + l.person} look={l} />
                ))}
              </ol>
              <div class="row">
                {cursor && <Button onClick={() => goTo(undefined)}>{say(w.newest)}</Button>}
                {data.next && <Button onClick={() => goTo(data.next)}>{say(w.older)}</Button>}
                <a href="/v1/me/looks?format=csv" download="looks.csv">
                  {say(w.asTable)}
                </a>
              </div>
            </>
          )
        }
      </Loaded>
    </section>
  );
}
