import type { Pace } from './streams-load.ts';
import type { Expected } from './streams-message.ts';

/** One way to load the subjects; figures are kept under its name. */
export type StreamsLoad = {
  readonly name: string;
  readonly count: number;
  readonly pace: Pace;
  readonly expect: Expected;
  readonly rounds: number;
  /** Only these subjects; all, where it is absent. */
  readonly subjects?: readonly string[];
  /** Each subject with a server that has streamed nothing but a little before: what streams keep in memory shows then alone. */
  readonly freshServers?: true;
};

const BURST = 1_000;
const paced = (settleMs: number, ms: number): Expected => ({ kind: 'PACED', settleMs, ms });

/** `seconds` shortens them, for trying. */
export const streamsLoads = (seconds?: number): readonly StreamsLoad[] => {
  const long = (seconds ?? 10) * 1_000;
  const short = Math.min(seconds ?? 5, 5) * 1_000;
  const rounds = seconds === undefined ? 2 : 1;
  return [
    { name: '100', count: 100, pace: { tokensPerSecond: 50 }, expect: paced(1_500, short), rounds },
    { name: '500', count: 500, pace: { tokensPerSecond: 50 }, expect: paced(1_500, long), rounds },
    {
      name: '500-slow',
      count: 500,
      pace: { tokensPerSecond: 10 },
      expect: paced(1_500, short),
      rounds: 1,
      freshServers: true,
    },
    {
      name: '1000',
      count: 1_000,
      pace: { tokensPerSecond: 50 },
      expect: paced(1_500, short),
      rounds: 1,
      subjects: ['upstream', 'bare', 'portkey', 'chat', 'subscription'],
    },
    {
      name: '1000-slow',
      count: 1_000,
      pace: { tokensPerSecond: 10 },
      expect: paced(1_500, short),
      rounds: 1,
    },
    { name: 'burst', count: 50, pace: { burst: BURST }, expect: { kind: 'BURST', tokens: BURST }, rounds: 3 },
  ];
};
