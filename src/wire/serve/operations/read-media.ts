import type { MediaInput } from '../../../domain/operation.ts';
import { imageAt } from '../../operations/media.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { isAddress, isMediaType, LONGEST_ADDRESS } from '../client-media.ts';
import { invalid } from '../invalid-body.ts';
import type { ClientFormField } from '../served-operation.ts';

/** What somebody says bytes are, where that can be sent on; else what says nothing. */
export const soundType = (stated: string): string =>
  isMediaType(stated) ? stated : 'application/octet-stream';

/** An image that is named by its address, or that a data URL holds. */
export const imageFrom = (path: string, address: string): MediaInput | InvalidBody => {
  const image = imageAt(address);
  if (image === undefined)
    return invalid(path, 'takes an http(s) address, or a data: URL with base64 that is not empty.');
  if (!('kind' in image)) return { ...image, mediaType: soundType(image.mediaType) };
  return !isAddress(address)
    ? invalid(path, `takes an http(s) address of up to ${LONGEST_ADDRESS} characters.`)
    : image;
};

type FormFile = Extract<ClientFormField, { bytes: Uint8Array }>;

export const mediaOf = ({ fileName, mediaType, bytes }: FormFile): MediaInput => ({
  mediaType: soundType(mediaType),
  bytes,
  ...(fileName !== '' && { name: fileName.slice(-200) }),
});

export const isInvalid = (read: MediaInput | InvalidBody): read is InvalidBody =>
  'kind' in read && read.kind === 'INVALID';

export const isMedia = (read: MediaInput | InvalidBody): read is MediaInput => !isInvalid(read);
