import type { JsonObject } from '../../domain/json.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import { countAt, objectAt } from '../json-reading.ts';

/**
 * Splits OpenAI-style counts into disjoint kinds. `prompt_tokens` holds the cached, audio and image ones;
 * `completion_tokens` usually holds the reasoning ones. Where `total_tokens` exceeds prompt plus completion by
 * the reasoning or more (xAI), or without any being reported (Gemini's endpoint), what it exceeds them by is
 * reasoning that was counted outside. Undefined unless both counts are there: what is unknown is not 0.
 */
export const readOpenAiUsage = (usage: JsonObject | undefined): Usage | undefined => {
  const prompt = countAt(usage, 'prompt_tokens');
  const completion = countAt(usage, 'completion_tokens');
  if (prompt === undefined || completion === undefined) return undefined;
  const promptDetails = objectAt(usage, 'prompt_tokens_details');
  const completionDetails = objectAt(usage, 'completion_tokens_details');

  let input = prompt;
  const fromInput = (count: number | undefined): number => {
    const taken = Math.min(count ?? 0, input);
    input -= taken;
    return taken;
  };
  const cached = fromInput(
    countAt(promptDetails, 'cached_tokens') ??
      countAt(usage, 'prompt_cache_hit_tokens') ??
      countAt(usage, 'cached_tokens') ??
      countAt(usage, 'num_cached_tokens'),
  );
  const cachedDetails = objectAt(promptDetails, 'cached_tokens_details');
  const audioCacheRead = Math.min(countAt(cachedDetails, 'audio_tokens') ?? 0, cached);
  const imageCacheRead = Math.min(countAt(cachedDetails, 'image_tokens') ?? 0, cached - audioCacheRead);
  const cacheRead = cached - audioCacheRead - imageCacheRead;
  const cacheWrite5m = fromInput(countAt(promptDetails, 'cache_write_tokens'));
  // Both hold the cached ones of their modality.
  const uncached = (key: string, read: number): number =>
    Math.max(0, (countAt(promptDetails, key) ?? 0) - read);
  const audioInput = fromInput(uncached('audio_tokens', audioCacheRead));
  const imageInput = fromInput(uncached('image_tokens', imageCacheRead));

  let output = completion;
  const fromOutput = (count: number | undefined): number => {
    const taken = Math.min(count ?? 0, output);
    output -= taken;
    return taken;
  };
  const audioOutput = fromOutput(countAt(completionDetails, 'audio_tokens'));
  const imageOutput = fromOutput(countAt(completionDetails, 'image_tokens'));
  const reported = countAt(completionDetails, 'reasoning_tokens') ?? countAt(usage, 'reasoning_tokens') ?? 0;
  const outside = (countAt(usage, 'total_tokens') ?? 0) - prompt - completion;
  const reasoning = outside > 0 && outside >= reported ? outside : fromOutput(reported);

  return usageOf({
    input,
    cacheRead,
    cacheWrite5m,
    audioInput,
    imageInput,
    audioCacheRead,
    imageCacheRead,
    output,
    reasoning,
    audioOutput,
    imageOutput,
  });
};
