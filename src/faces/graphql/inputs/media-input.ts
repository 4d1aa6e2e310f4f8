import { builder } from '../builder.ts';

const MediaDataInput = builder.inputType('MediaDataInput', {
  description: 'Media as data.',
  fields: (t) => ({
    mediaType: t.string({ required: true, description: 'e.g. `image/png`, `audio/wav`, `application/pdf`.' }),
    base64: t.string({ required: true, description: 'The bytes in base64.' }),
  }),
});

const FETCHED =
  'http(s) address that this server fetches before a provider is asked, or a `data:` URL with base64. Only public addresses, on the ports 80, 443, 8080 and 8443; it has 15 seconds for all of a request.';
const UPLOADED = 'A file of a multipart request.';

export const MediaInput = builder.inputType('MediaInput', {
  description: 'Where media are: exactly one of these. At most 25 MiB.',
  isOneOf: true,
  fields: (t) => ({
    url: t.string({ description: FETCHED }),
    data: t.field({ type: MediaDataInput, description: 'The media themselves.' }),
    upload: t.field({ type: 'Upload', description: UPLOADED }),
  }),
});

export const MediaSourceInput = builder.inputType('MediaSourceInput', {
  description: 'Where the media of a message are: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    url: t.string({ description: FETCHED }),
    providerUrl: t.string({
      description:
        'http(s) address that is handed to the provider as it is, for the provider to fetch. Not every provider does.',
    }),
    data: t.field({ type: MediaDataInput, description: 'The media themselves.' }),
    upload: t.field({ type: 'Upload', description: UPLOADED }),
  }),
});

export type MediaInputShape = typeof MediaInput.$inferInput;
export type MediaSourceInputShape = typeof MediaSourceInput.$inferInput;
