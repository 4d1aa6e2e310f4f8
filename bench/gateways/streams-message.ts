import type { Ask } from './subject.ts';

export type Transport = 'HTTP' | 'GRAPHQL_WS';

/** What the reader of streams is asked to do, all at once. */
export type ReadStreams = {
  readonly url: string;
  readonly key: string;
  readonly transport: Transport;
  /** Over graphql-ws, `body` is what the subscription is asked with. */
  readonly ask: Ask;
  readonly count: number;
  readonly expect: Expected;
};

export type Expected =
  /** Streams that go on: all of them flow for `settleMs`, then `ms` are measured. */
  | { readonly kind: 'PACED'; readonly settleMs: number; readonly ms: number }
  /** Streams that bring so many tokens at once, and end. */
  | { readonly kind: 'BURST'; readonly tokens: number };

export type StreamsRead = {
  readonly tokens: number;
  readonly ms: number;
  /** Milliseconds between the upstream's sending and the reader's reading. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  /** Tokens of the stream that had fewest, of those of the median one. */
  readonly slowestShare: number;
  /** Bytes that came, and how often there was something to read: what the reader itself has to do. */
  readonly reads: number;
};

export type FromReader =
  | { readonly kind: 'READY' }
  /** Measuring begins, or has ended: whoever counts computing looks now. */
  | { readonly kind: 'BEGIN' }
  | { readonly kind: 'END'; readonly read: StreamsRead }
  | { readonly kind: 'CLOSED' }
  | { readonly kind: 'FAILED'; readonly problem: string };
