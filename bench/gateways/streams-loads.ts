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
/** The floors, the peer, and the server as it is mostly used. */
const FEW = ['upstream', 'bare', 'portkey', 'chat', 'subscription'];
const paced = (settleMs: number, ms: number): Expected => ({ kind: 'PACED', settleMs, ms });

/** Targets are judged at 500; `seconds` shortens them, for trying. */
export const streamsLoads = (seconds?: number): readonly StreamsLoad[] => {
  const long = (seconds ?? 8) * 1_000;
  const short = Math.min(seconds ?? 4, 4) * 1_000;
  const rounds = seconds === undefined ? 2 : 1;
  const fast = { tokensPerSecond: 50 };
  const slow = { tokensPerSecond: 10 };
  return [
    { name: '500', count: 500, pace: fast, expect: paced(1_000, long), rounds },
    {
      name: '500-slow',
      count: 500,
      pace: slow,
      expect: paced(1_500, 2_000),
      rounds: 1,
      subjects: ['bare', 'portkey', 'chat', 'subscription', 'subscription-ws'],
      freshServers: true,
    },
    { name: '200', count: 200, pace: fast, expect: paced(1_000, short), rounds: 1 },
    { name: '1000', count: 1_000, pace: fast, expect: paced(1_500, short), rounds: 1, subjects: FEW },
    { name: '1000-slow', count: 1_000, pace: slow, expect: paced(1_500, short), rounds: 1, subjects: FEW },
    {
      name: 'burst',
      count: 50,
      pace: { burst: BURST },
      expect: { kind: 'BURST', tokens: BURST },
      rounds,
      subjects: [...FEW, 'subscription-ws'],
    },
  ];
};
