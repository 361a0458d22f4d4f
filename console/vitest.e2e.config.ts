import { defineConfig } from 'vitest/config';

/* Stories in a real browser; tests/run.py runs each file as a suite of its own (test.py). */
export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  test: {
    chaiConfig: { truncateThreshold: 2000 }, // what is wrong with a page is said whole
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['e2e/setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    expect: { poll: { timeout: 60_000 } }, // the library's second is less than a busy machine's
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
