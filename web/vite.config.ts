import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The server's policy allows no inline script and no data: font: nothing is put into the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // what several pages are made of comes at once: over a slow network each file by itself costs a way there and back
        codeSplitting: { groups: [{ name: 'parts', test: /\/web\/src\//, minShareCount: 3 }] },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8484' } },
})
