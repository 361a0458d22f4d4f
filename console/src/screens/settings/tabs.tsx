/* The tabs of the settings: those that the role opens. */
import { say } from '../../app/language';
import { type Session, session } from '../../app/session';
import { Tabs } from '../../parts/tabs';
import { w as host } from '../../text/host';
import { w } from '../../text/settings';

const STAFF: readonly Session['access'][] = ['association', 'examiner', 'authority']; // and who keeps a house's
const TOKENS: readonly Session['access'][] = ['manager', 'compliance', 'carrier', 'association', 'authority'];
const AUDIT: readonly Session['access'][] = ['auditor', 'authority'];
const HEALTH: readonly Session['access'][] = [...AUDIT, 'carrier'];

export function SettingsTabs({ current }: { current: string }) {
  const access = session.value?.access;
  const tabs = [{ href: '/settings/rules', label: say(w.rules) }];
  if (access && AUDIT.includes(access)) tabs.push({ href: '/audit', label: say(host.audit) });
  if (access && HEALTH.includes(access)) tabs.push({ href: '/health', label: say(host.health) });
  if (access && TOKENS.includes(access))
    tabs.unshift(
      { href: '/settings/tokens', label: say(w.tokens) },
      { href: '/settings/webhooks', label: say(w.webhooks) },
    );
  const keeps = session.value?.role === 'manager' || session.value?.role === 'compliance';
  if (keeps || (access && STAFF.includes(access)))
    tabs.unshift({ href: '/settings/staff', label: say(w.staff) });
  if (access) tabs.unshift({ href: '/settings', label: say(w.account) });
  return <Tabs label={say(w.tabs)} tabs={tabs} current={current} />;
}
