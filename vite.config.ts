// Builds the script and the style of the report page into dist/page; `logtally report` puts them into each page.

import { defineConfig } from 'vite';

export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    lib: {
      entry: 'src/page/main.ts',
      formats: ['iife'],
      name: 'page',
      fileName: () => 'page.js',
      cssFileName: 'page',
    },
  },
});
