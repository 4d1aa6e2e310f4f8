import type { MediaPart } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { GeminiPlatform } from './platform.ts';

/** The API must be told what lies at an address; it does not look. */
const TYPES: { readonly [extension: string]: string } = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  wav: 'audio/wav',
  mp3: 'audio/mp3',
  aiff: 'audio/aiff',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/m4a',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  csv: 'text/csv',
  xml: 'text/xml',
  rtf: 'text/rtf',
  json: 'application/json',
  mp4: 'video/mp4',
  mov: 'video/mov',
  mpeg: 'video/mpeg',
  mpg: 'video/mpg',
  webm: 'video/webm',
};

/** What the name at the end of an address says of its type; undefined where it says nothing. */
export const typeOfAddress = (address: string): string | undefined => {
  const path = URL.parse(address)?.pathname ?? '';
  return TYPES[/\.([a-z0-9]{1,5})$/i.exec(path)?.[1]?.toLowerCase() ?? ''];
};

/** The part of a medium; none for an address whose type is not known. Only Vertex takes a file's name. */
export const encodeMedia = (part: MediaPart, platform: GeminiPlatform): readonly JsonObject[] => {
  const { source } = part;
  const named =
    platform === 'vertex' && part.type === 'file' && part.name !== undefined
      ? { displayName: part.name }
      : {};
  if (source.kind === 'data')
    return [{ inlineData: { mimeType: source.mediaType, data: source.base64, ...named } }];
  const mimeType = typeOfAddress(source.url);
  return mimeType === undefined ? [] : [{ fileData: { mimeType, fileUri: source.url, ...named } }];
};
