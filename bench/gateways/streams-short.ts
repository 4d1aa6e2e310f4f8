import { setTimeout as pause } from 'node:timers/promises';
import type { Figures } from './short-judge.ts';
import { type StreamsReader, setPace, startReader } from './streams-load.ts';
import { measureStreams } from './streams-measure.ts';
import { type StreamSubject, startStreamServers, streamSubjects } from './streams-subjects.ts';

const FLOOR = 'bare';
/** By the name that figures are kept under. */
const GUARDED: ReadonlyMap<string, string> = new Map([
  ['stream.chat.serving', 'chat'],
  ['stream.subscription.serving', 'subscription'],
  ['stream.subscription-each.serving', 'subscription-each'],
]);
const MEMORY: ReadonlyMap<string, string> = new Map([['stream.chat.kb', 'chat']]);
export const STREAM_FIGURES: readonly string[] = [...GUARDED.keys(), ...MEMORY.keys()];

const ROUNDS = 3;
const STREAMS = 100;
const MEMORY_STREAMS = 400;
const PACE = { tokensPerSecond: 50 };
const SLOW = { tokensPerSecond: 10 };
const WARM_UP = { kind: 'PACED', settleMs: 500, ms: 1_500 } as const;
const ROUND = { kind: 'PACED', settleMs: 400, ms: 1_200 } as const;
const KEEP = { kind: 'PACED', settleMs: 1_000, ms: 500 } as const;
/** Streams that were given up are put away before the next ones begin. */
const PAUSE_MS = 400;

const subjectOf = (subjects: readonly StreamSubject[], id: string): StreamSubject => {
  const subject = subjects.find((each) => each.id === id);
  if (subject === undefined) throw new Error(`there is no subject ${id}`);
  return subject;
};

/** The thread that serves: microseconds a token, as ratios to the bare proxy in the same round. */
const costs = async (reader: StreamsReader, names: readonly string[]): Promise<readonly Figures[]> => {
  const servers = await startStreamServers({ portkey: false });
  try {
    const all = streamSubjects(servers);
    const subjects = [FLOOR, ...names.flatMap((name) => GUARDED.get(name) ?? [])].map((id) =>
      subjectOf(all, id),
    );
    await setPace(servers.upstream, PACE);
    const usOf = async (subject: StreamSubject, expect: typeof ROUND | typeof WARM_UP): Promise<number> => {
      const { servingCpuUs } = await measureStreams(reader, subject, STREAMS, expect);
      await pause(PAUSE_MS);
      return servingCpuUs;
    };
    for (const subject of subjects) await usOf(subject, WARM_UP);
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const found = new Map<string, number>();
      for (const subject of subjects) found.set(subject.id, await usOf(subject, ROUND));
      const floor = found.get(FLOOR) ?? Number.NaN;
      rounds.push(
        Object.fromEntries(
          names.map((name) => [name, (found.get(GUARDED.get(name) ?? '') ?? Number.NaN) / floor]),
        ),
      );
    }
    return rounds;
  } finally {
    await servers.stop();
  }
};

/** Kilobytes that a stream keeps, on a server that has streamed nothing but a little before. */
const kilobytes = async (reader: StreamsReader, name: string, id: string): Promise<Figures> => {
  const servers = await startStreamServers({ portkey: false });
  try {
    const subject = subjectOf(streamSubjects(servers), id);
    await setPace(servers.upstream, PACE);
    await measureStreams(reader, subject, STREAMS, WARM_UP);
    await setPace(servers.upstream, SLOW);
    await pause(1_000);
    const { kbPerStream } = await measureStreams(reader, subject, MEMORY_STREAMS, KEEP);
    return { [name]: kbPerStream };
  } finally {
    await servers.stop();
  }
};

/** What streams cost: only the figures of these names. */
export const measureShortStreams = async (names: readonly string[]): Promise<readonly Figures[]> => {
  const asked = names.filter((name) => GUARDED.has(name));
  const reader = await startReader();
  try {
    const rounds = asked.length === 0 ? [] : [...(await costs(reader, asked))];
    for (const [name, id] of MEMORY) if (names.includes(name)) rounds.push(await kilobytes(reader, name, id));
    return rounds;
  } finally {
    reader.stop();
  }
};
