import type { MediaSource, RemoteSource } from '../../domain/completion-request.ts';
import { isBase64 } from '../base64.ts';
import { BodyProblem } from './invalid-body.ts';

export type ClientSource = MediaSource | RemoteSource;
type DataSource = Extract<MediaSource, { kind: 'data' }>;

export const LONGEST_ADDRESS = 8_192;
const LONGEST_MEDIA_TYPE = 200;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*(;[\x20-\x7e]*)?$/i;
const DATA_URL = /^data:([^,;]+)(?:;[^,;=]+=[^,;]+)*;base64,/i;

export const isMediaType = (type: string): boolean =>
  type.length <= LONGEST_MEDIA_TYPE && MEDIA_TYPE.test(type);

/** What may be sent on as base64. Throws BodyProblem. */
export const checkedBase64 = (path: string, base64: string): string => {
  if (!isBase64(base64)) throw new BodyProblem(path, 'is not base64.');
  return base64;
};

/** What a `data:` URL holds; undefined for any other text. Throws BodyProblem. */
export const readDataUrl = (path: string, text: string): DataSource | undefined => {
  if (!/^data:/i.test(text)) return undefined;
  const found = DATA_URL.exec(text.slice(0, LONGEST_MEDIA_TYPE + 'data:;base64,'.length));
  const mediaType = found?.[1];
  if (found === null || mediaType === undefined || !isMediaType(mediaType))
    throw new BodyProblem(path, 'takes data: URLs of the form data:image/png;base64,… alone.');
  return {
    kind: 'data',
    mediaType: mediaType.toLowerCase(),
    base64: checkedBase64(path, text.slice(found[0].length)),
  };
};

export const isAddress = (text: string): boolean =>
  text.length <= LONGEST_ADDRESS && /^https?:\/\//i.test(text) && URL.canParse(text);

/** An address, which is fetched here only where a provider does not fetch it itself, or what a `data:` URL holds. */
export const readAddress = (path: string, address: string): ClientSource => {
  const data = readDataUrl(path, address);
  if (data !== undefined) return data;
  if (!isAddress(address))
    throw new BodyProblem(
      path,
      `takes an http(s) address of up to ${LONGEST_ADDRESS} characters, or a data: URL with base64.`,
    );
  return { kind: 'remote', url: address, ifNeeded: true };
};

const AUDIO_TYPES: { readonly [format: string]: string } = { mp3: 'audio/mpeg' };

/** `input_audio`, as it stands at `path`. Throws BodyProblem. */
export const readAudio = (path: string, base64: string, format: string): DataSource => {
  const name = format.toLowerCase();
  if (!/^[a-z0-9.+-]{1,20}$/.test(name))
    throw new BodyProblem(`${path}.format`, 'takes the name of a format, such as wav or mp3.');
  const mediaType = (Object.hasOwn(AUDIO_TYPES, name) && AUDIO_TYPES[name]) || `audio/${name}`;
  return { kind: 'data', mediaType: mediaType.toLowerCase(), base64: checkedBase64(`${path}.data`, base64) };
};
