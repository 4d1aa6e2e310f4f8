import type { JsonObject } from '../../../domain/json.ts';
import type { ClientError } from '../client-error.ts';
import { openAiErrorFacts } from '../openai-error.ts';

/**
 * The event that ends a stream. Its facts stand in it twice: OpenAI's clients read either place, those of Open
 * Responses the inner one alone. `response.failed` by itself makes no error in the official SDK.
 */
export const errorEvent = (error: ClientError, sequenceNumber: number): JsonObject => ({
  type: 'error',
  sequence_number: sequenceNumber,
  code: error.code,
  message: error.message,
  param: error.param ?? null,
  error: openAiErrorFacts(error),
});
