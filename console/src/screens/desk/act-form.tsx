/* One act as a form, made of the fields that the server names for it. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { type Failure, useLoad, useSend } from '../../api/load';
import { itemTexts } from '../../app/case-acts';
import { now } from '../../app/clock';
import { day, time, yuan } from '../../app/format';
import { pick, say } from '../../app/language';
import { useOnline } from '../../app/online';
import { session } from '../../app/session';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Check, Choice, Field, TextField } from '../../parts/field';
import { w } from '../../text/desk';
import { actFields, actNos, fieldWords, matters, registers } from '../../text/desk-codes';
import { type ActField, bodyOf, fieldsOf, firstOf, type Held, type Item, NOTHING } from './act-body';
import { drop, keep, kept } from './act-draft';
import { fenOf, rangeOf, wantsReason } from './fine';
import type { Names } from './names';
import { ListingPaper, PublicPaper } from './public-paper';

export type Next = Schemas['CaseNext'];
export type Case = Schemas['Case'];

interface Props {
  of: Case;
  kind: string;
  next: Next;
  names: Names;
  etag: string | undefined;
  onDone: (now: Case) => void;
  onStale: () => void;
}

interface FieldProps extends Props {
  field: ActField;
  held: Held;
  set: (held: Held) => void;
}

const STEPS = ['summons', 'self_inspection', 'recommend', 'rectification', 'visit', 'inspection'];

function Several({
  label,
  required,
  options,
  chosen,
  onChosen,
}: {
  label: string;
  required: boolean;
  options: readonly (readonly [string, string])[];
  chosen: readonly string[];
  onChosen: (to: readonly string[]) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>
        {label}
        {required && <span class="field-required"> ({say(w.needed)})</span>}
      </legend>
      {options.map(([value, words]) => (
        <Check
          key={value}
          label={words}
          checked={chosen.includes(value)}
          onChecked={(on) => onChosen(on ? [...chosen, value] : chosen.filter((x) => x !== value))}
        />
      ))}
    </fieldset>
  );
}

function Items({ held, set }: { held: Held; set: (held: Held) => void }) {
  const put = (i: number, change: Partial<Item>) =>
    set({ ...held, items: held.items.map((x, k) => (k === i ? { ...x, ...change } : x)) });
  return (
    <fieldset class="choices">
      <legend>{say(w.items)}</legend>
      {held.items.map((item, i) => (
        <div key={`${i}-${held.items.length}`} class="item">
          <TextField
            label={say(w.itemText, { n: i + 1 })}
            required
            rows={2}
            value={item.text}
            onValue={(text) => put(i, { text })}
          />
          <Field
            label={say(w.itemUntil, { n: i + 1 })}
            type="datetime-local"
            required
            value={item.until}
            onValue={(until) => put(i, { until })}
          />
        </div>
      ))}
      <p>
        <Button onClick={() => set({ ...held, items: [...held.items, { text: '', until: '' }] })}>
          {say(w.itemMore)}
        </Button>
      </p>
    </fieldset>
  );
}

function useGrounds(side: Case['side'], wanted: boolean) {
  const register = side === 'authority' ? 'market' : 'listing';
  return useLoad(async () => {
    if (!wanted) return { data: { grounds: [] }, response: new Response() };
    return api.GET('/v1/grounds', { params: { query: {} } });
  }, [register, wanted]).data?.grounds.filter((g) => g.of.startsWith(register));
}

/** What an id may be: an officer, a draw, a step, a violation, a ground. */
function options(p: FieldProps, grounds: Schemas['GroundList']['grounds'] | undefined): [string, string][] {
  const lawful = new Set<string>(p.next.next);
  switch (p.field.name) {
    case 'host':
      return p.names.staff.map((s) => [s.id, s.name]);
    case 'step':
      return p.next.acts
        .filter((a) => STEPS.includes(a.kind) && lawful.has(a.kind))
        .map((a) => [a.kind, pick(a.title)]);
    case 'violation':
      return [...new Set(p.next.fines.map((f) => f.violation))].map((v) => [
        v,
        say(fieldWords[v] ?? w.field),
      ]);
    case 'ground':
    case 'exit':
      return (grounds ?? [])
        .filter((g) => g.of.endsWith(p.field.name === 'ground' ? 'entry' : 'exit'))
        .map((g) => [g.code, pick(g.title)]);
    default:
      return [];
  }
}

function OneField(p: FieldProps & { grounds: Schemas['GroundList']['grounds'] | undefined }) {
  const { field, held, set } = p;
  const label = say(actFields[field.name] ?? w.field);
  const value = held.texts[field.name] ?? '';
  const onValue = (text: string) => set({ ...held, texts: { ...held.texts, [field.name]: text } });
  const onList = (to: readonly string[]) => set({ ...held, lists: { ...held.lists, [field.name]: to } });
  const common = { label, value, onValue, required: field.required };
  switch (field.type) {
    case 'text':
      return field.name === 'place' ? <Field {...common} /> : <TextField {...common} rows={3} />;
    case 'time':
      return <Field {...common} type="datetime-local" />;
    case 'number':
      return field.name === 'amount_fen' ? (
        <Field {...common} inputMode="decimal" />
      ) : (
        <Field {...common} inputMode="numeric" />
      );
    case 'word':
      return (
        <Choice
          {...common}
          options={[
            ['', '—'],
            ...(field.words ?? []).map((k) => [k, say(fieldWords[k] ?? w.field)] as const),
          ]}
        />
      );
    case 'id': {
      const known = options(p, p.grounds);
      return known.length > 0 ? (
        <Choice {...common} options={[['', '—'], ...known]} />
      ) : (
        <Field {...common} />
      );
    }
    case 'ids':
      return (
        <Several
          label={label}
          required={field.required}
          options={p.names.staff.map((s) => [s.id, s.name] as const)}
          chosen={held.lists[field.name] ?? []}
          onChosen={onList}
        />
      );
    case 'numbers':
      return p.of.items.length === 0 ? null : (
        <Several
          label={label}
          required={field.required}
          options={p.of.items.map((i) => {
            const text = itemTexts(p.of.acts)[i.item - 1];
            return [
              String(i.item),
              `${say(w.itemNumber, { n: i.item })}${text ? ` · ${text}` : ''}`,
            ] as const;
          })}
          chosen={held.lists[field.name] ?? []}
          onChosen={onList}
        />
      );
    case 'matters':
      return (
        <Several
          label={label}
          required={field.required}
          options={Object.entries(matters).map(([k, words]) => [k, say(words)] as const)}
          chosen={held.lists[field.name] ?? []}
          onChosen={onList}
        />
      );
    case 'flag':
      return (
        <Check
          label={label}
          checked={held.flags[field.name] ?? false}
          onChecked={(on) => set({ ...held, flags: { ...held.flags, [field.name]: on } })}
        />
      );
    case 'items':
      return <Items held={held} set={set} />;
    case 'departments':
      return <Departments of={p.of} names={p.names} held={held} set={set} />;
  }
}

/** Does the fine's range leave a choice that has to be explained? */
function reasoned(next: Next, held: Held): boolean {
  const party = held.texts.party || 'commercial';
  const fine = next.fines.find((f) => f.violation === held.texts.violation && f.party === party);
  return wantsReason(rangeOf(fine, Number(held.texts.count)));
}

/** What the law of the day says of the fine that is being written. */
function Calculator({ next, held }: { next: Next; held: Held }) {
  const party = held.texts.party || 'commercial';
  const fine = next.fines.find((f) => f.violation === held.texts.violation && f.party === party);
  const range = rangeOf(fine, Number(held.texts.count));
  const fen = fenOf(held.texts.amount_fen ?? '');
  if (!fine) return null;
  const out = range && fen !== undefined && (fen < range.min_fen || fen > range.max_fen);
  return (
    <div class={`notice ${out ? 'notice-danger' : 'notice-info'}`} role="status">
      <p>
        {range
          ? range.min_fen === range.max_fen
            ? say(w.fineExactly, { fen: yuan(range.min_fen) })
            : say(w.fineBetween, { min: yuan(range.min_fen), max: yuan(range.max_fen) })
          : say(w.fineCount)}
      </p>
      {out && <p>▲ {say(w.fineOut)}</p>}
      {wantsReason(range) && <p>{say(w.fineReason)}</p>}
      <table class="table table-plain">
        <caption>{pick(fine.title)}</caption>
        <thead>
          <tr>
            <th scope="col">{say(w.casesCount)}</th>
            <th scope="col" class="number">
              {say(w.fine)}
            </th>
          </tr>
        </thead>
        <tbody>
          {fine.bands.map((b) => (
            <tr key={b.from}>
              <th scope="row">
                {b.until === b.from
                  ? b.from
                  : b.until === null
                    ? say(w.andMore, { n: b.from })
                    : `${b.from}–${b.until}`}
              </th>
              <td class="number" data-head={say(w.fine)}>
                {b.min_fen === b.max_fen ? yuan(b.min_fen) : `${yuan(b.min_fen)}–${yuan(b.max_fen)}`}
                {b.each && ` ${say(w.each)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Facts
        of={[
          [say(w.cap), yuan(fine.cap_fen)],
          [say(w.basis), pick(fine.basis)],
          [say(w.ruleId), fine.rule],
        ]}
      />
    </div>
  );
}

/** A refusal of the ladder in the page's language. */
function inWords(failure: Failure | undefined): Failure | undefined {
  if (failure?.kind !== 'problem') return failure;
  const { reason, code } = failure.problem as Schemas['Problem'] & { reason?: string };
  const words = actNos[reason ?? ''] ?? actNos[code];
  return words ? { ...failure, problem: { ...failure.problem, detail: say(words) } } : failure;
}

/** Where the matters go by law, and which authority each department is here. */
function Departments({
  of,
  names,
  held,
  set,
}: {
  of: Case;
  names: Names;
  held: Held;
  set: (held: Held) => void;
}) {
  const chosen = (held.lists.matters ?? []).join(';');
  const routes = useLoad(
    () =>
      api.GET('/v1/dispatches/routes', {
        params: { query: { matters: chosen || 'consumer', ...(of.sector ? { sector: of.sector } : {}) } },
      }),
    [chosen, of.sector],
  );
  if (chosen === '') return null;
  const authorities = names.organisations.filter((o) => o.kind === 'authority');
  const named = [...new Map((routes.data?.routes ?? []).map((r) => [r.department, pick(r.name)])).entries()];
  return (
    <fieldset class="choices">
      <legend>{say(w.sendTo)}</legend>
      {named.map(([department, name]) => (
        <Choice
          key={department}
          label={name}
          value={held.texts[`to.${department}`] ?? ''}
          onValue={(id) => set({ ...held, texts: { ...held.texts, [`to.${department}`]: id } })}
          options={[['', say(w.onPaper)], ...authorities.map((o) => [o.id, o.name] as const)]}
        />
      ))}
    </fieldset>
  );
}

/** What the public will read because of this act. */
function Publishes({
  of,
  kind,
  names,
  held,
  grounds,
}: Props & { held: Held; grounds: Schemas['GroundList']['grounds'] | undefined }) {
  const last = (k: string) =>
    of.acts.findLast((a) => a.kind === k)?.body as Record<string, unknown> | undefined;
  if (kind === 'listing') {
    const ground = grounds?.find((g) => g.of.endsWith('entry') && g.code === held.texts.ground);
    return ground ? (
      <ListingPaper
        register={of.side === 'association' ? 'abnormal' : 'market'}
        respondent={of.respondent}
        ground={ground}
        names={names}
      />
    ) : null;
  }
  const violation = (last('decision') ?? last('notice_of_penalty'))?.violation;
  return (
    <PublicPaper
      note={say(w.previewAtOnce)}
      party={names.of(of.respondent)}
      of={[
        [say(w.register), say(registers[of.fine ? 'penalty' : 'criticism'])],
        [say(w.ground), typeof violation === 'string' ? say(fieldWords[violation] ?? w.field) : ''],
        [say(w.fine), of.fine && yuan(of.fine.amount_fen)],
        [say(w.by), names.of(session.value?.organisation)],
        [say(w.publicFrom), day(now())],
      ]}
    />
  );
}

export function ActForm(p: Props) {
  const who = session.value?.id ?? '';
  const [draft, setDraft] = useState(() => {
    const found = kept(who, p.of.id);
    return found?.kind === p.kind ? found : undefined;
  });
  const [held, setHeld] = useState<Held>(draft?.held ?? NOTHING);
  const online = useOnline();
  const set = (to: Held) => {
    const at = now();
    setHeld(to);
    keep(who, p.of.id, p.kind, to, at);
    setDraft({ kind: p.kind, held: to, at: at.toISOString() });
  };
  const act = p.next.acts.find((a) => a.kind === p.kind);
  const fields = fieldsOf(p.kind, act?.fields ?? [], held);
  const grounds = useGrounds(
    p.of.side,
    fields.some((f) => f.name === 'ground'),
  );
  const send = useSend((key, body: Schemas['CaseAct']) =>
    api.POST('/v1/cases/{id}/acts', {
      params: {
        path: { id: p.of.id },
        header: { 'Idempotency-Key': key, ...(p.etag ? { 'If-Match': p.etag } : {}) },
      },
      body,
    }),
  );
  const first = firstOf(fields, reasoned(p.next, held));
  const more = fields.filter((f) => !first.includes(f));
  const one = (field: ActField) => (
    <OneField key={field.name} {...p} field={field} held={held} set={set} grounds={grounds} />
  );
  return (
    <form
      class="form act-form"
      onSubmit={async (e) => {
        e.preventDefault();
        const changed = await send.send(bodyOf(p.kind, fields, held));
        if (!changed) return;
        drop(who, p.of.id);
        p.onDone(changed as Case);
      }}
    >
      <h3>{act && pick(act.title)}</h3>
      {!online && (
        <p class="notice notice-warning" role="status">
          ▲ {say(w.offlineDraft)}
        </p>
      )}
      <Failed failure={inWords(send.failure)} onRetry={p.onStale} />
      {first.map(one)}
      {fields.some((f) => f.name === 'count') && <Calculator next={p.next} held={held} />}
      {more.length > 0 && (
        <details class="more">
          <summary>{say(w.moreFields)}</summary>
          <div class="form">{more.map(one)}</div>
        </details>
      )}
      {(p.kind === 'publish' || p.kind === 'listing') && <Publishes {...p} held={held} grounds={grounds} />}
      {p.kind === 'penalty' && <p class="notice notice-info">{say(w.draftOnly)}</p>}
      <p>
        <Button kind="primary" type="submit" busy={send.busy}>
          {act && pick(act.title)}
        </Button>{' '}
        {draft && (
          <>
            <span class="muted">{say(w.draftKept, { time: time(draft.at) })}</span>{' '}
            <Button
              onClick={() => {
                drop(who, p.of.id);
                setDraft(undefined);
                setHeld(NOTHING);
              }}
            >
              {say(w.draftDrop)}
            </Button>
          </>
        )}
      </p>
    </form>
  );
}
