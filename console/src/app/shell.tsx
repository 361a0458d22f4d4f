/* The frame of every screen: top bar, navigation of the role's screens, the screen. */

import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Dialog } from '../parts/dialog';
import { DemoBar } from '../screens/story/bar';
import { w } from '../text/app';
import { roles } from '../text/codes';
import { areasOf } from './areas';
import { inDemo } from './demo';
import { keysOn, setKeys, shortcuts, useKey } from './keys';
import { language, say, setLanguage } from './language';
import { leadsTo, type Screen } from './screen';
import { screens } from './screens';
import { Search } from './search';
import { session, signOut } from './session';
import { applyTheme, type Theme, theme } from './theme';

const NEXT: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME = { auto: w.themeAuto, light: w.themeLight, dark: w.themeDark } as const;
const SIGN: Record<Theme, string> = { auto: '◐', light: '○', dark: '●' };

function hers(): readonly Screen[] {
  const s = session.value;
  if (!s) return [];
  const areas = areasOf(s);
  return screens.filter(
    (x) =>
      x.nav &&
      (x.area === undefined || areas.includes(x.area)) &&
      (x.access === undefined || x.access.includes(s.access)),
  );
}

function Shortcut({ screen }: { screen: Screen }) {
  const { route } = useLocation();
  useKey(
    screen.keys ?? '',
    screen.nav ?? w.home,
    useCallback(() => route(screen.path), [route, screen]),
  );
  return null;
}

function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={say(w.helpTitle)} onClose={onClose}>
      <dl class="keys">
        {shortcuts.value.map((s) => (
          <div key={s.keys + s.what[1]}>
            <dt>
              {s.keys.split(' ').map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd>{say(s.what)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={() => setKeys(!keysOn.value)}>
        {say(keysOn.value ? w.helpOff : w.helpOn)}
      </button>
    </Dialog>
  );
}

function Bar({ onHelp, onMenu, menu }: { onHelp: () => void; onMenu: () => void; menu: boolean }) {
  const s = session.value;
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <header class="bar">
      {s !== null && (
        <button
          type="button"
          class="plain bar-menu"
          aria-expanded={menu}
          aria-controls="nav"
          onClick={onMenu}
        >
          <span aria-hidden="true">☰</span>
          <span class="unseen">{say(w.menu)}</span>
        </button>
      )}
      <a class="bar-product" href="/">
        <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
          <path class="door" d="M1 1h6.5v14H1zM8.5 1H15v14H8.5z" />
          <circle class="ring" cx="6" cy="8" r="1" />
          <circle class="ring" cx="10" cy="8" r="1" />
        </svg>
        {say(w.product)}
      </a>
      {s && (
        <span class="bar-role" title={s.organisation_name ?? undefined}>
          {[s.name, say(roles[s.role] ?? w.product)].filter(Boolean).join(' · ')}
        </span>
      )}
      <span class="bar-space" />
      {s && s.access !== 'person' && <Search as={s} />}
      <button
        type="button"
        class="plain"
        lang={other === 'en' ? 'en' : 'zh-CN'}
        title={say(w.languageHint)}
        onClick={() => setLanguage(other)}
      >
        {say(w.language)}
      </button>
      <button
        type="button"
        class="plain"
        title={say(w.theme, { theme: say(THEME[theme.value]) })}
        onClick={() => applyTheme(NEXT[theme.value])}
      >
        <span aria-hidden="true">{SIGN[theme.value]}</span>
        <span class="unseen">{say(w.theme, { theme: say(THEME[theme.value]) })}</span>
      </button>
      <button type="button" class="plain bar-help" onClick={onHelp} title={say(w.help)}>
        <span aria-hidden="true">?</span>
        <span class="unseen">{say(w.help)}</span>
      </button>
      {s ? (
        <button type="button" class="plain" onClick={signOut}>
          {say(w.signOut)}
        </button>
      ) : (
        <a class="bar-sign" href="/sign-in">
          {say(w.signIn)}
        </a>
      )}
    </header>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  useKey(
    '?',
    w.helpKey,
    useCallback(() => setHelp(true), []),
  );
  const mine = hers();
  // Their place is kept while it is asked who is signed in.
  const named = mine.length > 0 || session.value === undefined;
  return (
    <>
      <a class="skip" href="#main">
        {say(w.skip)}
      </a>
      {inDemo && (
        <div class="demo-place">
          <DemoBar />
        </div>
      )}
      <Bar onHelp={() => setHelp(true)} onMenu={() => setMenu(!menu)} menu={menu} />
      <div class={named ? 'shell' : 'shell shell-bare'}>
        {named && (
          <nav id="nav" class={menu ? 'nav nav-open' : 'nav'} aria-label={say(w.navigation)}>
            {mine.map((x) => (
              <a
                key={x.path}
                href={x.path}
                aria-current={leadsTo(x, path, screens) ? 'page' : undefined}
                onClick={() => setMenu(false)}
              >
                {x.nav && say(x.nav)}
                {x.keys && <Shortcut screen={x} />}
              </a>
            ))}
          </nav>
        )}
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  );
}
