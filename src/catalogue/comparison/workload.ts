import type { ServiceTier } from '../../domain/completion-request.ts';

/** What one request needs, and how many there are. Counts are whole, shares 0 to 1. */
export type Workload = {
  /** All input tokens of a request, cached ones included. */
  readonly inputTokens: number;
  /** Visible output tokens of a request. */
  readonly outputTokens: number;
  /** Share of the input tokens that is read from the provider's prompt cache. Absent: 0. */
  readonly cachedInputShare?: number;
  /** Absent: 0. */
  readonly reasoningTokens?: number;
  /** Images made by a request. Absent: 0. */
  readonly imagesPerRequest?: number;
  /** The provider's word, e.g. `high`. */
  readonly imageQuality?: string;
  /** `WIDTHxHEIGHT`. */
  readonly imageSize?: string;
  /** Absent: 1. */
  readonly requestsPerMonth?: number;
  /** Absent: STANDARD. */
  readonly serviceTier?: ServiceTier;
  /** Share of the requests that is handed in as batches. Absent: 0. */
  readonly batchShare?: number;
  /** Whether the model is let think. Absent: where there are reasoning tokens. */
  readonly thinking?: boolean;
  /** Characters read aloud by a request. Absent: 0. */
  readonly characters?: number;
  /** Seconds of audio that a request reads or makes. Absent: 0. */
  readonly audioSeconds?: number;
};
