import type { JsonObject } from '../../../domain/json.ts';
import type { ImageGenerationRequest } from '../../../domain/operation.ts';
import type { ProviderAnswer } from '../../../domain/provider-answer.ts';
import { usageOf } from '../../../domain/usage.ts';
import type { GeminiPlatform } from '../../gemini/platform.ts';
import { objectsAt, textAt } from '../../json-reading.ts';
import { given } from '../../json-writing.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { upstreamFailure } from '../../upstream-failure.ts';
import { done, failedWith } from '../answers.ts';
import { jsonCall } from '../calls.ts';
import { defineOperation, type Encoded, type Problems } from '../define-operation.ts';
import { base64Of, imageOf } from '../media.ts';
import { geminiModelPath } from './model-path.ts';
import { decodeGenerated, decodeGoogleJson } from './response.ts';

/** Imagen has a call of its own; Gemini models draw as part of what they say. */
const isImagen = (model: string): boolean => /imagen/.test(model);

const NO_PLACE = "Google's API has no place for it";

const problems = (model: string, request: ImageGenerationRequest): Problems<'IMAGE_GENERATION'> => {
  const common = {
    size: 'Google takes an aspect ratio, not a size: use aspectRatio',
    quality: NO_PLACE,
    style: NO_PLACE,
    background: NO_PLACE,
    mask: NO_PLACE,
  };
  if (isImagen(model)) {
    return {
      ...common,
      format: request.format === 'WEBP' ? 'Imagen gives PNG and JPEG' : undefined,
      seed: 'Imagen takes it only for images without a watermark',
      images: 'Imagen does not edit images',
    };
  }
  return {
    ...common,
    count: (request.count ?? 1) > 1 ? 'this model makes one image at a time' : undefined,
    format: 'this model chooses the format',
  };
};

const encodeGemini = (platform: GeminiPlatform, model: string, request: ImageGenerationRequest): Encoded => {
  const { prompt, aspectRatio, seed, images } = request;
  const imageParts = images.map(
    ({ mediaType, bytes }): JsonObject => ({ inlineData: { mimeType: mediaType, data: base64Of(bytes) } }),
  );
  return jsonCall(geminiModelPath(platform, model, 'generateContent'), {
    contents: [{ role: 'user', parts: [...imageParts, { text: prompt }] }],
    generationConfig: {
      responseModalities: ['IMAGE'],
      ...(aspectRatio === undefined ? {} : { imageConfig: { aspectRatio } }),
      ...given('seed', seed),
    },
  });
};

const encodeImagen = (platform: GeminiPlatform, model: string, request: ImageGenerationRequest): Encoded => {
  const { prompt, count, aspectRatio, format } = request;
  return jsonCall(geminiModelPath(platform, model, 'predict'), {
    instances: [{ prompt }],
    parameters: {
      // Imagen's own default is 4.
      sampleCount: count ?? 1,
      includeRaiReason: true,
      ...given('aspectRatio', aspectRatio),
      ...(format === undefined ? {} : { outputOptions: { mimeType: `image/${format.toLowerCase()}` } }),
    },
  });
};

const decodeGemini = (body: Uint8Array): ProviderAnswer<'IMAGE_GENERATION'> =>
  decodeGenerated(body, ({ media, text, ...facts }) => {
    const images = media.filter(({ mediaType }) => mediaType.startsWith('image/'));
    if (images.length === 0) {
      return text === ''
        ? undefined
        : failedWith(upstreamFailure({ code: 'SERVER_ERROR', providerMessage: `no image but: ${text}` }));
    }
    const decoded = done<'IMAGE_GENERATION'>({ images: images.map((image) => ({ image })) }, facts);
    if (text === '') return decoded;
    const message = `The model said besides: ${text}`;
    return { ...decoded, warnings: [{ code: 'PROVIDER_WARNING', message }] };
  });

const decodeImagen = (body: Uint8Array): ProviderAnswer<'IMAGE_GENERATION'> =>
  decodeGoogleJson(body, (answer) => {
    const predictions = objectsAt(answer, 'predictions');
    const images = predictions.flatMap((prediction) => {
      const image = imageOf(textAt(prediction, 'bytesBase64Encoded') ?? '', textAt(prediction, 'mimeType'));
      const revisedPrompt = textAt(prediction, 'prompt');
      return image === undefined ? [] : [{ image, ...(revisedPrompt !== undefined && { revisedPrompt }) }];
    });
    const reasons = predictions.flatMap((prediction) => textAt(prediction, 'raiFilteredReason') ?? []);
    // An answer without anything is what the filter leaves of one.
    const isFiltered = reasons.length > 0 || Object.keys(answer).length === 0;
    if (images.length === 0) {
      return isFiltered
        ? failedWith(upstreamFailure({ code: 'CONTENT_FILTERED', providerMessage: reasons.join(' ') }))
        : undefined;
    }
    return {
      ...done<'IMAGE_GENERATION'>({ images }, { usage: usageOf({ images: images.length }) }),
      warnings: reasons.map((reason) => ({
        code: 'PROVIDER_WARNING',
        message: `An image was filtered: ${reason}`,
      })),
    };
  });

/** Google's images: by Gemini models that draw, which edit too, and by Imagen. */
export const geminiImages = (platform: GeminiPlatform = 'gemini-api'): OperationCodec<'IMAGE_GENERATION'> =>
  defineOperation({
    problems,
    encode: (model, request) =>
      isImagen(model) ? encodeImagen(platform, model, request) : encodeGemini(platform, model, request),
    decode: ({ body }, _request, model) => (isImagen(model) ? decodeImagen(body) : decodeGemini(body)),
  });
