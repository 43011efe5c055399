import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressed } from './build/compressed.ts'

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the page works below any path; index.html says which.
  base: './',
  plugins: [react(), compressed()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The first that know light-dark() and module workers.
    target: ['chrome125', 'edge125', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  // With `npm run dev:web` the API of a running `consonance serve` answers.
  server: { proxy: { '/v1': process.env.CONSONANCE_API ?? 'http://127.0.0.1:4680' } },
})
