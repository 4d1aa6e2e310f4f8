import { setTimeout as pause } from 'node:timers/promises';
import { inTurns, median, medianOf, medianRatio } from './rounds.ts';
import type { Row, RunPart, Section } from './section.ts';
import type { Servers } from './servers.ts';
import { type StreamsReader, setPace, startReader } from './streams-load.ts';
import { type StreamsLoad, streamsLoads } from './streams-loads.ts';
import { measureStreams, type StreamRound, unknownRound } from './streams-measure.ts';
import { type StreamSubject, startStreamServers, streamSubjects } from './streams-subjects.ts';

type Found = ReadonlyMap<string, readonly StreamRound[]>;
type Log = (line: string) => void;

const PROBE = { kind: 'PACED', settleMs: 100, ms: 300 } as const;
const WARM_UP = { kind: 'PACED', settleMs: 500, ms: 1_500 } as const;
const WARM_UP_STREAMS = 100;
/** As clients stream: a subscription that is not coalesced is asked for by name. */
const OURS = ['chat', 'translated', 'subscription', 'subscription-ws'];
/** Measured, and kept with the results. */
const NOT_SHOWN = ['translated', 'subscription-ws-each'];
const PACE = { tokensPerSecond: 50 };

/** Who does not stream at all, and what it says instead. */
const problemOf = async (reader: StreamsReader, subject: StreamSubject): Promise<string | undefined> => {
  try {
    await measureStreams(reader, subject, 1, PROBE);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 300);
  }
};

const warmUp = (reader: StreamsReader, subject: StreamSubject): Promise<StreamRound> =>
  measureStreams(reader, subject, WARM_UP_STREAMS, WARM_UP);

const onFreshServer = async (
  reader: StreamsReader,
  id: string,
  { count, pace, expect }: StreamsLoad,
): Promise<StreamRound> => {
  const servers = await startStreamServers({ portkey: id === 'portkey' });
  try {
    const subject = streamSubjects(servers).find((each) => each.id === id);
    if (subject === undefined) throw new Error(`there is no subject ${id}`);
    await warmUp(reader, subject);
    await setPace(servers.upstream, pace);
    await pause(2_000);
    return await measureStreams(reader, subject, count, expect);
  } finally {
    await servers.stop();
  }
};

const measure = async (
  reader: StreamsReader,
  servers: Servers,
  subjects: readonly StreamSubject[],
  load: StreamsLoad,
  { log, lost }: { readonly log: Log; readonly lost: Log },
): Promise<Found> => {
  await setPace(servers.upstream, load.pace);
  const asked = subjects.filter(({ id }) => load.subjects === undefined || load.subjects.includes(id));
  return inTurns(asked, load.rounds, async (subject) => {
    const asking =
      load.freshServers === true
        ? onFreshServer(reader, subject.id, load)
        : measureStreams(reader, subject, load.count, load.expect);
    // What one load cannot tell of one subject, the others can.
    const round = await asking.catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      lost(`${subject.id} failed at ${load.name}: ${problem.replaceAll(/\s+/g, ' ').slice(0, 200)}.`);
      return unknownRound(load.count);
    });
    log(
      `${load.name.padEnd(10)} ${subject.id.padEnd(22)} ${round.tokensPerSecond.toFixed(0).padStart(7)} tokens/s ${round.cpuUs.toFixed(1).padStart(7)} µs, P50 ${round.delayP50Ms.toFixed(2)} P99 ${round.delayP99Ms.toFixed(2)} ms, slowest ${round.slowestOfMedian.toFixed(2)}, ${round.kbPerStream.toFixed(0)} KB a stream, ${round.tokensPerRead.toFixed(1)} tokens a reading`,
    );
    // Streams that were given up are put away before the next ones begin.
    await pause(700);
    return round;
  });
};

/** Whichever way the server streams, none may starve a stream, nor fill the memory. */
const worstOf = (figures: Section['figures']): Section['figures'] => {
  // One that is not known may be the one that starves.
  const slowest = OURS.map((id) => figures[`${id}.500.slowest.ofMedian`] ?? Number.NaN);
  const kilobytes = OURS.flatMap((id) => figures[`${id}.500.kbPerStream`] ?? []);
  return {
    ...(slowest.length > 0 && { 'ours.500.slowest.ofMedian': Math.min(...slowest) }),
    ...(kilobytes.length > 0 && { 'ours.500.kbPerStream': Math.max(...kilobytes) }),
  };
};

/** Of each load and subject; a delay is what is added to that of the way straight to the upstream in the same round. */
const figuresOf = (found: ReadonlyMap<string, Found>): Section['figures'] => {
  const figures: Record<string, number> = {};
  for (const [load, rounds] of found)
    for (const id of rounds.keys()) {
      const put = (name: string, value: number): void => {
        if (Number.isFinite(value)) figures[`${id}.${load}.${name}`] = value;
      };
      const straight = rounds.get('upstream') ?? [];
      const added = (figure: (round: StreamRound) => number): number =>
        median((rounds.get(id) ?? []).map((round, n) => figure(round) - figure(straight[n] ?? round)));
      put(
        'tokensPerSecond',
        medianOf(rounds, id, (round) => round.tokensPerSecond),
      );
      put(
        'cpuUs',
        medianOf(rounds, id, (round) => round.cpuUs),
      );
      put(
        'cpuUs.serving',
        medianOf(rounds, id, (round) => round.servingCpuUs),
      );
      put(
        'cpuUs.ofBare',
        medianRatio(rounds, [id, 'bare'], (round) => round.cpuUs),
      );
      put('slowest.ofMedian', Math.min(...(rounds.get(id) ?? []).map((round) => round.slowestOfMedian)));
      if (load === 'burst') continue;
      put(
        'added.p50',
        added((round) => round.delayP50Ms),
      );
      put(
        'added.p99',
        added((round) => round.delayP99Ms),
      );
    }
  for (const [id, rounds] of found.get('500-slow') ?? [])
    figures[`${id}.500.kbPerStream`] = median(rounds.map((round) => round.kbPerStream));
  return { ...figures, ...worstOf(figures) };
};

const COLUMNS: readonly (readonly [string, string, number])[] = [
  ['CPU a token, of bare', '500.cpuUs.ofBare', 2],
  ['µs', '500.cpuUs', 1],
  ['added ms P50', '500.added.p50', 1],
  ['P99', '500.added.p99', 1],
  ['slowest of median', '500.slowest.ofMedian', 2],
  ['KB a stream', '500.kbPerStream', 0],
  ['tokens/s', '500.tokensPerSecond', 0],
  ['200: CPU of bare', '200.cpuUs.ofBare', 2],
  ['1,000: tokens/s', '1000.tokensPerSecond', 0],
  ['1,000 of 10/s: added ms P99', '1000-slow.added.p99', 1],
  ['bursts: tokens/s', 'burst.tokensPerSecond', 0],
];

const rowOf = (
  { id, name }: StreamSubject,
  figures: Section['figures'],
  problem: string | undefined,
): Row => ({
  id,
  name,
  cells:
    problem === undefined ? COLUMNS.map(([, figure]) => figures[`${id}.${figure}`]) : ['does not stream'],
});

/** What the machine could carry of what was asked for, by the bare proxy, which does least. */
const carried = (figures: Section['figures']): readonly string[] => {
  const asked: readonly (readonly [string, number])[] = [
    ['500', 25_000],
    ['1000', 50_000],
  ];
  return asked.flatMap(([load, tokens]) => {
    const got = figures[`bare.${load}.tokensPerSecond`];
    if (got === undefined || got >= tokens * 0.98) return [];
    return [
      `Of the ${tokens.toLocaleString('en-US')} tokens/s that ${load} streams ask for, this machine carries ${Math.round(got).toLocaleString('en-US')} through the bare proxy: delays there are those of a full machine.`,
    ];
  });
};

/** Many streams at once, each of 50 tokens a second, of 10, and as bursts of 1,000. */
export const run: RunPart = async ({ seconds, log, wants }) => {
  const servers = await startStreamServers();
  const reader = await startReader();
  try {
    const all = streamSubjects(servers);
    const problems = new Map<string, string>();
    await setPace(servers.upstream, PACE);
    for (const subject of all) {
      const problem = await problemOf(reader, subject);
      if (problem === undefined) await warmUp(reader, subject);
      else problems.set(subject.id, problem);
    }
    const subjects = all.filter(({ id }) => !problems.has(id));
    const ours = [...problems].find(([id]) => id !== 'portkey');
    if (ours !== undefined) throw new Error(`${ours[0]} does not stream: ${ours[1]}`);
    const found = new Map<string, Found>();
    const loads = streamsLoads(seconds).filter(({ name }) => wants(`streams-${name}`));
    const failures: string[] = [];
    const lost = (failure: string): void => {
      failures.push(failure);
      log(failure);
    };
    for (const load of loads)
      found.set(load.name, await measure(reader, servers, subjects, load, { log, lost }));
    const figures = figuresOf(found);
    return {
      id: 'streams',
      title:
        '500 streams at once bring 50 tokens/s each (as do 200 and 1,000; or 50 bring 1,000 tokens at once). A token is one frame of the upstream; delays are added to those of the first row',
      columns: COLUMNS.map(([title, , digits]) => ({ title, digits })),
      rows: all
        .filter(({ id }) => !NOT_SHOWN.includes(id))
        .map((subject) => rowOf(subject, figures, problems.get(subject.id))),
      notes: [
        ...carried(figures),
        ...failures,
        ...[...problems].map(([id, problem]) => `${id} does not stream: ${problem}`),
      ],
      figures,
      rounds: [...found].flatMap(([load, rounds]) =>
        [...rounds].flatMap(([subject, each]) =>
          each.map((round, n) => ({ row: `streams-${load}`, subject, round: n, ...round })),
        ),
      ),
    };
  } finally {
    reader.stop();
    await servers.stop();
  }
};
