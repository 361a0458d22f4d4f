/* Tokens: which systems ask in this house's name; made once, shown once, ended at once. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad, useSend } from '../../api/load';
import { day } from '../../app/format';
import { say } from '../../app/language';
import { useQuery } from '../../app/query';
import type { Session } from '../../app/session';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Failed } from '../../parts/failed';
import { Check, Choice, Field } from '../../parts/field';
import { Loaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { ToldOnce } from '../../parts/told-once';
import { scopes as scopeWords } from '../../text/codes';
import { w } from '../../text/settings';
import { ConfirmCode, wantsCode } from './confirm';
import { SignedIn } from './signed-in';
import { SettingsTabs } from './tabs';

type Token = Schemas['Tokens']['tokens'][number];
type Scope = Schemas['Scope'];
const DAY_S = 86_400;

function NewToken({
  of: s,
  allowed,
  onClose,
  onMade,
}: {
  of: Session;
  allowed: Schemas['Tokens']['scopes'];
  onClose: () => void;
  onMade: (made: Schemas['TokenMade']) => void;
}) {
  const [name, setName] = useState('');
  const [subject, setSubject] = useState(s.organisation);
  const [chosen, setChosen] = useState<readonly Scope[]>([]);
  const [days, setDays] = useState('90');
  const make = useSend(() =>
    api.POST('/v1/tokens', {
      body: { name, subject, scopes: [...chosen], expires_in: Number(days) * DAY_S },
    }),
  );
  const submit = async () => {
    const made = await make.send();
    if (made) onMade(made);
  };
  if (wantsCode(make.failure)) return <ConfirmCode onClose={make.clear} onConfirmed={submit} />;
  return (
    <Dialog title={say(w.newToken)} onClose={onClose}>
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          void submit();
        }}
      >
        <Failed failure={make.failure} />
        <Field
          label={say(w.purpose)}
          hint={say(w.purposeHint)}
          maxLength={120}
          required
          value={name}
          onValue={setName}
        />
        <Choice
          label={say(w.subject)}
          value={subject}
          onValue={(v) => {
            setSubject(v);
            setChosen([]);
          }}
          options={[
            [s.organisation, say(w.forOrganisation)],
            [s.id, say(w.forMe)],
          ]}
        />
        <fieldset class="field">
          <legend>{say(w.scopes)}</legend>
          {(subject === s.id ? allowed.own : allowed.organisation).map((scope) => (
            <Check
              key={scope}
              label={say(scopeWords[scope])}
              checked={chosen.includes(scope)}
              onChecked={(on) => setChosen(on ? [...chosen, scope] : chosen.filter((x) => x !== scope))}
            />
          ))}
        </fieldset>
        <Field
          label={say(w.days)}
          type="number"
          inputMode="numeric"
          min="1"
          max="365"
          required
          value={days}
          onValue={setDays}
        />
        <Button kind="primary" type="submit" busy={make.busy} disabled={chosen.length === 0}>
          {say(w.make)}
        </Button>
      </form>
    </Dialog>
  );
}

function Made({ of: made }: { of: Schemas['TokenMade'] }) {
  return (
    <Receipt title={say(w.made)}>
      <ToldOnce text={made.token} />
    </Receipt>
  );
}

function EndToken({ of: t, onClose, onEnded }: { of: Token; onClose: () => void; onEnded: () => void }) {
  const end = useSend(() => api.DELETE('/v1/tokens/{id}', { params: { path: { id: t.id } } }));
  const go = async () => {
    if (await end.send()) onEnded();
  };
  if (wantsCode(end.failure)) return <ConfirmCode onClose={end.clear} onConfirmed={go} />;
  return (
    <Dialog title={say(w.endTitle, { name: t.name ?? say(w.unnamed) })} onClose={onClose}>
      <Failed failure={end.failure} />
      <p>{say(w.endLead)}</p>
      <p>
        <Button kind="danger" busy={end.busy} onClick={go}>
          {say(w.end)}
        </Button>
      </p>
    </Dialog>
  );
}

function House({ of: s }: { of: Session }) {
  const q = useQuery();
  const list = useLoad(() => api.GET('/v1/tokens', { params: { query: q.page } }), [q.page.cursor]);
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Schemas['TokenMade'] | undefined>(undefined);
  const [ending, setEnding] = useState<Token | undefined>(undefined);
  return (
    <>
      {made && <Made of={made} />}
      <p>
        <Button kind="primary" onClick={() => setOpen(true)} disabled={!list.data}>
          {say(w.newToken)}
        </Button>
      </p>
      <Loaded of={list} who={say(w.tokenKeepers)}>
        {({ tokens, next }) =>
          tokens.length === 0 ? (
            <Empty>{say(w.noTokens)}</Empty>
          ) : (
            <Table
              caption={say(w.tokens)}
              rows={tokens}
              id={(t) => t.id}
              {...q.pages(next)}
              columns={[
                { key: 'name', head: say(w.purpose), cell: (t) => t.name ?? say(w.unnamed) },
                {
                  key: 'subject',
                  head: say(w.subject),
                  cell: (t) =>
                    t.subject === s.organisation
                      ? say(w.forOrganisation)
                      : t.subject === s.id
                        ? say(w.forMe)
                        : t.subject,
                },
                {
                  key: 'scopes',
                  head: say(w.scopes),
                  cell: (t) => t.scopes.map((x) => say(scopeWords[x])).join(say(['、', ', '])),
                },
                { key: 'by', head: say(w.by), cell: (t) => (t.by === s.id ? (s.name ?? t.by) : t.by) },
                { key: 'until', head: say(w.until), cell: (t) => (t.until ? day(t.until) : say(w.noEnd)) },
                {
                  key: 'end',
                  head: '',
                  cell: (t) => (
                    <Button kind="plain" onClick={() => setEnding(t)}>
                      {say(w.end)}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {open && list.data && (
        <NewToken
          of={s}
          allowed={list.data.scopes}
          onClose={() => setOpen(false)}
          onMade={(m) => {
            setOpen(false);
            setMade(m);
            list.reload();
          }}
        />
      )}
      {ending && (
        <EndToken
          of={ending}
          onClose={() => setEnding(undefined)}
          onEnded={() => {
            setEnding(undefined);
            list.reload();
          }}
        />
      )}
    </>
  );
}

export function Tokens() {
  return (
    <Page title={say(w.tokensTitle)} lead={say(w.tokensLead)}>
      <SettingsTabs current="/settings/tokens" />
      <SignedIn>{(s) => <House of={s} />}</SignedIn>
    </Page>
  );
}
