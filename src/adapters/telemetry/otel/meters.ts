import type { Attributes, Meter } from '@opentelemetry/api';
import type { Attempt } from '../../../domain/attempt.ts';
import { inputTokensOf, outputTokensOf } from '../../../domain/usage.ts';

/** Where the conventions want the bounds of buckets. */
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const DURATION = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
const FIRST_CHUNK = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const HTTP = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export type Meters = {
  /** One call to a provider; `labels` say to whom and for what. */
  attempt(attempt: Attempt, labels: Attributes): void;
  request(durationMs: number, labels: Attributes): void;
};

/** One measurement for each call to a provider: this server is a client of theirs. */
export const createMeters = (meter: Meter): Meters => {
  const histogram = (name: string, unit: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries } });
  const tokens = histogram(
    'gen_ai.client.token.usage',
    '{token}',
    'Number of input and output tokens used.',
    TOKENS,
  );
  const duration = histogram('gen_ai.client.operation.duration', 's', 'GenAI operation duration.', DURATION);
  const firstChunk = histogram(
    'gen_ai.client.operation.time_to_first_chunk',
    's',
    'Time to receive the first chunk.',
    FIRST_CHUNK,
  );
  const requests = histogram('http.server.request.duration', 's', 'Duration of HTTP server requests.', HTTP);

  return {
    attempt({ durationMs, ttftMs, usage, usageEstimated, providerModel, failure }, labels) {
      const all = {
        ...labels,
        ...(providerModel !== undefined && { 'gen_ai.response.model': providerModel }),
      };
      duration.record(durationMs / 1_000, {
        ...all,
        ...(failure !== undefined && { 'error.type': failure.code }),
      });
      if (ttftMs !== undefined) firstChunk.record(ttftMs / 1_000, all);
      // What was only estimated is no measurement.
      if (usage === undefined || usageEstimated === true) return;
      tokens.record(inputTokensOf(usage), { ...all, 'gen_ai.token.type': 'input' });
      tokens.record(outputTokensOf(usage), { ...all, 'gen_ai.token.type': 'output' });
    },
    request: (durationMs, labels) => requests.record(durationMs / 1_000, labels),
  };
};
