import type { ImageGenerationRequest } from '../../../domain/operation.ts';
import type { Problems } from '../define-operation.ts';
import type { ImagesQuirks } from './image-quirks.ts';

/** Models of OpenAI that take different parameters, by name. OTHER: another lab's. */
export type ImageFamily = 'DALL_E_2' | 'DALL_E_3' | 'GPT_IMAGE' | 'OTHER';

export const imageFamily = (model: string): ImageFamily => {
  if (model.includes('dall-e-2')) return 'DALL_E_2';
  if (model.includes('dall-e-3')) return 'DALL_E_3';
  return /gpt-image|chatgpt-image/.test(model) ? 'GPT_IMAGE' : 'OTHER';
};

const NOT_THIS_MODEL = 'this model does not take it';
const NO_PLACE = "the provider's API has no place for it";

const familyProblems = (
  family: ImageFamily,
  request: ImageGenerationRequest,
): Problems<'IMAGE_GENERATION'> => {
  switch (family) {
    case 'DALL_E_2':
      return {
        quality: NOT_THIS_MODEL,
        style: NOT_THIS_MODEL,
        background: NOT_THIS_MODEL,
        format: NOT_THIS_MODEL,
        images: request.images.length > 1 ? 'this model edits one image at a time' : undefined,
      };
    case 'DALL_E_3':
      return {
        count: (request.count ?? 1) > 1 ? 'this model makes one image at a time' : undefined,
        background: NOT_THIS_MODEL,
        format: NOT_THIS_MODEL,
        images: 'this model does not edit images',
        mask: 'this model does not edit images',
      };
    case 'GPT_IMAGE':
      return { style: NOT_THIS_MODEL };
    case 'OTHER':
      return {};
  }
};

/** What of a request for images the server or the model cannot honour. */
export const imageProblems = (
  model: string,
  request: ImageGenerationRequest,
  quirks: ImagesQuirks,
): Problems<'IMAGE_GENERATION'> => {
  const edits = quirks.edits ?? 'FORM';
  const sizeField = quirks.sizeField ?? 'size';
  const noEdits = edits === 'NONE' ? 'the provider does not edit images' : undefined;
  const noMask = edits === 'FORM' ? undefined : 'the provider takes no mask';
  const needsPixels = sizeField === 'width-height' && !/^\d+x\d+$/.test(request.size ?? '');
  return {
    size:
      sizeField === 'none'
        ? NO_PLACE
        : needsPixels
          ? 'the provider takes a width and a height in pixels'
          : undefined,
    count: quirks.countField === 'none' && (request.count ?? 1) > 1 ? NO_PLACE : undefined,
    aspectRatio: quirks.aspectRatioField === undefined ? NO_PLACE : undefined,
    seed: quirks.supportsSeed ? undefined : NO_PLACE,
    images: noEdits,
    mask: noMask ?? (request.images.length === 0 ? 'there is no image to which it could belong' : undefined),
    ...familyProblems(imageFamily(model), request),
    ...Object.fromEntries((quirks.unsupported ?? []).map((name) => [name, 'the provider does not take it'])),
  };
};
