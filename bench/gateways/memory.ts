import { setTimeout as pause } from 'node:timers/promises';
import { chatAsk, OPENAI } from './asks.ts';
import { startLoad } from './load.ts';
import { beyondNoise, means, type Sample, slopeOf } from './memory-slope.ts';
import { type Process, startModelgraph, startProgram } from './processes.ts';
import { INSPECT_FLAG, type Inspector, inspect } from './profile-inspector.ts';
import type { RunPart } from './section.ts';

const PER_SECOND = 500;
const SECONDS = 600;
const SAMPLE_EVERY_MS = 5_000;
/** Of the time: what a server takes for itself at first is not growth. */
const DISCARDED = 0.2;
const MEAN_OF_MS = 30_000;
const IDLE_MS = 3_000;
const MAX_WAITING = 2_000;
const SEED = 7;
const MB = 1_048_576;

const isHeapUsage = (result: object): result is { readonly usedSize: number } => 'usedSize' in result;

const heapOf = async (inspector: Inspector): Promise<number> => {
  const result = await inspector.call('Runtime.getHeapUsage');
  if (!isHeapUsage(result)) throw new Error('the inspector gave no heap usage');
  return result.usedSize;
};

/** Bytes that are still needed: what is not is collected first. */
const liveHeapOf = async (inspector: Inspector): Promise<number> => {
  await inspector.call('HeapProfiler.collectGarbage');
  return heapOf(inspector);
};

/** Samples until it is told to stop. */
const watch = (server: Process, inspector: Inspector) => {
  const began = performance.now();
  const rss: Sample[] = [];
  const heap: Sample[] = [];
  const timer = setInterval(() => {
    const atMs = performance.now() - began;
    rss.push({ atMs, bytes: server.rss() });
    heapOf(inspector).then(
      (bytes) => void heap.push({ atMs, bytes }),
      () => {},
    );
  }, SAMPLE_EVERY_MS);
  return { rss, heap, stop: () => clearInterval(timer) };
};

/** What the server keeps in memory: idle, under load, and whether it grows under a load that goes on. */
export const run: RunPart = async ({ seconds = SECONDS, log }) => {
  const upstream = await startProgram('upstream.ts');
  const load = startLoad();
  let server: Process | undefined;
  let inspector: Inspector | undefined;
  try {
    const ours = await startModelgraph(upstream.url, [INSPECT_FLAG]);
    server = ours;
    const opened = await inspect(ours);
    inspector = opened;
    await pause(IDLE_MS);
    const idle = { rss: ours.rss(), heap: await heapOf(opened) };
    const liveBefore = await liveHeapOf(opened);

    const subject = { id: 'ours', name: 'modelgraph', process: ours, ask: chatAsk(OPENAI) };
    const ms = seconds * 1_000;
    log(`${PER_SECOND} requests/s for ${seconds} s`);
    const watched = watch(ours, opened);
    const result = await load.run(subject, {
      kind: 'open',
      perSecond: PER_SECOND,
      ms,
      maxWaiting: MAX_WAITING,
      seed: SEED,
    });
    watched.stop();
    const liveAfter = await liveHeapOf(opened);

    const settled = watched.rss.filter(({ atMs }) => atMs >= ms * DISCARDED);
    const slope = slopeOf(means(settled, Math.min(MEAN_OF_MS, ms / 10)));
    const highest = (samples: readonly Sample[]): number => Math.max(...samples.map(({ bytes }) => bytes));
    const figures = {
      'ours.idleRssMb': idle.rss / MB,
      'ours.idleHeapMb': idle.heap / MB,
      'ours.highestRssMb': highest(watched.rss) / MB,
      'ours.highestHeapMb': highest(watched.heap) / MB,
      'ours.lastRssMb': (watched.rss.at(-1)?.bytes ?? Number.NaN) / MB,
      'ours.liveHeapBeforeMb': liveBefore / MB,
      'ours.liveHeapAfterMb': liveAfter / MB,
      'ours.slope': slope.mbPerMinute,
      'ours.slopeStandardError': slope.standardError,
      'ours.slopeBeyondNoise': beyondNoise(slope),
      'ours.errors': result.errors,
      'ours.perSecond': result.perSecond,
    };
    return {
      id: 'memory',
      title: `Under load is ${PER_SECOND} requests/s for ${seconds} s, the slope a line through what is resident after the first fifth of it`,
      columns: [
        { title: 'under load RSS MB', digits: 0 },
        { title: 'heap MB', digits: 0 },
        { title: 'slope MB/min', digits: 2 },
      ],
      rows: [
        {
          id: 'ours',
          name: 'modelgraph',
          cells: [
            figures['ours.highestRssMb'],
            figures['ours.highestHeapMb'],
            `${slope.mbPerMinute.toFixed(2)} ± ${(2 * slope.standardError).toFixed(2)}`,
          ],
        },
      ],
      notes: result.errors > 0 ? [`${result.errors} errors, the first: ${result.firstError}`] : [],
      figures,
      rounds: watched.rss.map(({ atMs, bytes }, index) => ({
        atSeconds: Math.round(atMs / 1_000),
        rssMb: bytes / MB,
        heapMb: watched.heap[index] === undefined ? undefined : watched.heap[index].bytes / MB,
      })),
    };
  } finally {
    load.stop();
    inspector?.close();
    await server?.stop();
    await upstream.stop();
  }
};
