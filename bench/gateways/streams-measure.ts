import { type CpuTime, KEY } from './processes.ts';
import type { StreamsReader } from './streams-load.ts';
import type { Expected, StreamsRead } from './streams-message.ts';
import type { StreamSubject } from './streams-subjects.ts';

/** What streams cost; a token is one frame of the upstream, however many of them a server sends at once. */
export type StreamRound = {
  readonly streams: number;
  readonly tokensPerSecond: number;
  /** Milliseconds between the upstream's sending and the client's reading; the upstream's own and the client's included. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  /** Microseconds of computing for each token: all threads of the server, and the one that serves. */
  readonly cpuUs: number;
  readonly servingCpuUs: number;
  /** What the reader computed for it. */
  readonly readerCpuUs: number;
  /** Tokens of the stream that had fewest, of those of the median one. */
  readonly slowestOfMedian: number;
  /** Tokens that came with one reading, on average: what is cheaper because it comes late shows here. */
  readonly tokensPerRead: number;
  /** Kilobytes in memory for each stream, over what there was before them. */
  readonly kbPerStream: number;
};

const roundOf = (
  streams: number,
  read: StreamsRead,
  cpu: CpuTime,
  readerMs: number,
  bytes: number,
): StreamRound => {
  const us = (ms: number): number => (ms * 1_000) / read.tokens;
  return {
    streams,
    tokensPerSecond: (read.tokens * 1_000) / read.ms,
    delayP50Ms: read.delayP50Ms,
    delayP99Ms: read.delayP99Ms,
    cpuUs: us(cpu.all),
    servingCpuUs: us(cpu.main),
    readerCpuUs: us(readerMs),
    slowestOfMedian: read.slowestShare,
    tokensPerRead: read.tokens / read.reads,
    kbPerStream: bytes / 1_024 / streams,
  };
};

/** Of streams that could not be measured. */
export const unknownRound = (streams: number): StreamRound => ({
  streams,
  tokensPerSecond: Number.NaN,
  delayP50Ms: Number.NaN,
  delayP99Ms: Number.NaN,
  cpuUs: Number.NaN,
  servingCpuUs: Number.NaN,
  readerCpuUs: Number.NaN,
  slowestOfMedian: Number.NaN,
  tokensPerRead: Number.NaN,
  kbPerStream: Number.NaN,
});

/** So many streams of one subject side by side; the upstream's pace is whatever it was set to. */
export const measureStreams = async (
  reader: StreamsReader,
  { process: server, ask, transport }: StreamSubject,
  count: number,
  expect: Expected,
): Promise<StreamRound> => {
  const rssBefore = server.rss();
  let cpuBefore: CpuTime = { all: Number.NaN, main: Number.NaN };
  let cpu = cpuBefore;
  let readerBefore = Number.NaN;
  let readerMs = Number.NaN;
  let rss = Number.NaN;
  const read = await reader.read(
    { url: server.url, key: KEY, transport, ask, count, expect },
    () => {
      cpuBefore = server.cpuMs();
      readerBefore = reader.cpuMs();
    },
    () => {
      const after = server.cpuMs();
      cpu = { all: after.all - cpuBefore.all, main: after.main - cpuBefore.main };
      readerMs = reader.cpuMs() - readerBefore;
      rss = server.rss();
    },
  );
  return roundOf(count, read, cpu, readerMs, rss - rssBefore);
};
