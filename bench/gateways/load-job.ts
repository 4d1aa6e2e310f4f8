import type { CpuTime } from './processes.ts';

/** Where a load goes, and which text an answer has that is a true one. */
export type Target = {
  readonly url: string;
  readonly pid: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly expected: string;
};

/** Each connection asks again once it has its answer. */
export type ClosedLoop = {
  readonly kind: 'closed';
  readonly connections: number;
  readonly ms: number;
};

/**
 * Requests come as they do from many clients that know nothing of each other (Poisson), whether or not those before are
 * answered. Each is timed from when it was to be sent. More than `maxWaiting` at once are given up as errors, so that
 * a load beyond what a server carries ends.
 */
export type OpenLoop = {
  readonly kind: 'open';
  readonly perSecond: number;
  readonly ms: number;
  readonly maxWaiting: number;
  readonly seed: number;
};

export type LoadJob = { readonly target: Target; readonly load: ClosedLoop | OpenLoop };

/** Milliseconds, from when a request was to be sent until its whole answer is there. */
export type Latency = {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
};

export type LoadResult = {
  readonly tookMs: number;
  readonly answered: number;
  readonly perSecond: number;
  readonly errors: number;
  /** Open loops only: requests that were not sent, because too many were waiting. */
  readonly givenUp: number;
  readonly firstError?: string;
  readonly latency: Latency;
  /** Milliseconds that the server computed meanwhile. */
  readonly cpu: CpuTime;
  /** Milliseconds that the generator itself computed. */
  readonly generatorMs: number;
  /** The server's bytes in memory at the end. */
  readonly rss: number;
};

export type LoadAnswer =
  | { readonly kind: 'result'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string };
