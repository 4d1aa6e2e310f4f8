/**
 * What a client pays for asking through this server, beside a bare proxy that does nothing but read and write JSON: computing
 * for each request and for each frame of a stream. Upstream, server and proxy are processes of their own on this machine;
 * all is as it is by default, keys, routing, statistics and the ledger included. Takes turns, and prints medians. Ends by
 * itself. `npm run bench:rest`, or a part: `node bench/rest.ts whole|streams|held|large`
 */
import { longPromptAsk, pictureAsk, streamAsks, wholeAsks } from './gateways/asks.ts';
import { askOnce, closedLoop, closeLoad, manyStreams } from './gateways/load.ts';
import { type Process, startModelgraph, startProgram } from './gateways/processes.ts';
import type { Subject } from './gateways/subject.ts';

const ROUNDS = 5;
const ROUND_MS = 300;
const STREAM_ROUNDS = 2;
const STREAM_ROUND_MS = 1_500;
const STREAMS = 100;
const HELD = 500;
const WARM_UP = 200;
const WARM_UP_MS = 1_500;
/** Milliseconds from the start, after which each case gets no more than one turn. */
const ENOUGH_MS = 55_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
const column = (value: number, digits: number): string => value.toFixed(digits).padStart(12);

/** All cases in turns, so that what else runs meets each of them. */
const inTurns = async <Case extends { readonly name: string }, Result>(
  cases: readonly Case[],
  rounds: number,
  run: (each: Case) => Promise<Result>,
): Promise<ReadonlyMap<string, readonly Result[]>> => {
  const results = new Map<string, Result[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds && (round === 0 || performance.now() < ENOUGH_MS); round += 1)
    for (const each of cases) results.get(each.name)?.push(await run(each));
  return results;
};

const printWhole = async (asks: readonly Subject[], connections: number, rounds = ROUNDS): Promise<void> => {
  const results = await inTurns(asks, rounds, (ask) => closedLoop(ask, connections, ROUND_MS));
  const [floor] = asks;
  const cpuOf = (name: string): number => median((results.get(name) ?? []).map(({ mainMs }) => mainMs));
  print(
    `\n${`whole answers, ${connections} at once`.padEnd(28)}  requests/s          ms CPU ms, all      serving   of the bare one`,
  );
  for (const { name } of asks) {
    const found = results.get(name) ?? [];
    print(
      name.padEnd(28) +
        column(median(found.map(({ perSecond }) => perSecond)), 0) +
        column(median(found.map(({ tookMs }) => tookMs)), 2) +
        column(median(found.map(({ cpuMs }) => cpuMs)), 3) +
        column(cpuOf(name), 3) +
        column(cpuOf(name) / cpuOf(floor?.name ?? ''), 2),
    );
  }
};

const warmUp = async (asks: readonly Subject[]): Promise<void> => {
  for (const ask of asks) {
    const until = performance.now() + WARM_UP_MS;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < WARM_UP / 8 && performance.now() < until; n += 1) await askOnce(ask);
      }),
    );
  }
};

const whole = async (bare: Process, ours: Process): Promise<void> => {
  const asks = wholeAsks(bare, ours);
  await warmUp(asks);
  for (const connections of [1, 32]) await printWhole(asks, connections);
};

const streams = async (bare: Process, ours: Process): Promise<void> => {
  const asks = streamAsks(bare, ours);
  for (const ask of asks) await manyStreams(ask, STREAMS, 500);
  const results = await inTurns(asks, STREAM_ROUNDS, (ask) => manyStreams(ask, STREAMS, STREAM_ROUND_MS));
  const [floor] = asks;
  const cpuOf = (name: string): number => median((results.get(name) ?? []).map(({ cpuUs }) => cpuUs));
  print(`\n${`${STREAMS} streams of 50 tokens/s`.padEnd(28)}    frames/s   CPU µs a frame   of the bare one`);
  for (const { name } of asks) {
    const found = results.get(name) ?? [];
    print(
      name.padEnd(28) +
        column(median(found.map(({ framesPerSecond }) => framesPerSecond)), 0) +
        column(cpuOf(name), 1) +
        column(cpuOf(name) / cpuOf(floor?.name ?? ''), 2),
    );
  }
};

const held = async (bare: Process, ours: Process): Promise<void> => {
  print(`\n${`${HELD} streams held open`.padEnd(28)}  KB a stream`);
  for (const ask of streamAsks(bare, ours).slice(0, 3)) {
    // What is reserved once and for all is not the streams' own.
    await manyStreams(ask, STREAMS, 200);
    const before = ask.process.rss();
    const { rss } = await manyStreams(ask, HELD, 1_000);
    print(ask.name.padEnd(28) + column((rss - before) / 1_024 / HELD, 1));
  }
};

const large = async (bare: Process, ours: Process): Promise<void> => {
  for (const [name, ask] of Object.entries({ '32k tokens': longPromptAsk, '1 MB picture': pictureAsk })) {
    const asks = [
      { id: 'bare', name: `${name}, bare`, process: bare, ask },
      { id: 'ours', name, process: ours, ask },
    ];
    for (const each of asks) for (let n = 0; n < 10; n += 1) await askOnce(each);
    await printWhole(asks, 1, 3);
    print(`${''.padEnd(28)}${column(ours.rss() / 1_048_576, 0)} MB in memory`);
  }
};

const PARTS = { whole, streams, held, large } as const;
type Part = keyof typeof PARTS;
const isPart = (name: string): name is Part => name in PARTS;

const [only = '', ...flags] = process.argv.slice(2);
const started: Process[] = [];
const starting = async (process: Promise<Process>): Promise<Process> => {
  started.push(await process);
  return process;
};
try {
  const upstream = await starting(startProgram('upstream.ts'));
  const bare = await starting(startProgram('bare-proxy.ts', upstream.url));
  const ours = await starting(startModelgraph(upstream.url, flags));
  for (const [name, run] of Object.entries(PARTS)) if (!isPart(only) || only === name) await run(bare, ours);
} finally {
  await Promise.all(started.map((process) => process.stop()));
  await closeLoad();
}
