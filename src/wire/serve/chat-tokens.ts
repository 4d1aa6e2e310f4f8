import type { JsonObject } from '../../domain/json.ts';
import { cachedTokensOf, inputTokensOf, outputTokensOf, type Usage } from '../../domain/usage.ts';

/** Tokens in the counts of chat completions, of which the first two hold all others. */
export const chatTokens = (usage: Usage): JsonObject => {
  const input = inputTokensOf(usage);
  const output = outputTokensOf(usage);
  const images = usage.imageInput + usage.imageCacheRead;
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: cachedTokensOf(usage),
      audio_tokens: usage.audioInput + usage.audioCacheRead,
      ...(written > 0 && { cache_write_tokens: written }),
      ...(images > 0 && { image_tokens: images }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: usage.audioOutput,
      ...(usage.imageOutput > 0 && { image_tokens: usage.imageOutput }),
    },
  };
};
