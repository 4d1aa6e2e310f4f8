const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

/** How files begin: what lies at which places of each. */
const SIGNATURES: readonly (readonly [
  mediaType: string,
  ...places: readonly (readonly [number, readonly number[]])[],
])[] = [
  ['image/png', [0, [0x89, ...ascii('PNG\r\n\x1a\n')]]],
  ['image/jpeg', [0, [0xff, 0xd8, 0xff]]],
  ['image/gif', [0, ascii('GIF8')]],
  ['image/webp', [0, ascii('RIFF')], [8, ascii('WEBP')]],
  ['image/avif', [4, ascii('ftypavif')]],
  ['image/heic', [4, ascii('ftypheic')]],
  ['image/bmp', [0, ascii('BM')], [6, [0, 0, 0, 0]]],
  ['application/pdf', [0, ascii('%PDF-')]],
  ['audio/wav', [0, ascii('RIFF')], [8, ascii('WAVE')]],
  ['audio/mpeg', [0, ascii('ID3')]],
  ['audio/mpeg', [0, [0xff, 0xfb]]],
  ['audio/mpeg', [0, [0xff, 0xf3]]],
  ['audio/mpeg', [0, [0xff, 0xf2]]],
  ['audio/aac', [0, [0xff, 0xf1]]],
  ['audio/aac', [0, [0xff, 0xf9]]],
  ['audio/ogg', [0, ascii('OggS')]],
  ['audio/flac', [0, ascii('fLaC')]],
  ['audio/mp4', [4, ascii('ftypM4A')]],
  ['video/mp4', [4, ascii('ftyp')]],
  ['video/webm', [0, [0x1a, 0x45, 0xdf, 0xa3]]],
];

/** Undefined for bytes that begin like nothing that is known. */
export const sniffedMediaType = (bytes: Uint8Array): string | undefined =>
  SIGNATURES.find(([, ...places]) =>
    places.every(([at, expected]) => expected.every((byte, index) => bytes[at + index] === byte)),
  )?.[0];

/** What a server or a caller says bytes are where it says something, else what they look like. */
export const mediaTypeOf = (stated: string, bytes: Uint8Array): string =>
  stated === '' || stated === 'application/octet-stream' || stated === 'binary/octet-stream'
    ? (sniffedMediaType(bytes) ?? 'application/octet-stream')
    : stated;

/** What a piece of a request can be. */
export type MediaUse = 'image' | 'audio' | 'recording' | 'file';

/** Recordings may be films: what is said in them is transcribed. Films that a model shall see are files. */
const FITS: { readonly [Use in MediaUse]: RegExp } = {
  image: /^image\//,
  audio: /^(audio\/|application\/ogg$|video\/(mp4|webm|ogg)$)/,
  recording: /^(audio|video)\/|^application\/ogg$/,
  file: /^(?!image\/|audio\/)./,
};

const TAKES: { readonly [Use in MediaUse]: string } = {
  image: 'an image',
  audio: 'audio',
  recording: 'audio or video',
  file: 'a document',
};

/** Says for a person why the media cannot be used so; undefined where they can. */
export const mediaTypeProblem = (use: MediaUse, mediaType: string): string | undefined =>
  FITS[use].test(mediaType) ? undefined : `is ${mediaType.slice(0, 100)}; takes ${TAKES[use]}.`;
