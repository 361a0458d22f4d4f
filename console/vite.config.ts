import { defineConfig } from 'vitest/config';

/* What every page needs is one script; each folder of screens is one more, and charts come when drawn. */
const EVERYWHERE =
  /src\/(main|app|api|parts|text\/(app|nav|chart|codes|agency-codes|home|parts|story-bar)|screens\/(home|story\/bar)|screens\/\w+\/screens)\b|node_modules\/(preact|@preact|openapi-fetch)/;
const DRAWN = /parts\/(chart|heat|plot)|node_modules\/uplot/;

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        manualChunks: (id) => (DRAWN.test(id) ? 'chart' : EVERYWHERE.test(id) ? 'app' : undefined),
      },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8480' } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
});
