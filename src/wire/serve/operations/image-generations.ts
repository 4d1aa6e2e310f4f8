import { z } from 'zod';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { IMAGE_FIELDS, type ImageOptions, imageOptionsOf, imageRequestOf } from './image-fields.ts';
import { imagesReply } from './images-reply.ts';
import { readJsonBody } from './read-body.ts';

export const IMAGE_GENERATIONS_SCHEMA = z.looseObject(IMAGE_FIELDS);

/** `POST /v1/images/generations` */
export const imageGenerations: ServedOperation<'IMAGE_GENERATION', ImageOptions> = {
  operation: 'IMAGE_GENERATION',
  takes: ['JSON'],
  requestSchema: IMAGE_GENERATIONS_SCHEMA,
  read(sent) {
    const read = readJsonBody(IMAGE_GENERATIONS_SCHEMA, sent);
    if (read.kind === 'INVALID') return read;
    const { model, user } = read.value;
    return {
      kind: 'OK',
      model,
      input: { ...imageRequestOf(read.value), images: [] },
      ...taken({ user }),
      unread: read.unread,
      options: imageOptionsOf('generation', read.value),
    };
  },
  write: imagesReply,
};
