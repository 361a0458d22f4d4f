/*
 * find: from an id or an alias to its screen.
 *
 * Ids say what they are by how they begin. Never a name or a telephone number: what is typed here
 * ends in an address, and addresses hold neither.
 */
import { areasOf } from './areas';
import type { Session } from './session';

/** Null: it is neither an id that has a screen for her nor an alias that she could look for. */
export function addressOf(text: string, as: Session): string | null {
  const typed = text.trim();
  const areas = areasOf(as);
  const begins = /^([a-z]{3})_[\w.-]{1,80}$/.exec(typed)?.[1];
  switch (begins) {
    case 'per':
      return areas.includes('agency') ? `/agency/members/${typed}` : null;
    case 'cas':
      return areas.includes('desk') ? `/desk/cases/${typed}` : null;
    case 'lin':
      return areas.includes('carrier') ? `/carrier/lines/${typed}` : null;
    case 'cmp':
      return areas.includes('carrier') ? `/carrier/campaigns/${typed}` : null;
    case 'rec':
      return areas.includes('carrier') ? `/carrier/screening?record=${typed}` : null;
    default:
      break;
  }
  if (begins || /\d{7,}/.test(typed) || typed === '' || typed.length > 64) return null;
  return areas.includes('agency') ? `/agency/pools?q=${encodeURIComponent(typed)}` : null;
}
