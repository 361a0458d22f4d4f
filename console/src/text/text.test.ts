import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Pair } from '../app/language';

const SRC = join(__dirname, '..');
const modules = import.meta.glob<{ w?: Record<string, Pair> }>('./*.ts', { eager: true });

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory()
      ? sources(join(folder, e.name))
      : /\.tsx?$/.test(e.name) && !e.name.includes('.test.')
        ? [readFileSync(join(folder, e.name), 'utf8')]
        : [],
  );
}

const all = sources(SRC);

/** What a file calls the words of text/NAME.ts: `import { w as common } from '../text/NAME'`. */
function usesOf(name: string): { text: string; as: string }[] {
  return all.flatMap((text) =>
    [
      ...text.matchAll(
        new RegExp(`import \\{[^}]*\\bw(?: as (\\w+))?\\b[^}]*\\} from '[^']*text/${name}'`, 'g'),
      ),
    ].map((m) => ({ text, as: m[1] ?? 'w' })),
  );
}

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

for (const [path, module] of Object.entries(modules)) {
  const name = path.slice(2, -3);
  if (!module.w || Object.keys(module.w).length === 0) continue;
  describe(`words of ${name}`, () => {
    for (const [key, [zh, en]] of Object.entries(module.w ?? {})) {
      it(`${key} is whole in both languages`, () => {
        expect(zh.trim()).not.toBe('');
        expect(en.trim()).not.toBe('');
        expect(places(en)).toEqual(places(zh));
        expect(zh).not.toMatch(/[\u4e00-\u9fff][,;:!?]/); // full-width punctuation
      });
      it(`${key} is used`, () => {
        expect(usesOf(name).some(({ text, as }) => new RegExp(`\\b${as}\\.${key}\\b`).test(text))).toBe(true);
      });
    }
  });
}
