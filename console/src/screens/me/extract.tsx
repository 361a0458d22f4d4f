/* Extract: everything that is kept of her, to read, to print and to take along. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useSend } from '../../api/load';
import { count, listed, moment } from '../../app/format';
import { keep } from '../../app/keep';
import { say } from '../../app/language';
import { nameOf } from '../../app/names';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { w } from '../../text/me';
import { Confirm } from './confirm';
import { type Exported, Member } from './member';
import { Page } from './own-page';

function Whole({ data }: { data: Exported }) {
  return (
    <>
      <section class="card" aria-labelledby="extract">
        <h2 id="extract">{say(w.extractHead)}</h2>
        <Facts
          of={[
            [say(w.madeAt), moment(data.made_at)],
            [
              say(w.memberOf),
              listed(
                data.memberships.map((m) =>
                  nameOf(String((m as Record<string, unknown>).organisation ?? '')),
                ),
              ),
            ],
            [say(w.consentsHead), count(data.consents.length)],
            [say(w.looks), count(data.looks.length)],
            [say(w.calls), count(data.calls.length)],
            [say(w.contractsHead), count(data.contracts.length)],
            [say(w.complaintsHead), count(data.desk.complaints.length)],
          ]}
        />
      </section>
      {data.members.map((m) => (
        <Member key={m.id} member={m} />
      ))}
    </>
  );
}

export function Extract() {
  const [data, setData] = useState<Exported | undefined>();
  const ask = useSend(() => api.GET('/v1/me/export'));
  const code = ask.failure?.kind === 'problem' ? ask.failure.problem.code : '';
  const get = async () => {
    const answer = await ask.send();
    if (answer) setData(answer);
  };
  return (
    <Page
      title={say(w.extractTitle)}
      lead={say(w.extractLead)}
      primary={
        data ? (
          <Button
            kind="primary"
            onClick={() => keep('menshen-export.json', 'application/json', JSON.stringify(data, null, 1))}
          >
            {say(w.download)}
          </Button>
        ) : (
          <Button kind="primary" busy={ask.busy} onClick={get}>
            {say(w.makeCopy)}
          </Button>
        )
      }
    >
      {code === 'confirmation-required' ? (
        <section class="card">
          <p>{say(w.copyWaits)}</p>
          <Confirm onDone={get} />
        </section>
      ) : (
        <Failed failure={ask.failure} />
      )}
      {data && <Whole data={data} />}
      {data && (
        <p>
          <Button onClick={() => window.print()}>{say(w.printCopy)}</Button>
        </p>
      )}
    </Page>
  );
}
