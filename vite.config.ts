// Builds the script and the style of the report page into dist/page; `logtally report` puts them into each page.

import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Goes where the code goes, as the licence of the charts asks. */
const LICENSE = readFileSync(new URL('node_modules/uplot/LICENSE', import.meta.url), 'utf8');

export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  esbuild: { legalComments: 'inline' },
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    rollupOptions: { output: { banner: `/*! The charts are drawn by uPlot.\n${LICENSE}*/` } },
    lib: {
      entry: 'src/page/main.ts',
      formats: ['iife'],
      name: 'page',
      fileName: () => 'page.js',
      cssFileName: 'page',
    },
  },
});
