/* The design system on one page: every part in each of its states. */
import { useState } from 'preact/hooks';
import { now } from '../../app/clock';
import { say } from '../../app/language';
import { Button } from '../../parts/button';
import { Chip, DeadlineChip, Sealed, VerdictTag } from '../../parts/chip';
import { Dialog } from '../../parts/dialog';
import { Empty } from '../../parts/empty';
import { Explain } from '../../parts/explain';
import { Facts } from '../../parts/facts';
import { Failed } from '../../parts/failed';
import { Check, Choice, Field, TextField } from '../../parts/field';
import { Figures } from '../../parts/figures';
import { Waiting } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { Receipt } from '../../parts/receipt';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { Timeline } from '../../parts/timeline';
import { w } from '../../text/parts';

const soon = (days: number) => new Date(now().getTime() + days * 86_400_000).toISOString();

const rows = [
  { id: '竹-0417', district: '徐汇区', due: soon(12), n: 1204 },
  { id: '欧阳若兰-上海市闵行区莘庄镇', district: '浦东新区', due: soon(2), n: 17 },
  { id: 'W-014', district: 'Xuhui', due: soon(-2), n: 3 },
];

export function Parts() {
  const [text, setText] = useState('');
  const [on, setOn] = useState(true);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return (
    <Page
      title={say(w.title)}
      lead={say(w.lead)}
      at={now()}
      onRefresh={() => {}}
      primary={<Button kind="primary">{say(w.primary)}</Button>}
      why={
        <Facts
          of={[
            [say(w.rule), 'cn.call.refusal'],
            [say(w.basis), '消费者权益保护法 第二十九条'],
          ]}
        />
      }
    >
      <Figures
        label={say(w.figures)}
        of={[
          { label: say(w.allowed), value: '98,412', note: '+2 %' },
          { label: say(w.blocked), value: '1,204', href: '/parts', tone: 'warning' },
          { label: say(w.late), value: '3', tone: 'danger' },
        ]}
      />
      <Tabs
        label={say(w.tabs)}
        current="/parts"
        tabs={[
          { href: '/parts', label: say(w.first), count: 3 },
          { href: '/parts?two', label: say(w.second) },
        ]}
      />
      <Table
        caption={say(w.table)}
        rows={rows}
        id={(r) => r.id}
        selected={chosen}
        onSelect={(id, yes) =>
          setChosen((was) => new Set(yes ? [...was, id] : [...was].filter((x) => x !== id)))
        }
        onSort={() => {}}
        next={() => {}}
        columns={[
          { key: 'id', head: say(w.name), cell: (r) => <a href="/parts">{r.id}</a> },
          { key: 'district', head: say(w.district), cell: (r) => r.district },
          {
            key: 'due',
            head: say(w.due),
            sort: 'ascending',
            cell: (r) => <DeadlineChip due={r.due} rule="cn.clock.accept" />,
          },
          { key: 'n', head: say(w.number), number: true, sort: 'none', cell: (r) => r.n },
        ]}
      />
      <h2>{say(w.states)}</h2>
      <p class="row">
        <VerdictTag verdict="allow" /> <VerdictTag verdict="remind" /> <VerdictTag verdict="warn" />{' '}
        <VerdictTag verdict="block" reason="refused" /> <Chip dashed>{say(w.asked)}</Chip>{' '}
        <Explain
          reason={say(w.reason)}
          rule="cn.call.refusal"
          basis="消费者权益保护法 第二十九条"
          record="rec_7f3a09c1_1042"
        />
      </p>
      <Sealed />
      <Empty act={<a href="/parts">{say(w.primary)}</a>}>{say(w.empty)}</Empty>
      <Waiting rows={3} />
      <Failed failure={{ kind: 'offline' }} onRetry={() => {}} />
      <Failed
        failure={{
          kind: 'problem',
          status: 403,
          problem: {
            type: 'about:blank',
            title: 'Forbidden',
            status: 403,
            code: 'refused',
            detail: say(w.reason),
            rule: 'cn.call.refusal',
          },
        }}
      />
      <Receipt title={say(w.done)}>
        <Facts of={[[say(w.record), 'rec_7f3a09c1_1042']]} />
      </Receipt>
      <Timeline
        label={say(w.timeline)}
        items={[
          { id: '1', at: soon(5), due: true, title: say(w.late) },
          { id: '2', at: soon(-1), title: say(w.done), by: 'stf_g01' },
        ]}
      />
      <h2>{say(w.form)}</h2>
      <form class="form">
        <Field label={say(w.name)} hint={say(w.hint)} value={text} onValue={setText} required />
        <Field label={say(w.number)} error={say(w.wrong)} value={text} onValue={setText} />
        <TextField label={say(w.reason)} value={text} onValue={setText} />
        <Choice
          label={say(w.district)}
          value={text}
          onValue={setText}
          options={[
            ['', '—'],
            ['a', '徐汇区'],
          ]}
        />
        <Check label={say(w.agree)} checked={on} onChecked={setOn} />
        <p class="row">
          <Button kind="primary">{say(w.primary)}</Button>{' '}
          <Button onClick={() => setOpen(true)}>{say(w.dialog)}</Button>{' '}
          <Button kind="danger">{say(w.danger)}</Button> <Button busy>{say(w.busy)}</Button>
        </p>
      </form>
      {open && (
        <Dialog title={say(w.dialog)} onClose={() => setOpen(false)}>
          <p>{say(w.reason)}</p>
        </Dialog>
      )}
    </Page>
  );
}
