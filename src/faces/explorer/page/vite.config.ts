import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';
import { thirdParty } from './third-party.ts';

// Where it is set to something else, by a test runner for one, React would be built for development.
// biome-ignore lint/style/noProcessEnv: a setting of the build, which no part of the server reads
process.env.NODE_ENV = 'production';

const licences = thirdParty();

/** Builds the page into dist/explorer, which `createExplorer` serves. */
export default defineConfig({
  // Relative, so that the page also works below a proxy's path prefix.
  base: './',
  plugins: [react(), licences.page, precompress()],
  worker: { format: 'es', plugins: licences.worker },
  build: {
    outDir: fileURLToPath(new URL('../../../../dist/explorer/', import.meta.url)),
    assetsDir: 'explorer-assets',
    emptyOutDir: true,
    target: 'es2023',
    // The editor is one large chunk that is loaded after the page is drawn.
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      onLog: (level, log, report) => {
        // GraphiQL's libraries were compiled already: their notes to the React compiler may go.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
