/**
 * Whether a server stays as it is under everything that comes to one, for half an hour: whole answers, streams, mutations,
 * subscriptions, embeddings, upstreams that fail and hang, clients that leave. `npm run bench -- soak`, `--minutes=3` to try it.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beyondNoise, means, type Sample, slopeOf } from '../gateways/memory-slope.ts';
import { type Process, providersFile, startModelgraph, startProcess } from '../gateways/processes.ts';
import { INSPECT_FLAG, type Inspector, inspect } from '../gateways/profile-inspector.ts';
import { FAULTY, startTraffic } from './traffic.ts';

export const SOAK_MINUTES = 30;
const PER_SECOND = 40;
const MAX_WAITING = 400;
const SAMPLE_EVERY_MS = 5_000;
/**
 * What a server takes for itself at first is not growth: its heap and the embedded database's grow to what the traffic needs,
 * which took some minutes where it was measured. From then on the heap's pages come and go by 100 MB.
 */
const DISCARDED_MS = 5 * 60_000;
/** Of less than this a line through that coming and going says nothing. */
const MIN_JUDGED_MS = 10 * 60_000;
const WARM_UP_MS = 15_000;
/** Until what was kept alive for another request is closed, and what was given up is gone. */
const SETTLE_MS = 12_000;
const MB = 1_048_576;

/** What is still right at the end. */
const MAX_GROWTH_MB_PER_MINUTE = 1;
const MAX_LIVE_HEAP_MB = 16;
const MAX_MORE_HANDLES = 16;
const MAX_LAG_P99_MS = 100;

const evaluate = async (inspector: Inspector, expression: string): Promise<number> => {
  const answer = await inspector.call('Runtime.evaluate', { expression, returnByValue: true });
  const result: unknown = Reflect.get(answer, 'result');
  const value: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'value') : undefined;
  if (typeof value !== 'number') throw new Error(`the server gave no number for ${expression}`);
  return value;
};

const LAG = 'globalThis.__lag';
const WATCH_LAG = `(${LAG} = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 5 })).enable() ? 1 : 0`;
const LAG_P99_MS = `${LAG}.percentile(99) / 1e6 - 5`;
const LAG_MAX_MS = `${LAG}.max / 1e6 - 5`;
const HANDLES = 'process.getActiveResourcesInfo().length';

const fdsOf = ({ pid }: Process): number => readdirSync(`/proc/${pid}/fd`).length;

const held = async (server: Process, inspector: Inspector) => {
  await inspector.call('HeapProfiler.collectGarbage');
  return {
    heapMb: (await evaluate(inspector, 'process.memoryUsage().heapUsed')) / MB,
    handles: await evaluate(inspector, HANDLES),
    fds: fdsOf(server),
    rssMb: server.rss() / MB,
  };
};

/** Resolves to whether all is well. */
export const soak = async (minutes: number, log: (line: string) => void): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-soak-'));
  const program = new URL('upstream.ts', import.meta.url).pathname;
  const upstream = await startProcess([program], /listening (\S+)/);
  const config = join(folder, 'soak.yaml');
  const timeouts = { firstTokenMs: 2_000, stallMs: 2_000, totalMs: 8_000 };
  const settings = JSON.parse(providersFile(upstream.url));
  const [id, model] = FAULTY.split('/');
  const faulty = { id, dialect: 'openai', baseUrl: `${upstream.url}/faulty/v1`, models: [{ id: model }] };
  const providers = [...settings.providers, { ...faulty, apiKey: 'sk-bench-0123456789' }];
  writeFileSync(config, JSON.stringify({ ...settings, providers, timeouts }));
  let server: Process | undefined;
  let inspector: Inspector | undefined;
  try {
    server = await startModelgraph(upstream.url, [INSPECT_FLAG], { MODELGRAPH_CONFIG: config });
    inspector = await inspect(server);
    const [ours, opened] = [server, inspector];
    const warmUp = startTraffic(ours.url, PER_SECOND, MAX_WAITING);
    await pause(WARM_UP_MS);
    await warmUp.stop();
    await pause(SETTLE_MS);
    const before = await held(ours, opened);
    await evaluate(opened, WATCH_LAG);

    const ms = minutes * 60_000;
    log(`${PER_SECOND} exchanges/s for ${minutes} minutes`);
    const began = performance.now();
    const rss: Sample[] = [];
    const sampler = setInterval(
      () => void rss.push({ atMs: performance.now() - began, bytes: ours.rss() }),
      SAMPLE_EVERY_MS,
    );
    const traffic = startTraffic(ours.url, PER_SECOND, MAX_WAITING);
    await pause(ms);
    await traffic.stop();
    clearInterval(sampler);
    const lag = { p99: await evaluate(opened, LAG_P99_MS), max: await evaluate(opened, LAG_MAX_MS) };
    await pause(SETTLE_MS);
    const after = await held(ours, opened);

    const slope = slopeOf(
      means(
        rss.filter(({ atMs }) => atMs >= DISCARDED_MS),
        30_000,
      ),
    );
    const growth = beyondNoise(slope);
    const isJudged = ms - DISCARDED_MS >= MIN_JUDGED_MS;
    log(
      `  in memory after a collection: ${before.rssMb.toFixed(0)} MB before, ${after.rssMb.toFixed(0)} after`,
    );
    for (const [name, { right, wrong, first }] of traffic.tallies)
      log(
        `  ${name}: ${right} as expected, ${wrong} not${first === undefined ? '' : `, the first: ${first}`}`,
      );
    const wrong = [...traffic.tallies.values()].reduce((sum, each) => sum + each.wrong, 0);
    const checks: readonly (readonly [isRight: boolean, line: string])[] = [
      [wrong === 0, `${wrong} exchanges were not as expected`],
      [
        traffic.skipped() === 0,
        `${traffic.skipped()} exchanges were not begun: ${MAX_WAITING} were under way`,
      ],
      [
        !isJudged || growth <= MAX_GROWTH_MB_PER_MINUTE,
        !isJudged
          ? `RSS is not judged: it takes ${(DISCARDED_MS + MIN_JUDGED_MS) / 60_000} minutes`
          : `RSS ${slope.mbPerMinute.toFixed(2)} ± ${(2 * slope.standardError).toFixed(2)} MB/min, ${growth.toFixed(2)} of it beyond noise (at most ${MAX_GROWTH_MB_PER_MINUTE})`,
      ],
      [
        after.heapMb - before.heapMb <= MAX_LIVE_HEAP_MB,
        `live heap ${before.heapMb.toFixed(1)} MB before, ${after.heapMb.toFixed(1)} after (at most ${MAX_LIVE_HEAP_MB} more)`,
      ],
      [
        after.handles - before.handles <= MAX_MORE_HANDLES,
        `handles ${before.handles} before, ${after.handles} after (at most ${MAX_MORE_HANDLES} more)`,
      ],
      [
        after.fds - before.fds <= MAX_MORE_HANDLES,
        `descriptors ${before.fds} before, ${after.fds} after (at most ${MAX_MORE_HANDLES} more)`,
      ],
      [
        lag.p99 <= MAX_LAG_P99_MS,
        `lag of the event loop p99 ${lag.p99.toFixed(1)} ms (at most ${MAX_LAG_P99_MS}), longest ${lag.max.toFixed(0)}`,
      ],
    ];
    for (const [isRight, line] of checks) log(`${isRight ? 'ok ' : 'BAD'} ${line}`);
    const isRight = checks.every(([each]) => each);
    log(isRight ? 'It stays as it is.' : 'It does not stay as it is.');
    return isRight;
  } finally {
    inspector?.close();
    await server?.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
