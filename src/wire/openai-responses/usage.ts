import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import { readOpenAiUsage } from '../openai/usage.ts';

/** The counts are those of chat completions under other names. Undefined unless both totals are there. */
export const readResponsesUsage = (usage: JsonObject | undefined): Usage | undefined =>
  usage === undefined
    ? undefined
    : readOpenAiUsage({
        prompt_tokens: usage.input_tokens ?? null,
        completion_tokens: usage.output_tokens ?? null,
        total_tokens: usage.total_tokens ?? null,
        prompt_tokens_details: usage.input_tokens_details ?? null,
        completion_tokens_details: usage.output_tokens_details ?? null,
      });
