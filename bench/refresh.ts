/**
 * What a refresh of the biggest lists costs the thread that serves: collected lists of models.dev, LiteLLM and
 * genai-prices from a server of this machine, read, merged on top of the seed and recorded. A figure is how long the thread
 * was kept busy without a pause, in time and in CPU of that thread. Run: npm run bench:refresh
 */
import { createServer } from 'node:http';
import { setImmediate as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { createSystemClock } from '../src/adapters/clock.ts';
import { CATALOGUE_SOURCES } from '../src/adapters/sources/registry.ts';
import { createSourceReader } from '../src/adapters/sources/source-reader.ts';
import { buildCatalogue, buildCatalogueInSlices } from '../src/catalogue/build-catalogue.ts';
import { createLiveCatalogue } from '../src/catalogue/live-catalogue.ts';
import { loadSeed } from '../src/catalogue/seed.ts';
import { createSourceBoard } from '../src/catalogue/sources/board.ts';
import { createMemorySourceStore } from '../src/catalogue/sources/memory-source-store.ts';
import { hasCatalogueSamples } from '../test/support/catalogue-samples.ts';
import { LIVE_PAYLOADS } from '../test/support/live-payloads.ts';

const LISTS = ['models-dev', 'litellm', 'genai-prices'];
const ROUNDS = 3;

if (!hasCatalogueSamples) {
  process.stdout.write(
    'refresh: not measured; the collected lists are not here (MODELGRAPH_CATALOGUE_SAMPLES)\n',
  );
  process.exit(0);
}

const bodies = new Map<string, string>();
const fill = (round: number): void => {
  for (const id of LISTS) {
    const source = CATALOGUE_SOURCES.find((each) => each.id === id);
    const payload = LIVE_PAYLOADS[id]?.bodies(5 + round / 10) ?? {};
    for (const { name, path } of source?.requests ?? []) bodies.set(`/${id}${path}`, payload[name] ?? '');
  }
};
const server = createServer((request, response) => response.end(bodies.get(request.url ?? '')));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

const clock = createSystemClock();
const dispatcher = new Agent();
const seed = await loadSeed();
const live = createLiveCatalogue(buildCatalogue({ seed, providers: [], readings: [], readAt: clock.now() }));
const quiet = () => {};
const board = createSourceBoard({
  sources: CATALOGUE_SOURCES,
  shipped: [],
  settings: {
    live: false,
    sources: LISTS.map((id) => ({ id, enabled: true, baseUrl: `${url}/${id}` })),
    rates: [],
  },
  secretOf: () => undefined,
  reader: createSourceReader({ dispatcher }),
  store: createMemorySourceStore(),
  clock,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  catalogue: live.current,
  async onReadings(readings) {
    const input = { seed, providers: [], readings, previous: live.current(), readAt: clock.now() };
    live.replace(await buildCatalogueInSlices(input, pause), clock.now());
  },
});

/** Looks at every turn of the loop how long, and with how much CPU of this thread, it took. */
const watchLoop = () => {
  let [longest, busiest, isOn] = [0, 0, true];
  let [since, cpu] = [performance.now(), process.threadCpuUsage()];
  const turn = (): void => {
    const [now, used] = [performance.now(), process.threadCpuUsage()];
    longest = Math.max(longest, now - since);
    busiest = Math.max(busiest, (used.user + used.system - cpu.user - cpu.system) / 1_000);
    [since, cpu] = [now, used];
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOn = false;
    return { longest, busiest };
  };
};

fill(0);
for (let round = 0; round <= ROUNDS; round += 1) {
  fill(round);
  await pause();
  const stop = watchLoop();
  const began = performance.now();
  const health = await Promise.all(LISTS.map((id) => board.refresh(id)));
  await board.settled();
  const took = performance.now() - began;
  const { longest, busiest } = stop();
  const failed = health.find((each) => each?.status !== 'FRESH');
  if (failed !== undefined) throw new Error(`${failed.id}: ${failed.problem?.message}`);
  process.stdout.write(
    `refresh ${round === 0 ? '(first)' : round}: ${live.current().offerings.length} offerings in ${took.toFixed(0)} ms; longest turn ${longest.toFixed(1)} ms, most CPU of a turn ${busiest.toFixed(1)} ms\n`,
  );
}
await board.stop();
await dispatcher.destroy();
server.close();
