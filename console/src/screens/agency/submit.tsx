/*
 * What an agency hands in to a case against it: a self-inspection, a proof, an acknowledgement.
 *
 * Which acts are lawful now, and which fields each takes, the server says for the case.
 */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { itemTexts, unreceived } from '../../app/case-acts';
import { day, short } from '../../app/format';
import { pick, say } from '../../app/language';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Failed } from '../../parts/failed';
import { Choice, TextField } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { PaperLink } from '../../parts/paper-link';
import { Receipt } from '../../parts/receipt';
import { w } from '../../text/agency';
import { openers } from '../../text/agency-codes';

type Kind = Schemas['CaseAct']['kind'];

/** What the case has sent us, each on paper. */
function Papers({ id }: { id: string }) {
  const papers = useLoad(() => api.GET('/v1/documents', { params: { query: { case: id } } }), [id]);
  const all = papers.data?.documents ?? [];
  if (all.length === 0) return null;
  return (
    <details>
      <summary>{say(w.submitPapers, { n: all.length })}</summary>
      <ul class="rows">
        {all.map((d) => (
          <li key={d.id}>
            <PaperLink of={d} numbered />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Acts({ id, onDone }: { id: string; onDone: () => void }) {
  const next = useLoad(() => api.GET('/v1/cases/{id}/next', { params: { path: { id } } }), [id]);
  const of = useLoad(() => api.GET('/v1/cases/{id}', { params: { path: { id } } }), [id]);
  const [kind, setKind] = useState('');
  const [text, setText] = useState('');
  const [item, setItem] = useState('');
  const [received, setReceived] = useState('');
  const sent = unreceived(of.data?.acts ?? []);
  const texts = itemTexts(of.data?.acts ?? []);
  const send = useSend((key, act: Kind) =>
    api.POST('/v1/cases/{id}/acts', {
      params: {
        path: { id },
        header: { 'Idempotency-Key': key, ...(of.etag ? { 'If-Match': of.etag } : {}) },
      },
      body: {
        kind: act,
        ...(text.trim() === '' ? {} : { text: text.trim() }),
        ...(act === 'proof' && item !== '' ? { item: Number(item) } : {}),
        ...(act === 'acknowledge' && received !== '' ? { of: received } : {}),
      },
    }),
  );
  return (
    <Loaded of={next} rows={3} who={say(w.whoKeepers)}>
      {(n) => {
        const acts = n.acts.filter((a) => a.kind !== 'acknowledge' || sent.length > 0);
        if (acts.length === 0) return <p>{say(w.submitNone)}</p>;
        const act = acts.find((a) => a.kind === kind) ?? acts[0];
        const takes = (name: string) => act?.fields.find((f) => f.name === name);
        return (
          <form
            class="form"
            onSubmit={async (e) => {
              e.preventDefault();
              if (act && (await send.send(act.kind))) onDone();
            }}
          >
            <Choice
              label={say(w.submitKind)}
              value={act?.kind ?? ''}
              onValue={setKind}
              options={acts.map((a) => [a.kind, pick(a.title)] as const)}
            />
            {takes('of') && (
              <Choice
                label={say(w.submitReceived)}
                value={received}
                onValue={setReceived}
                required
                options={[['', '—'], ...sent.map((a) => [a.id, `${pick(a.title)} · ${day(a.at)}`] as const)]}
              />
            )}
            {takes('item') && (
              <Choice
                label={say(w.submitItem)}
                value={item}
                onValue={setItem}
                required={takes('item')?.required ?? false}
                options={[
                  ['', '—'],
                  ...(of.data?.items ?? []).map(
                    (i) =>
                      [
                        String(i.item),
                        `${say(w.taskItem, { n: i.item })}${texts[i.item - 1] ? ` · ${texts[i.item - 1]}` : ''}`,
                      ] as const,
                  ),
                ]}
              />
            )}
            {takes('text') && (
              <TextField
                label={say(w.submitText)}
                hint={act?.kind === 'acknowledge' ? undefined : say(w.submitTextHint)}
                value={text}
                onValue={setText}
                rows={8}
                required={takes('text')?.required ?? false}
              />
            )}
            <Failed
              failure={send.failure}
              onRetry={() => {
                of.reload();
                next.reload();
                send.clear();
              }}
            />
            <Button kind="primary" type="submit" busy={send.busy}>
              {act && pick(act.title)}
            </Button>
          </form>
        );
      }}
    </Loaded>
  );
}

export function Submit({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const cases = useLoad(() => api.GET('/v1/cases', { params: { query: { status: 'open' } } }), []);
  const [id, setId] = useState('');
  const [done, setDone] = useState(false);
  return (
    <Dialog title={say(w.submitTitle)} onClose={onClose}>
      {done ? (
        <Receipt title={say(w.submitted)} />
      ) : (
        <Loaded of={cases} rows={2} who={say(w.whoKeepers)}>
          {(c) => {
            const at = id === '' ? c.cases[0]?.id : id;
            if (at === undefined) return <p>{say(w.submitNone)}</p>;
            return (
              <div class="stack">
                <Choice
                  label={say(w.submitCase)}
                  value={at}
                  onValue={setId}
                  options={c.cases.map(
                    (x) =>
                      [x.id, `${short(x.id)} · ${say(openers[x.opened_as])} · ${day(x.opened_at)}`] as const,
                  )}
                />
                <Papers id={at} />
                <Acts
                  key={at}
                  id={at}
                  onDone={() => {
                    setDone(true);
                    onDone();
                  }}
                />
              </div>
            );
          }}
        </Loaded>
      )}
    </Dialog>
  );
}
