import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `tradepost serve` (or the development fake) answers /api while Vite serves the page.
const api = process.env.TRADEPOST_API ?? 'http://127.0.0.1:7777';

export default defineConfig({
  plugins: [react()],
  base: './',
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  // public/.gitkeep is copied into dist, so the folder Go embeds always exists.
  build: { target: 'safari16', chunkSizeWarningLimit: 1600, assetsInlineLimit: 0 },
  server: { proxy: { '/api': { target: api, changeOrigin: false } } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    maxWorkers: 2,
  },
});
