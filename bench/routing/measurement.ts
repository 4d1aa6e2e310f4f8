import type { OfferingId } from '../../src/domain/ids.ts';
import type { RequestResult } from './choice.ts';

/** What a way to choose achieved over all requests of a run. */
export type Measured = {
  readonly requests: number;
  /** US dollars for 1,000 requests, failed ones and losers included. */
  readonly costPerThousand: number;
  /** Milliseconds, as the client sees it, of those that got a first token. */
  readonly ttft: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly successRate: number;
  /** Share of requests that failed after their client had seen tokens: nobody else can go on there. */
  readonly brokenStreams: number;
  readonly attemptsPerRequest: number;
  /** Share of requests that were answered by a model that scores enough for their class. */
  readonly goodEnough: number;
  /** Share of answers by offering. */
  readonly answers: { readonly [offering: OfferingId]: number };
};

export type Meter = { add(result: RequestResult): void; read(): Measured };

const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const createMeter = (): Meter => {
  const ttfts: number[] = [];
  const answers: { [offering: OfferingId]: number } = {};
  let [requests, succeeded, broken, attempts, cost, goodEnough] = [0, 0, 0, 0, 0, 0];
  return {
    add(result) {
      requests += 1;
      attempts += result.attempts.length;
      cost += result.cost;
      if (!Number.isNaN(result.ttftMs)) ttfts.push(result.ttftMs);
      const { answeredBy, request } = result;
      if (answeredBy === undefined) {
        if (!Number.isNaN(result.ttftMs)) broken += 1;
        return;
      }
      succeeded += 1;
      answers[answeredBy.model.id] = (answers[answeredBy.model.id] ?? 0) + 1;
      if (answeredBy.score >= request.floor) goodEnough += 1;
    },
    read() {
      const sorted = Float64Array.from(ttfts).sort();
      return {
        requests,
        costPerThousand: (cost * 1_000) / requests,
        ttft: { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) },
        successRate: succeeded / requests,
        brokenStreams: broken / requests,
        attemptsPerRequest: attempts / requests,
        goodEnough: goodEnough / requests,
        answers: Object.fromEntries(
          Object.entries(answers).map(([id, count]) => [id, count / Math.max(1, succeeded)]),
        ),
      };
    },
  };
};
