import { z } from 'zod';
import type { MediaInput } from '../../../domain/operation.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { invalid } from '../invalid-body.ts';
import type { OperationBody, ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { IMAGE_FIELDS, type ImageOptions, imageOptionsOf, imageRequestOf } from './image-fields.ts';
import { imagesReply } from './images-reply.ts';
import { readBody } from './read-body.ts';
import { type FormFile, readForm } from './read-form.ts';
import { imageFrom, isInvalid, isMedia, mediaOf } from './read-media.ts';

const MOST_IMAGES = 16;

const ADDRESS = z.string().min(1);
const IMAGE = z
  .union([
    ADDRESS,
    z.looseObject({
      image_url: z.union([ADDRESS, z.looseObject({ url: ADDRESS })]).optional(),
      url: ADDRESS.optional(),
    }),
  ])
  .describe('An http(s) address or a data: URL, as text or as `{image_url}`.');

export const IMAGE_EDITS_SCHEMA = z.looseObject({
  ...IMAGE_FIELDS,
  image: z
    .union([IMAGE, z.array(IMAGE).max(MOST_IMAGES)])
    .nullish()
    .describe('The image to change, or up to 16; in a form, files of this name.'),
  images: z.array(IMAGE).max(MOST_IMAGES).nullish().describe('The images to change, where the body is JSON.'),
  mask: IMAGE.nullish().describe('Its transparent pixels say where the first image may be changed.'),
});

type ImageField = z.output<typeof IMAGE>;

const addressOf = (image: ImageField): string | undefined => {
  if (typeof image === 'string') return image;
  const { image_url = image.url } = image;
  return typeof image_url === 'object' ? image_url.url : image_url;
};

const GRAMMAR = { numbers: ['n', 'seed'], booleans: ['stream'], lists: ['image', 'images'] };
const NO_FILES: readonly FormFile[] = [];

const readImage = (path: string, image: ImageField): MediaInput | InvalidBody => {
  const address = addressOf(image);
  return address === undefined
    ? invalid(
        path,
        'takes `image_url`, an http(s) address or a data: URL. Ids of files are not known here: send the image itself.',
      )
    : imageFrom(path, address);
};

const isList = (field: ImageField | readonly ImageField[]): field is readonly ImageField[] =>
  Array.isArray(field);

const readImages = (
  path: string,
  field: ImageField | readonly ImageField[] | null | undefined,
): readonly (MediaInput | InvalidBody)[] => {
  if (field == null) return [];
  return isList(field)
    ? field.map((image, index) => readImage(`${path}[${index}]`, image))
    : [readImage(path, field)];
};

const bodyAndFiles = (sent: OperationBody): ReturnType<typeof readForm> =>
  sent.kind === 'JSON' ? { kind: 'OK', body: sent.body, files: new Map() } : readForm(sent.fields, GRAMMAR);

/** `POST /v1/images/edits` */
export const imageEdits: ServedOperation<'IMAGE_GENERATION', ImageOptions> = {
  operation: 'IMAGE_GENERATION',
  takes: ['FORM', 'JSON'],
  requestSchema: IMAGE_EDITS_SCHEMA,
  read(sent) {
    const form = bodyAndFiles(sent);
    if (form.kind === 'INVALID') return form;
    const read = readBody(IMAGE_EDITS_SCHEMA, form.body);
    if (read.kind === 'INVALID') return read;
    const { model, user, image, images, mask } = read.value;
    const filesNamed = (name: string) => (form.files.get(name) ?? NO_FILES).map(mediaOf);
    const toEdit = [
      ...filesNamed('image'),
      ...filesNamed('images'),
      ...readImages('image', image),
      ...readImages('images', images),
    ];
    if (toEdit.length === 0)
      return invalid(sent.kind === 'FORM' ? 'image' : 'images', 'is missing: which image shall be changed?');
    if (toEdit.length > MOST_IMAGES)
      return invalid('image', `comes ${toEdit.length} times; takes at most ${MOST_IMAGES}.`);
    const masks = [...filesNamed('mask'), ...readImages('mask', mask)];
    if (masks.length > 1) return invalid('mask', `comes ${masks.length} times; once is taken.`);
    const problem = [...toEdit, ...masks].find(isInvalid);
    if (problem !== undefined) return problem;
    const [firstMask] = masks.filter(isMedia);
    const strangers = [...form.files.keys()].filter((name) => !['image', 'images', 'mask'].includes(name));
    return {
      kind: 'OK',
      model,
      input: {
        ...imageRequestOf(read.value),
        images: toEdit.filter(isMedia),
        ...taken({ mask: firstMask }),
      },
      ...taken({ user }),
      unread: [...read.unread, ...strangers.map((name) => name.slice(0, 100))],
      options: imageOptionsOf('edit', read.value),
    };
  },
  write: imagesReply,
};
