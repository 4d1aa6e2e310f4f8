import { z } from 'zod';
import type { ImageGenerationRequest } from '../../../domain/operation.ts';
import { taken } from '../taken.ts';
import { MODEL, USER, word } from './common-fields.ts';

/** What requests for images and for changes of images have in common. */
export const IMAGE_FIELDS = {
  model: MODEL,
  prompt: z.string().min(1).max(32_000).describe('What to show, or what to change.'),
  n: z.int().min(1).max(10).nullish().describe('How many images. Default 1.'),
  size: z
    .string()
    .regex(/^(auto|[1-9]\d{0,4}x[1-9]\d{0,4})$/, {
      error: 'takes WIDTHxHEIGHT in pixels, e.g. 1024x1024, or auto.',
    })
    .nullish()
    .describe('`WIDTHxHEIGHT` in pixels, e.g. `1024x1024`, or `auto`.'),
  aspect_ratio: z
    .string()
    .regex(/^[1-9]\d{0,2}:[1-9]\d{0,2}$/, { error: 'takes WIDTH:HEIGHT, e.g. 16:9.' })
    .nullish()
    .describe('`WIDTH:HEIGHT`, e.g. `16:9`.'),
  quality: word("The provider's own word, e.g. `high` or `hd`."),
  style: word("The provider's own word, e.g. `vivid`."),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish().describe('Background of the images.'),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish().describe('File format of the images.'),
  seed: z.int().nullish().describe('For images that repeat, as far as the provider can.'),
  response_format: z
    .enum(['b64_json', 'url'])
    .nullish()
    .describe('How the images are handed over. Default `b64_json`. An address holds for an hour at most.'),
  stream: z.boolean().nullish().describe('Whole images as server-sent events; there are no partial ones.'),
  user: USER,
};

type ImageFields = z.output<z.ZodObject<typeof IMAGE_FIELDS>>;

/** What the writer of images needs to know of the request. */
export type ImageOptions = {
  readonly kind: 'generation' | 'edit';
  /** Addresses are wanted in place of data. */
  readonly wantsUrls: boolean;
  readonly stream: boolean;
  /** As the client gave them, for the events that repeat them. */
  readonly asked: { readonly background?: string; readonly quality?: string; readonly size?: string };
};

const BACKGROUNDS = { transparent: 'TRANSPARENT', opaque: 'OPAQUE', auto: 'AUTO' } as const;
const FORMATS = { png: 'PNG', jpeg: 'JPEG', webp: 'WEBP' } as const;

/** `auto` leaves it to the provider, as nothing does. */
const chosen = (text: string | null | undefined): string | undefined =>
  text == null || text === 'auto' ? undefined : text;

export const imageRequestOf = (
  fields: Partial<ImageFields> & Pick<ImageFields, 'prompt'>,
): Omit<ImageGenerationRequest, 'images' | 'mask'> => {
  const { prompt, n, size, aspect_ratio, quality, style, background, output_format, seed } = fields;
  return {
    prompt,
    ...taken({
      count: n,
      size: chosen(size),
      aspectRatio: aspect_ratio,
      quality: chosen(quality),
      style: chosen(style),
      background: background == null ? undefined : BACKGROUNDS[background],
      format: output_format == null ? undefined : FORMATS[output_format],
      seed,
    }),
  };
};

export const imageOptionsOf = (
  kind: ImageOptions['kind'],
  { response_format, stream, background, quality, size }: ImageFields,
): ImageOptions => ({
  kind,
  wantsUrls: response_format === 'url',
  stream: stream ?? false,
  asked: taken({ background, quality, size }),
});
