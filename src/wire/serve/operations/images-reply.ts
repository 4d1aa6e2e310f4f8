import type { JsonObject } from '../../../domain/json.ts';
import type { GeneratedImage, ImageGenerationResult, Media } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { given } from '../../json-writing.ts';
import { base64Of } from '../../operations/media.ts';
import { eventText } from '../frame-text.ts';
import type { OperationReply } from '../served-operation.ts';
import { createdOf, factsMember, imageUsage } from './answer-usage.ts';
import type { ImageOptions } from './image-fields.ts';

/** `png`, `jpeg` or what else the bytes are; undefined for what is no image by its type. */
const formatOf = ({ mediaType }: Media): string | undefined =>
  /^image\/([a-z0-9.+-]{1,50})/i.exec(mediaType)?.[1]?.toLowerCase();

const imageMember = ({ image, revisedPrompt }: GeneratedImage, url: string | undefined): JsonObject => ({
  ...(url === undefined ? { b64_json: base64Of(image.bytes) } : { url }),
  ...given('revised_prompt', revisedPrompt),
});

const completedEvent = (
  { image }: GeneratedImage,
  url: string | undefined,
  record: OperationRecord,
  { kind, asked }: ImageOptions,
  isLast: boolean,
): string => {
  const type = kind === 'edit' ? 'image_edit.completed' : 'image_generation.completed';
  const body: JsonObject = {
    type,
    ...(url === undefined ? { b64_json: base64Of(image.bytes) } : { url }),
    created_at: createdOf(record),
    background: asked.background ?? 'auto',
    quality: asked.quality ?? 'auto',
    size: asked.size ?? 'auto',
    ...given('output_format', formatOf(image)),
    // What was used is that of all images: said once, so that who adds it up is right.
    ...(isLast && { ...imageUsage(record), ...factsMember(record) }),
  };
  return eventText(body, type);
};

/** The images of a request as its client wants them. `urls`: where each lies, if they are not to be sent as data. */
export const imagesReply = (
  { result, record }: { readonly result: ImageGenerationResult; readonly record: OperationRecord },
  options: ImageOptions,
  urls?: readonly string[],
): OperationReply => {
  const { images } = result;
  if (options.stream)
    return {
      kind: 'EVENTS',
      text: images
        .map((image, index) =>
          completedEvent(image, urls?.[index], record, options, index === images.length - 1),
        )
        .join(''),
    };
  const [first] = images;
  return {
    kind: 'JSON',
    body: {
      created: createdOf(record),
      data: images.map((image, index) => imageMember(image, urls?.[index])),
      ...given('output_format', first && formatOf(first.image)),
      ...imageUsage(record),
      ...factsMember(record),
    },
  };
};
