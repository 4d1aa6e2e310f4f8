import type { OperationRecord } from '../../../domain/operation-record.ts';
import { builder } from '../builder.ts';
import { MediaInput } from '../inputs/media-input.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { readMedia } from '../inputs/read-media.ts';
import { present } from '../present.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { deliver, MediaDeliveryEnum, MediaRef, type MediaView } from '../types/media.ts';
import { OF_OPERATION, perform } from './perform.ts';

const ImageBackgroundEnum = builder.enumType('ImageBackground', {
  description: 'Background of images.',
  values: {
    TRANSPARENT: { description: 'None.' },
    OPAQUE: { description: 'Some.' },
    AUTO: { description: 'As the model sees fit.' },
  },
});

const ImageFormatEnum = builder.enumType('ImageFormat', {
  description: 'File format of images.',
  values: {
    PNG: { description: 'Portable Network Graphics.' },
    JPEG: { description: 'JPEG; packed with loss, without transparency.' },
    WEBP: { description: 'WebP.' },
  },
});

const GenerateImagesInput = builder.inputType('GenerateImagesInput', {
  description:
    'Which images to make, or how to change given ones. What is not given is left to the provider.',
  fields: (t) => ({
    ...operationOptions(t),
    prompt: t.string({ required: true, description: 'What to show, or what to change.' }),
    count: t.int({ description: 'How many images, 1 to 10.' }),
    size: t.string({ description: '`WIDTHxHEIGHT` in pixels, e.g. `1024x1024`.' }),
    aspectRatio: t.string({ description: '`WIDTH:HEIGHT`, e.g. `16:9`.' }),
    quality: t.string({ description: "The provider's own word, e.g. `high` or `hd`." }),
    style: t.string({ description: "The provider's own word, e.g. `vivid`." }),
    background: t.field({ type: ImageBackgroundEnum, description: 'Background.' }),
    format: t.field({ type: ImageFormatEnum, description: 'File format.' }),
    seed: t.int({ description: 'For images that repeat, as far as the provider can.' }),
    images: t.field({
      type: [MediaInput],
      description: 'Images to edit or to go by; without any, images are made from the prompt alone.',
    }),
    mask: t.field({
      type: MediaInput,
      description: 'An image whose transparent pixels say where the first of `images` may be changed.',
    }),
    delivery: t.field({
      type: MediaDeliveryEnum,
      required: true,
      defaultValue: 'DATA',
      description: 'How the images are handed over.',
    }),
  }),
});

type ImageView = { readonly image: MediaView; readonly revisedPrompt?: string };

const GeneratedImageRef = builder.objectRef<ImageView>('GeneratedImage').implement({
  description: 'One image that was made.',
  fields: (t) => ({
    image: t.expose('image', { type: MediaRef, description: 'The image.' }),
    revisedPrompt: t.string({
      nullable: true,
      description: 'The prompt that the provider really used; null if it does not say.',
      resolve: ({ revisedPrompt }) => revisedPrompt,
    }),
  }),
});

const ImageGenerationRef = builder
  .objectRef<{ readonly images: readonly ImageView[]; readonly record: OperationRecord }>('ImageGeneration')
  .implement({
    description: 'Images that were made.',
    fields: (t) => ({
      images: t.field({
        type: [GeneratedImageRef],
        description: 'At least one.',
        resolve: ({ images }) => images,
      }),
      operation: t.field({
        type: OperationRef,
        description: OF_OPERATION,
        resolve: (performed) => performed,
      }),
    }),
  });

builder.mutationField('generateImages', (t) =>
  t.field({
    type: ImageGenerationRef,
    description: 'Makes images from words, or changes given ones. Closing the connection cancels it.',
    args: { input: t.arg({ type: GenerateImagesInput, required: true, description: 'What to make.' }) },
    errors: orCompletionErrors('GenerateImagesResult', 'Images, or why it failed.'),
    resolve: async (_root, { input }, context) => {
      const { result, record } = await perform(context, 'IMAGE_GENERATION', input, () => {
        const { prompt, count, size, aspectRatio, quality, style, background, format, seed } = input;
        const { images, mask } = input;
        return {
          prompt,
          images: (images ?? []).map((image, index) => readMedia(`images[${index}]`, image)),
          ...(mask != null && { mask: readMedia('mask', mask) }),
          ...present({ count, size, aspectRatio, quality, style, background, format, seed }),
        };
      });
      const images = result.images.map(async ({ image, ...rest }) => ({
        ...rest,
        image: await deliver(context.shelf, input.delivery, image),
      }));
      return { images: await Promise.all(images), record };
    },
  }),
);
