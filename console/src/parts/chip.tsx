/*
 * Chips: a state as a sign and a word, never by colour alone.
 *
 *     Chip      any state          DeadlineChip  a legal deadline with its days
 *     VerdictTag a call's verdict   Sealed        what nobody may open
 */
import type { ComponentChildren } from 'preact';
import { now } from '../app/clock';
import { day, daysUntil } from '../app/format';
import { say } from '../app/language';
import { w } from '../text/app';
import { type Verdict, verdicts } from '../text/codes';

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';
const SIGN: Record<Tone, string> = { neutral: '○', info: '●', success: '✓', warning: '◔', danger: '■' };

export function Chip({
  tone = 'neutral',
  sign,
  dashed,
  title,
  children,
}: {
  tone?: Tone;
  sign?: string;
  dashed?: boolean;
  title?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <span class={`chip chip-${tone}${dashed ? ' chip-dashed' : ''}`} title={title}>
      <span aria-hidden="true">{sign ?? SIGN[tone]}</span> {children}
    </span>
  );
}

/** ○ 12 days · ◔ 3 days · ▲ 2 days late; the title says the day and the rule. */
export function DeadlineChip({
  due,
  done,
  rule,
}: {
  due: string;
  done?: boolean;
  rule?: string | undefined;
}) {
  const title = [day(due), rule].filter(Boolean).join(' · ');
  if (done)
    return (
      <Chip tone="success" title={title}>
        {say(w.doneAt)}
      </Chip>
    );
  const n = daysUntil(due);
  if (n < 0 || Date.parse(due) < now().getTime())
    return (
      <Chip tone="danger" sign="▲" title={title}>
        {say(w.daysLate, { n: Math.max(1, -n) })}
      </Chip>
    );
  const tone: Tone = n <= 3 ? 'danger' : n <= 7 ? 'warning' : 'neutral';
  return (
    <Chip tone={tone} sign={n <= 7 ? '◔' : '○'} title={title}>
      {n === 0 ? say(w.today) : say(w.days, { n })}
    </Chip>
  );
}

export function VerdictTag({ verdict, reason }: { verdict: Verdict; reason?: ComponentChildren }) {
  const shown = {
    allow: ['success', '✓'],
    remind: ['info', '●'],
    warn: ['warning', '▲'],
    block: ['danger', '■'],
  } as const;
  const [tone, sign] = shown[verdict];
  return (
    <Chip tone={tone} sign={sign}>
      {say(verdicts[verdict])}
      {reason && <> · {reason}</>}
    </Chip>
  );
}

/** One sentence and nothing else: no count, no date, no shape. */
export function Sealed() {
  return (
    <p class="sealed">
      <span aria-hidden="true">◇</span> {say(w.sealed)}
    </p>
  );
}
