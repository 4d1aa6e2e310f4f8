import type { JsonObject } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { cachedTokensOf, outputTokensOf, type Usage, usageOf } from '../../../domain/usage.ts';
import { given } from '../../json-writing.ts';
import { usageCost } from '../answer-facts.ts';

const NOTHING = usageOf({});

/**
 * Usage in the format's words: cached tokens stand beside `input_tokens`, reasoning is in `output_tokens`. Its clients
 * need numbers, so what no provider told is 0 here; `modelgraph.cost` says that it is not known.
 */
export const usageFields = (usage: Usage = NOTHING): JsonObject => ({
  input_tokens: usage.input + usage.audioInput + usage.imageInput,
  cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
  cache_read_input_tokens: cachedTokensOf(usage),
  cache_creation: {
    ephemeral_5m_input_tokens: usage.cacheWrite5m,
    ephemeral_1h_input_tokens: usage.cacheWrite1h,
  },
  output_tokens: outputTokensOf(usage),
});

const TIERS: { readonly [tier: string]: string } = {
  STANDARD: 'standard',
  PRIORITY: 'priority',
  BATCH: 'batch',
};

/** What was used by the end, and what it cost. */
export const finalUsage = ({ usage, cost, attempts }: OperationRecord): JsonObject => {
  const tier = attempts.at(-1)?.serviceTier;
  return {
    ...usageFields(usage),
    ...(usage !== undefined &&
      usage.reasoning > 0 && { output_tokens_details: { thinking_tokens: usage.reasoning } }),
    ...given('service_tier', tier === undefined ? undefined : TIERS[tier]),
    ...usageCost(cost),
  };
};
