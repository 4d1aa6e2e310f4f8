import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { isJsonObject } from '../../../domain/json.ts';
import type { GeneratedImage, ImageGenerationRequest, MediaInput } from '../../../domain/operation.ts';
import { listAt, textAt } from '../../json-reading.ts';
import { given } from '../../json-writing.ts';
import type { FormField, OperationCodec } from '../../operation-codec.ts';
import { decodeJson, done, factsIn } from '../answers.ts';
import { field, formCall, jsonCall } from '../calls.ts';
import { defineOperation, type Encoded } from '../define-operation.ts';
import { dataUrlOf, fileNameOf, imageAt, imageOf } from '../media.ts';
import { imageFamily, imageProblems } from './image-models.ts';
import type { ImagesQuirks } from './image-quirks.ts';
import { readImageUsage } from './image-usage.ts';

const sizeOf = (size: string | undefined, quirks: ImagesQuirks): JsonObject => {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size ?? '') ?? [];
  switch (quirks.sizeField ?? 'size') {
    case 'size':
      return given('size', size);
    case 'image_size':
      return given('image_size', size);
    case 'width-height':
      return width === undefined || height === undefined
        ? {}
        : { width: Number(width), height: Number(height) };
    case 'none':
      return {};
  }
};

/** What is asked for besides the prompt and the images, in the words of the server. */
const parametersOf = (model: string, request: ImageGenerationRequest, quirks: ImagesQuirks): JsonObject => {
  const { count, size, aspectRatio, quality, style, background, format, seed } = request;
  // OpenAI's newer models always give base64, and reject the wish for it.
  const responseFormat = imageFamily(model) === 'GPT_IMAGE' ? 'none' : (quirks.responseFormat ?? 'b64_json');
  return {
    ...given(quirks.countField ?? 'n', count),
    ...sizeOf(size, quirks),
    ...given(quirks.aspectRatioField ?? '', aspectRatio),
    ...given('quality', quality),
    ...given('style', style),
    ...given('background', background?.toLowerCase()),
    ...given('output_format', format?.toLowerCase()),
    ...given('seed', seed),
    ...(responseFormat === 'none' ? {} : { response_format: responseFormat }),
  };
};

const formFieldsOf = (parameters: JsonObject): readonly FormField[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? field(name, value) : [],
  );

const encodeEdit = (model: string, request: ImageGenerationRequest, quirks: ImagesQuirks): Encoded => {
  const parameters = parametersOf(model, request, quirks);
  const { prompt, images, mask } = request;
  const edits = quirks.edits ?? 'FORM';
  if (typeof edits === 'object') {
    const urls = images.map(dataUrlOf);
    const [only] = urls;
    const source: JsonValue = only !== undefined && urls.length === 1 ? only : urls;
    return jsonCall(edits.path ?? quirks.path ?? '/images/generations', {
      model,
      prompt,
      ...parameters,
      [edits.field]: source,
    });
  }
  const name = imageFamily(model) === 'DALL_E_2' ? 'image' : 'image[]';
  return formCall('/images/edits', [
    ...field('model', model),
    ...field('prompt', prompt),
    ...formFieldsOf(parameters),
    ...images.map((image, index) => ({
      name,
      fileName: fileNameOf(image, `image-${index + 1}`),
      mediaType: image.mediaType,
      bytes: image.bytes,
    })),
    ...(mask === undefined
      ? []
      : [
          {
            name: 'mask',
            fileName: fileNameOf(mask, 'mask'),
            mediaType: mask.mediaType,
            bytes: mask.bytes,
          },
        ]),
  ]);
};

const imageIn = (item: JsonValue, format: string | undefined): GeneratedImage<MediaInput> | undefined => {
  if (typeof item === 'string') {
    const image = imageAt(item);
    return image && { image };
  }
  if (!isJsonObject(item)) return undefined;
  const base64 = textAt(item, 'b64_json') ?? textAt(item, 'base64');
  const url = textAt(item, 'url');
  const stated = format === undefined ? undefined : `image/${format}`;
  const image =
    base64 !== undefined
      ? (imageAt(base64) ?? imageOf(base64, stated))
      : url === undefined
        ? undefined
        : imageAt(url);
  const revisedPrompt = textAt(item, 'revised_prompt');
  return image && { image, ...(revisedPrompt !== undefined && { revisedPrompt }) };
};

/** OpenAI's images and edits of images, as it and compatible servers have them. */
export const openAiImages = (quirks: ImagesQuirks = {}): OperationCodec<'IMAGE_GENERATION'> =>
  defineOperation({
    problems: (model, request) => imageProblems(model, request, quirks),
    encode: (model, request) =>
      request.images.length > 0
        ? encodeEdit(model, request, quirks)
        : jsonCall(quirks.path ?? '/images/generations', {
            model,
            prompt: request.prompt,
            ...parametersOf(model, request, quirks),
          }),
    decode: ({ body }, _request, model) =>
      decodeJson(body, (answer) => {
        const items = Array.isArray(answer.data) ? listAt(answer, 'data') : listAt(answer, 'images');
        const images = items.map((item) => imageIn(item, textAt(answer, 'output_format')));
        if (images.length === 0 || !images.every((image) => image !== undefined)) return undefined;
        const usage = readImageUsage(answer, imageFamily(model), images.length);
        return done<'IMAGE_GENERATION'>({ images }, { ...factsIn(answer), usage });
      }),
  });
