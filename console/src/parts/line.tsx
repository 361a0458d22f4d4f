/* LiveLine: whether the page hears of what changes. A word and a sign, and said when it is lost. */
import { line } from '../api/events';
import { say } from '../app/language';
import { w } from '../text/app';

const SAYS = {
  off: undefined,
  connecting: ['◌', w.lineConnecting, w.lineLiveHint],
  live: ['●', w.lineLive, w.lineLiveHint],
  offline: ['▲', w.lineOffline, w.lineOfflineHint],
} as const;

export function LiveLine() {
  const now = SAYS[line.value];
  return (
    <p class="live-line" role="status" title={now && say(now[2])}>
      {now && (
        <>
          <span aria-hidden="true">{now[0]}</span> {say(now[1])}
          {line.value === 'offline' && `: ${say(now[2])}`}
        </>
      )}
    </p>
  );
}
