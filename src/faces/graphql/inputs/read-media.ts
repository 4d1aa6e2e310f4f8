import type { MediaSource, RemoteSource } from '../../../domain/completion-request.ts';
import type { MediaInput } from '../../../domain/operation.ts';
import { InputProblem } from './input-problem.ts';
import type { MediaInputShape, MediaSourceInputShape } from './media-input.ts';

/** What is taken at a place: an image, audio, or a document of any type. */
export type MediaClass = 'image' | 'audio' | 'file';

type Embedded = { readonly mediaType: string; readonly base64: string };

const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*(;.*)?$/i;
const DATA_URL = /^data:([^,;]+(?:;[^,;=]+=[^,;]+)*);base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const TAKES: { readonly [Class in MediaClass]: string } = {
  image: 'an image',
  audio: 'audio',
  file: 'a document',
};

const checkType = (path: string, mediaClass: MediaClass, mediaType: string): void => {
  if (!MEDIA_TYPE.test(mediaType)) {
    throw new InputProblem(path, 'needs a media type such as `image/png`, `audio/wav` or `application/pdf`.');
  }
  const isRight =
    mediaClass === 'file'
      ? !/^(image|audio|video)\//i.test(mediaType)
      : mediaType.toLowerCase().startsWith(`${mediaClass}/`);
  if (!isRight) throw new InputProblem(path, `is ${mediaType.slice(0, 100)}; takes ${TAKES[mediaClass]}.`);
};

const checked = (path: string, mediaClass: MediaClass, embedded: Embedded): Embedded => {
  checkType(path, mediaClass, embedded.mediaType);
  if (!BASE64.test(embedded.base64)) throw new InputProblem(path, 'is not base64.');
  return embedded;
};

const httpAddress = (path: string, address: string, also = ''): string => {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new InputProblem(path, `takes an http(s) address${also}.`);
  return address;
};

/** An address to fetch, or what a `data:` URL holds. */
const fromUrl = (path: string, mediaClass: MediaClass, address: string): RemoteSource | Embedded => {
  const found = DATA_URL.exec(address);
  if (found?.[1] !== undefined)
    return checked(path, mediaClass, { mediaType: found[1], base64: address.slice(found[0].length) });
  return { kind: 'remote', url: httpAddress(path, address, ' or a data: URL with base64') };
};

const isRemote = (source: RemoteSource | Embedded): source is RemoteSource => 'kind' in source;

/** The source of a part of a message. Throws InputProblem. */
export const readMediaSource = (
  path: string,
  mediaClass: MediaClass,
  { url, providerUrl, data, upload }: MediaSourceInputShape,
): MediaSource | RemoteSource => {
  if (providerUrl != null) return { kind: 'url', url: httpAddress(`${path}.providerUrl`, providerUrl) };
  if (data != null) return { kind: 'data', ...checked(`${path}.data`, mediaClass, data) };
  if (upload != null) {
    checkType(`${path}.upload`, mediaClass, upload.mediaType);
    const { buffer, byteOffset, byteLength } = upload.bytes;
    const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    return { kind: 'data', mediaType: upload.mediaType, base64 };
  }
  const source = fromUrl(`${path}.url`, mediaClass, url ?? '');
  return isRemote(source) ? source : { kind: 'data', ...source };
};

/** Media that an operation takes. Throws InputProblem. */
export const readMedia = (
  path: string,
  mediaClass: MediaClass,
  { url, data, upload }: MediaInputShape,
): MediaInput => {
  if (upload != null) {
    checkType(`${path}.upload`, mediaClass, upload.mediaType);
    const { mediaType, bytes, name } = upload;
    return { mediaType, bytes, ...(name !== '' && { name }) };
  }
  const source =
    data == null
      ? fromUrl(`${path}.url`, mediaClass, url ?? '')
      : checked(`${path}.data`, mediaClass, { mediaType: data.mediaType, base64: data.base64 });
  return isRemote(source)
    ? source
    : { mediaType: source.mediaType, bytes: Buffer.from(source.base64, 'base64') };
};
