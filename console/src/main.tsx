/* The console begins: language, appearance and who is signed in; then the screen of the address. */
import { render } from 'preact';
import { LocationProvider, Route, Router } from 'preact-iso';
import { listenForKeys } from './app/keys';
import { language, say, setLanguage } from './app/language';
import { screens } from './app/screens';
import { restoreSession, session } from './app/session';
import { Shell } from './app/shell';
import { applyTheme, theme } from './app/theme';
import { Empty } from './parts/empty';
import { Waiting } from './parts/loaded';
import { Page } from './parts/page';
import { w } from './text/app';
import './style/index.css';

function NotFound() {
  return (
    <Page title={say(w.notFound)}>
      <Empty act={<a href="/">{say(w.home)}</a>}>{say(w.notFound)}</Empty>
    </Page>
  );
}

function App() {
  return (
    <LocationProvider>
      <Shell>
        {session.value === undefined ? (
          <Waiting rows={3} />
        ) : (
          <Router>
            {screens.map((s) => (
              <Route key={s.path} path={s.path} component={s.component} />
            ))}
            <Route default component={NotFound} />
          </Router>
        )}
      </Shell>
    </LocationProvider>
  );
}

setLanguage(language.value);
applyTheme(theme.value);
listenForKeys();
const root = document.getElementById('app');
if (root) render(<App />, root);
void restoreSession();
