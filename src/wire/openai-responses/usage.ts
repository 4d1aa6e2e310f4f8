import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import { objectAt } from '../json-reading.ts';
import { readOpenAiUsage } from '../openai/usage.ts';

/** Perplexity counts its cache by Anthropic's names. */
const inputDetailsOf = (details: JsonObject): JsonObject => ({
  ...details,
  cached_tokens: details.cached_tokens ?? details.cache_read_input_tokens ?? null,
  cache_write_tokens: details.cache_write_tokens ?? details.cache_creation_input_tokens ?? null,
});

/** The counts are those of chat completions under other names. Undefined unless both totals are there. */
export const readResponsesUsage = (usage: JsonObject | undefined): Usage | undefined =>
  usage === undefined
    ? undefined
    : readOpenAiUsage({
        prompt_tokens: usage.input_tokens ?? null,
        completion_tokens: usage.output_tokens ?? null,
        total_tokens: usage.total_tokens ?? null,
        prompt_tokens_details: inputDetailsOf(objectAt(usage, 'input_tokens_details') ?? {}),
        completion_tokens_details: usage.output_tokens_details ?? null,
      });
