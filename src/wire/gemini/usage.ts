import type { JsonObject } from '../../domain/json.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import { countAt, objectsAt, optionalCountAt } from '../json-reading.ts';

const modalityCount = (usage: JsonObject, key: string, modality: string): number =>
  objectsAt(usage, key)
    .filter((detail) => detail.modality === modality)
    .reduce((sum, detail) => sum + (countAt(detail, 'tokenCount') ?? 0), 0);

/**
 * Splits Gemini's counts into disjoint kinds. The prompt's count holds the cached ones and every modality; thoughts
 * and the results of the provider's own tools are counted outside candidates and prompt. Only the prompt's count
 * is always there, the others where they are not 0. Undefined if one is missing or no count: the unknown is not 0.
 */
export const readGeminiUsage = (usage: JsonObject | undefined): Usage | undefined => {
  const prompt = countAt(usage, 'promptTokenCount');
  const candidates = optionalCountAt(usage, 'candidatesTokenCount');
  const thoughts = optionalCountAt(usage, 'thoughtsTokenCount');
  const toolResults = optionalCountAt(usage, 'toolUsePromptTokenCount');
  if (usage === undefined || prompt === undefined) return undefined;
  if (candidates === undefined || thoughts === undefined || toolResults === undefined) return undefined;

  let input = prompt;
  const fromInput = (count: number): number => {
    const taken = Math.min(Math.max(0, count), input);
    input -= taken;
    return taken;
  };
  const uncached = (modality: string): number =>
    modalityCount(usage, 'promptTokensDetails', modality) -
    modalityCount(usage, 'cacheTokensDetails', modality);
  const cached = fromInput(countAt(usage, 'cachedContentTokenCount') ?? 0);
  const audioCacheRead = Math.min(modalityCount(usage, 'cacheTokensDetails', 'AUDIO'), cached);
  const imageCacheRead = Math.min(
    modalityCount(usage, 'cacheTokensDetails', 'IMAGE'),
    cached - audioCacheRead,
  );
  const audioInput = fromInput(uncached('AUDIO'));
  const imageInput = fromInput(uncached('IMAGE'));

  let output = candidates;
  const fromOutput = (count: number): number => {
    const taken = Math.min(count, output);
    output -= taken;
    return taken;
  };
  const audioOutput = fromOutput(modalityCount(usage, 'candidatesTokensDetails', 'AUDIO'));
  const imageOutput = fromOutput(modalityCount(usage, 'candidatesTokensDetails', 'IMAGE'));

  return usageOf({
    input: input + toolResults,
    cacheRead: cached - audioCacheRead - imageCacheRead,
    audioCacheRead,
    imageCacheRead,
    audioInput,
    imageInput,
    output,
    reasoning: thoughts,
    audioOutput,
    imageOutput,
  });
};
