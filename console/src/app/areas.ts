/* areas: whose screens are whose. */
import type { Session } from './session';

export type Area = 'agency' | 'desk' | 'carrier' | 'me';

/** Which areas of the console are hers, the first one home. */
export function areasOf(s: Session): Area[] {
  switch (s.access) {
    case 'person':
      return ['me'];
    case 'carrier':
      return ['carrier'];
    case 'authority':
      // A telecom authority orders about lines, a market regulator about organisations; both see both.
      return ['desk', 'carrier'];
    case 'association':
    case 'auditor':
    case 'examiner':
      return ['desk'];
    case 'sales':
    case 'manager':
    case 'compliance':
    case 'staff':
      return s.kind === 'agency' ? ['agency'] : ['carrier'];
  }
}
