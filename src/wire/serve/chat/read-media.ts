import type { MediaSource, RemoteSource } from '../../../domain/completion-request.ts';
import { BodyProblem } from './invalid-body.ts';

export type ClientSource = MediaSource | RemoteSource;

const LONGEST_ADDRESS = 8_192;
/** What comes before the data of a `data:` URL, too. */
const LONGEST_HEAD = 220;
const DATA_URL = /^data:([^,;]+(?:;[^,;=]+=[^,;]+)*);base64,/i;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*(;[\x20-\x7e]*)?$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const checkedBase64 = (path: string, base64: string): string => {
  if (!BASE64.test(base64)) throw new BodyProblem(path, 'is not base64.');
  return base64;
};

/** An address, which is fetched here only where a provider does not fetch it itself, or what a `data:` URL holds. */
export const readAddress = (path: string, address: string): ClientSource => {
  if (/^data:/i.test(address)) {
    const found = DATA_URL.exec(address.slice(0, LONGEST_HEAD));
    const mediaType = found?.[1];
    if (found === null || mediaType === undefined || !MEDIA_TYPE.test(mediaType)) {
      throw new BodyProblem(path, 'takes data: URLs of the form data:image/png;base64,… alone.');
    }
    return { kind: 'data', mediaType, base64: checkedBase64(path, address.slice(found[0].length)) };
  }
  if (address.length > LONGEST_ADDRESS || !/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    throw new BodyProblem(
      path,
      `takes an http(s) address of up to ${LONGEST_ADDRESS} characters, or a data: URL with base64.`,
    );
  }
  return { kind: 'remote', url: address, ifNeeded: true };
};

const AUDIO_TYPES: { readonly [format: string]: string } = { wav: 'audio/wav', mp3: 'audio/mpeg' };

export const readAudio = (path: string, base64: string, format: string): ClientSource => {
  const name = format.toLowerCase();
  const mediaType = Object.hasOwn(AUDIO_TYPES, name) ? AUDIO_TYPES[name] : undefined;
  return {
    kind: 'data',
    mediaType: mediaType ?? `audio/${name}`,
    base64: checkedBase64(path, base64),
  };
};
