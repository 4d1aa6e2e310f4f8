import type { Media } from '../../../domain/operation.ts';
import type { MediaShelf } from '../../../gateway/media-shelf.ts';
import { builder } from '../builder.ts';

/** Media of a result, as data or as an address. */
export type MediaView = {
  readonly media: Media;
  readonly kept?: { readonly url: string; readonly expiresAt: Date };
};

export const MediaDeliveryEnum = builder.enumType('MediaDelivery', {
  description: 'How media of a result are handed over.',
  values: {
    DATA: { description: 'In the answer, as base64.' },
    URL: {
      description:
        'As an address of this server, for an hour. Where it cannot keep them, as data all the same.',
    },
  },
});

/** Media that cannot be kept are given as data: they are paid for. */
export const deliver = async (
  shelf: MediaShelf,
  delivery: 'DATA' | 'URL',
  media: Media,
): Promise<MediaView> => {
  if (delivery === 'DATA') return { media };
  const kept = await shelf.keep(media).catch(() => undefined);
  return kept === undefined ? { media } : { media, kept };
};

export const MediaRef = builder.objectRef<MediaView>('Media').implement({
  description: 'An image or audio that was made: as data, or as an address.',
  fields: (t) => ({
    mediaType: t.string({
      description: 'What the bytes are, as the provider says, e.g. `image/png`.',
      resolve: ({ media }) => media.mediaType,
    }),
    bytes: t.field({
      type: 'NonNegativeInt',
      description: 'How many bytes they are.',
      resolve: ({ media }) => media.bytes.length,
    }),
    base64: t.string({
      nullable: true,
      description: 'The bytes in base64; null if they lie at `url`.',
      resolve: ({ media: { bytes }, kept }) =>
        kept === undefined
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
          : null,
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Address at which this server gives the bytes, without a key, to anyone who has it; null if they come as data.',
      resolve: ({ kept }) => kept?.url,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when `url` works at the longest; null if the bytes come as data.',
      resolve: ({ kept }) => kept?.expiresAt,
    }),
  }),
});
