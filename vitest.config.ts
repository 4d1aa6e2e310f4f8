import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** The file that a machine reads the result from; the terminal gets the same for a person. */
const report = process.env.MODELGRAPH_TEST_REPORT;

/** Tests call servers on this machine, by the programs of this machine too, and set these themselves where they mean them. */
for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'node_use_env_proxy']) {
  delete process.env[name];
  delete process.env[name.toUpperCase()];
}

/** Files that use the real Postgres or Redis of test/support/services.ts; all others start without them. */
const onServices = 'test/**/*.services.test.ts';

export default defineConfig({
  // Pothos and Yoga load graphql's CommonJS files; what tests import must be the same module.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    pool: 'forks',
    // Most tests wait for processes of their own; by default a machine of two cores would run one file at a time.
    maxWorkers: 2,
    // Half of the work of a run was to read the same modules for each file. None of them keeps what another file could meet.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // What is waited for comes; how late depends on what else the machine does. A second is too little on a busy one.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      { extends: true, test: { name: 'plain', include: ['test/**/*.test.ts'], exclude: [onServices] } },
      {
        extends: true,
        test: { name: 'services', include: [onServices], globalSetup: ['test/support/global-setup.ts'] },
      },
    ],
  },
});
