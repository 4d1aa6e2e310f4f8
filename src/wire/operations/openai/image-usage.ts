import type { JsonObject } from '../../../domain/json.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import { countAt, objectAt } from '../../json-reading.ts';
import type { ImageFamily } from './image-models.ts';

/**
 * Tokens where they are reported: those of the prompt, of the images that went in, and of the images that came out.
 * Else the number of images, which is what is billed; but OpenAI's newer models bill tokens, which are then unknown.
 */
export const readImageUsage = (
  answer: JsonObject,
  family: ImageFamily,
  images: number,
): Usage | undefined => {
  const usage = objectAt(answer, 'usage');
  const all = countAt(usage, 'input_tokens');
  const made = countAt(usage, 'output_tokens');
  if (all === undefined || made === undefined)
    return family === 'GPT_IMAGE' ? undefined : usageOf({ images });
  const details = objectAt(usage, 'input_tokens_details');
  const imageInput = Math.min(countAt(details, 'image_tokens') ?? 0, all);
  const cacheRead = Math.min(countAt(details, 'cached_tokens') ?? 0, all - imageInput);
  const output = Math.min(countAt(objectAt(usage, 'output_tokens_details'), 'text_tokens') ?? 0, made);
  return usageOf({
    input: all - imageInput - cacheRead,
    cacheRead,
    imageInput,
    output,
    imageOutput: made - output,
  });
};
