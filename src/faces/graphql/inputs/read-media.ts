import type { MediaSource, RemoteSource } from '../../../domain/completion-request.ts';
import type { Media, MediaInput } from '../../../domain/operation.ts';
import { mediaTypeOf } from '../../../gateway/media-type.ts';
import { isBase64 } from '../../../wire/base64.ts';
import type { UploadedFile } from '../upload.ts';
import { InputProblem } from './input-problem.ts';
import type { MediaInputShape, MediaSourceInputShape } from './media-input.ts';

type Embedded = { readonly mediaType: string; readonly base64: string };

/** What comes before the data of a `data:` URL, too. */
const LONGEST_MEDIA_TYPE = 200;
const LONGEST_ADDRESS = 8_192;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*(;[\x20-\x7e]*)?$/i;
const DATA_URL = /^data:([^,;]+(?:;[^,;=]+=[^,;]+)*);base64,/i;

/** Whether the media fit their place is for the core to say. */
const checkType = (path: string, mediaType: string): void => {
  if (mediaType.length > LONGEST_MEDIA_TYPE || !MEDIA_TYPE.test(mediaType)) {
    throw new InputProblem(path, 'needs a media type such as `image/png`, `audio/wav` or `application/pdf`.');
  }
};

const checked = (path: string, embedded: Embedded): Embedded => {
  checkType(path, embedded.mediaType);
  if (embedded.base64 !== '' && !isBase64(embedded.base64)) throw new InputProblem(path, 'is not base64.');
  return embedded;
};

/** Clients that do not know what a file is send it as `application/octet-stream`: then it is what it looks like. */
const uploaded = (path: string, { mediaType: stated, bytes, name }: UploadedFile): Media => {
  const mediaType = mediaTypeOf(stated, bytes);
  checkType(path, mediaType);
  return { mediaType, bytes, ...(name !== '' && { name }) };
};

const httpAddress = (path: string, address: string, also = ''): string => {
  if (address.length > LONGEST_ADDRESS)
    throw new InputProblem(path, `takes an http(s) address of up to ${LONGEST_ADDRESS} characters${also}.`);
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new InputProblem(path, `takes an http(s) address${also}.`);
  return address;
};

/** An address to fetch, or what a `data:` URL holds. */
const fromUrl = (path: string, address: string): RemoteSource | Embedded => {
  const found = DATA_URL.exec(address.slice(0, LONGEST_MEDIA_TYPE + 'data:;base64,'.length));
  if (found?.[1] !== undefined)
    return checked(path, { mediaType: found[1], base64: address.slice(found[0].length) });
  return { kind: 'remote', url: httpAddress(path, address, ' or a data: URL with base64') };
};

const isRemote = (source: RemoteSource | Embedded): source is RemoteSource => 'kind' in source;

/** The source of a part of a message. Throws InputProblem. */
export const readMediaSource = (
  path: string,
  { url, providerUrl, data, upload }: MediaSourceInputShape,
): MediaSource | RemoteSource => {
  if (providerUrl != null) return { kind: 'url', url: httpAddress(`${path}.providerUrl`, providerUrl) };
  if (data != null) return { kind: 'data', ...checked(`${path}.data`, data) };
  if (upload != null) {
    const { mediaType, bytes } = uploaded(`${path}.upload`, upload);
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    return { kind: 'data', mediaType, base64 };
  }
  const source = fromUrl(`${path}.url`, url ?? '');
  return isRemote(source) ? source : { kind: 'data', ...source };
};

/** Media that an operation takes. Throws InputProblem. */
export const readMedia = (path: string, { url, data, upload }: MediaInputShape): MediaInput => {
  if (upload != null) return uploaded(`${path}.upload`, upload);
  const source =
    data == null
      ? fromUrl(`${path}.url`, url ?? '')
      : checked(`${path}.data`, { mediaType: data.mediaType, base64: data.base64 });
  return isRemote(source)
    ? source
    : { mediaType: source.mediaType, bytes: Buffer.from(source.base64, 'base64') };
};
