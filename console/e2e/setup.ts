/* setup: what the list of screens wants of a browser, so that tests can read it. */
Object.assign(globalThis, { location: { origin: 'http://127.0.0.1', search: '', pathname: '/' } });
