import type { AudioFormat, Media, MediaInput } from '../../domain/operation.ts';
import { isBase64 } from '../base64.ts';

export const base64Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** Undefined for what is empty or no base64. */
export const bytesOfBase64 = (text: string): Uint8Array | undefined => {
  if (!isBase64(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.byteLength > 0 ? bytes : undefined;
};

export const dataUrlOf = (media: Media): string => `data:${media.mediaType};base64,${base64Of(media.bytes)}`;

/** What kind of picture the bytes are, by how they begin; undefined where they are none that is known. */
const imageTypeOf = (bytes: Uint8Array): string | undefined => {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  return head.startsWith('GIF8') ? 'image/gif' : undefined;
};

/** A picture that came as base64; undefined for what is none. */
export const imageOf = (base64: string, statedType?: string): Media | undefined => {
  const bytes = bytesOfBase64(base64);
  if (bytes === undefined) return undefined;
  return { bytes, mediaType: imageTypeOf(bytes) ?? statedType ?? 'application/octet-stream' };
};

/** A picture that came as an address, or as a data URL. */
export const imageAt = (url: string): MediaInput | undefined => {
  const data = /^data:([^;,]{1,100})?(?:;[^,]{0,100})?;base64,/.exec(url);
  if (data) return imageOf(url.slice(data[0].length), data[1]);
  return /^https?:\/\//i.test(url) ? { kind: 'remote', url } : undefined;
};

const AUDIO_TYPES: { readonly [Format in AudioFormat]: string } = {
  MP3: 'audio/mpeg',
  WAV: 'audio/wav',
  OPUS: 'audio/ogg',
  AAC: 'audio/aac',
  FLAC: 'audio/flac',
  PCM: 'audio/pcm',
};
export const audioTypeOf = (format: AudioFormat): string => AUDIO_TYPES[format];

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/mp4', 'mp4'],
  ['audio/m4a', 'm4a'],
  ['audio/x-m4a', 'm4a'],
  ['audio/wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/webm', 'webm'],
  ['audio/ogg', 'ogg'],
  ['audio/opus', 'ogg'],
  ['audio/flac', 'flac'],
  ['audio/x-flac', 'flac'],
  ['audio/aac', 'aac'],
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
]);

/** A file name with an extension, as that is what servers go by to tell formats apart. */
export const fileNameOf = (media: Media, stem: string): string => {
  if (media.name !== undefined && /\.[A-Za-z0-9]{2,5}$/.test(media.name)) return media.name;
  const type = media.mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  return `${media.name ?? stem}.${EXTENSIONS.get(type) ?? 'bin'}`;
};
