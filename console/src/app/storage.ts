/*
 * storage: what the browser keeps, for good or as long as the tab. Where that is full or forbidden
 * it keeps nothing, and the page does without.
 */

/* Even to name it throws where it is forbidden. */
function keeper(of: () => Storage) {
  const tried = <T>(call: (s: Storage) => T): T | undefined => {
    try {
      return call(of());
    } catch {
      return undefined;
    }
  };
  const get = (key: string): string | null => tried((s) => s.getItem(key)) ?? null;
  /** False: it is not kept. */
  const set = (key: string, text: string): boolean =>
    tried((s) => {
      s.setItem(key, text);
      return true;
    }) ?? false;
  return {
    get,
    set,
    /** What was set as JSON; null: nothing, or nothing that can be read. */
    getJson: (key: string): unknown => tried((s) => JSON.parse(s.getItem(key) ?? 'null')) ?? null,
    setJson: (key: string, value: unknown): boolean => set(key, JSON.stringify(value)),
    drop: (key: string): void => tried((s) => s.removeItem(key)),
    clear: (): void => tried((s) => s.clear()),
  };
}

export const forGood = keeper(() => localStorage);
export const inTab = keeper(() => sessionStorage);
