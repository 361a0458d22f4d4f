/* Later: a component whose code is fetched when it is drawn, beside the router or within a screen. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** `load` is of a module, so that it stays the same. Until it is there, and if it fails, nothing. */
export function Later({ load }: { load: () => Promise<FunctionComponent> }) {
  const [Loaded, set] = useState<FunctionComponent | undefined>();
  useEffect(() => {
    load().then(
      (c) => set(() => c),
      () => undefined,
    );
  }, [load]);
  return Loaded ? <Loaded /> : null;
}
