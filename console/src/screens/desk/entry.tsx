/* One entry of a register: what the public reads, and how it is objected to, repaired, withdrawn. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day, moment, short, yuan } from '../../app/format';
import { pick, say } from '../../app/language';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Chip } from '../../parts/chip';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/desk';
import { registers } from '../../text/desk-codes';
import { acts, type Names, useNames } from './names';
import { PublicPaper } from './public-paper';
import { type Entry, EntryState, groundOf, useGrounds } from './registers';

interface Props {
  of: Entry;
  onDone: (what: string) => void;
}

/** Answer an objection, review a proof: one of two, with words. */
function Judge({ of, onDone, what }: Props & { what: 'answer' | 'review' }) {
  const [outcome, setOutcome] = useState('');
  const [text, setText] = useState('');
  const path = { params: { path: { id: of.id } } };
  const send = useSend(() =>
    what === 'answer'
      ? api.POST('/v1/listings/{id}/answer', {
          ...path,
          body: { outcome: outcome as 'upheld' | 'rejected', text },
        })
      : api.POST('/v1/listings/{id}/review', {
          ...path,
          body: { outcome: outcome as 'accepted' | 'refused', text },
        }),
  );
  const options: readonly (readonly [string, string])[] =
    what === 'answer'
      ? [
          ['upheld', say(w.objectionUpheld)],
          ['rejected', say(w.objectionRejected)],
        ]
      : [
          ['accepted', say(w.repairAccepted)],
          ['refused', say(w.repairRefused)],
        ];
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone(say(w.entryAnswered));
      }}
    >
      <h3>{say(what === 'answer' ? w.answerObjection : w.reviewRepair)}</h3>
      <Failed failure={send.failure} />
      <Choice
        label={say(w.outcome)}
        required
        value={outcome}
        onValue={setOutcome}
        options={[['', '—'], ...options]}
      />
      <TextField label={say(w.reason)} required value={text} onValue={setText} rows={3} />
      <p>
        <Button kind="primary" type="submit" busy={send.busy} disabled={outcome === ''}>
          {say(w.send)}
        </Button>
      </p>
    </form>
  );
}

function Withdraw({ of, onDone }: Props) {
  const grounds = useGrounds();
  const wanted =
    of.register === 'abnormal'
      ? 'listing-exit'
      : of.register === 'market'
        ? 'market-exit'
        : 'publication-end';
  const [ground, setGround] = useState('');
  const [text, setText] = useState('');
  const send = useSend(() =>
    api.POST('/v1/listings/{id}/withdraw', { params: { path: { id: of.id } }, body: { ground, text } }),
  );
  return (
    <form
      class="form"
      onSubmit={async (e) => {
        e.preventDefault();
        if (await send.send()) onDone(say(w.entryWithdrawn));
      }}
    >
      <h3>{say(w.withdraw)}</h3>
      <p>{say(w.withdrawWhat)}</p>
      <Failed failure={send.failure} />
      <Choice
        label={say(w.ground)}
        required
        value={ground}
        onValue={setGround}
        options={[
          ['', '—'],
          ...grounds.filter((g) => g.of === wanted).map((g) => [g.code, pick(g.title)] as const),
        ]}
      />
      <TextField label={say(w.reason)} required value={text} onValue={setText} rows={3} />
      <p>
        <Button kind="danger" type="submit" busy={send.busy} disabled={ground === ''}>
          {say(w.withdraw)}
        </Button>
      </p>
    </form>
  );
}

/** What the ground rests on, in words; the rule's id where it has none. */
function basisOf(of: Entry, grounds: ReturnType<typeof useGrounds>): string {
  const known = grounds.find((g) => g.code === of.ground);
  return known ? pick(known.basis) : of.basis;
}

function Body({ of, names, onDone }: Props & { names: Names }) {
  const grounds = useGrounds();
  const mine = acts() && of.by === session.value?.organisation;
  const ground = groundOf(of.ground, grounds);
  return (
    <>
      <p class="row">
        <EntryState of={of} />
        {of.late && <Chip tone="danger">{say(w.doneLate)}</Chip>}
      </p>
      <Facts
        of={[
          [say(w.enteredAt), moment(of.at)],
          [say(w.basis), basisOf(of, grounds)],
          [say(w.exit), of.exit && groundOf(of.exit, grounds)],
          [say(w.inCase), of.case && <a href={`/desk/cases/${of.case}`}>{short(of.case)}</a>],
          [say(w.objectUntil), of.status === 'noticed' && of.due ? day(of.due) : ''],
          [say(w.reason), of.texts?.reason],
          [say(w.objection), of.texts?.objection],
          [say(w.answer), of.texts?.answer],
          [say(w.proof), of.texts?.proof],
          [say(w.endedAt), of.ended_at && moment(of.ended_at)],
        ]}
      />
      <PublicPaper
        note={say(of.status === 'listed' ? w.previewNow : w.previewNot)}
        party={names.of(of.organisation)}
        of={[
          [say(w.register), say(registers[of.register])],
          [say(w.ground), ground],
          [say(w.fine), of.amount_fen === null ? '' : yuan(of.amount_fen)],
          [say(w.documentNumber), of.document],
          [say(w.by), names.of(of.by)],
          [say(w.publicFrom), of.from && day(of.from)],
          [say(w.publicUntil), of.until && day(of.until)],
          [say(w.objection), of.objection?.status === 'open' ? say(w.objected) : ''],
        ]}
      />
      {mine && (
        <section class="act no-print">
          <h2>{say(w.nextAct)}</h2>
          {of.objection?.status === 'open' && <Judge of={of} onDone={onDone} what="answer" />}
          {of.proven_at && of.status === 'listed' && <Judge of={of} onDone={onDone} what="review" />}
          {(of.status === 'listed' || of.status === 'noticed') && (
            <details>
              <summary>{say(w.withdraw)}</summary>
              <Withdraw of={of} onDone={onDone} />
            </details>
          )}
          {!['listed', 'noticed'].includes(of.status) && <p>{say(w.nothingNext)}</p>}
        </section>
      )}
    </>
  );
}

export function OneEntry() {
  const { params } = useRoute();
  const id = params.id ?? '';
  const names = useNames();
  const [done, setDone] = useState('');
  const load = useLoad(() => api.GET('/v1/listings/{id}', { params: { path: { id } } }), [id]);
  return (
    <Page
      title={say(w.entryTitle)}
      lead={load.data && `${names.of(load.data.organisation)} · ${say(registers[load.data.register])}`}
      at={load.at}
      onRefresh={load.reload}
    >
      {done && <Receipt title={done} />}
      <Loaded of={load} once={names.ready} rows={5} who={say(w.supervisors)}>
        {(of) => (
          <Body
            of={of}
            names={names}
            onDone={(what) => {
              setDone(what);
              load.reload();
            }}
          />
        )}
      </Loaded>
    </Page>
  );
}
