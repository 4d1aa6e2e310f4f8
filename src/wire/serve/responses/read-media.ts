import type {
  FilePart,
  ImagePart,
  MediaSource,
  RemoteSource,
  UserPart,
} from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { BodyProblem, checked, type Reading } from './reading.ts';
import { AUDIO_PART, FILE_PART, IMAGE_PART } from './schema.ts';

type Source = MediaSource | RemoteSource;

const LONGEST_ADDRESS = 8_192;
const LONGEST_MEDIA_TYPE = 200;
const DATA_URL = /^data:([a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*)(?:;[^,;=]+=[^,;]+)*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** By how a file's name ends, for data that come without a type. */
const MEDIA_TYPES: { readonly [ending: string]: string } = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  xml: 'text/xml',
  json: 'application/json',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

const mediaTypeFor = (name: string | undefined): string =>
  MEDIA_TYPES[/\.([a-z]+)$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';

const base64At = (path: string, base64: string): string => {
  if (!BASE64.test(base64)) throw new BodyProblem(path, 'is not base64.');
  return base64;
};

const embedded = (path: string, url: string): MediaSource | undefined => {
  const found = DATA_URL.exec(url.slice(0, LONGEST_MEDIA_TYPE + 'data:;base64,'.length));
  if (found?.[1] === undefined) return undefined;
  return {
    kind: 'data',
    mediaType: found[1].toLowerCase(),
    base64: base64At(path, url.slice(found[0].length)),
  };
};

/** Who answers may fetch it; this server does where not all of them can. */
const remote = (path: string, url: string): RemoteSource => {
  if (url.length > LONGEST_ADDRESS || !/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new BodyProblem(
      path,
      `takes an http(s) address of up to ${LONGEST_ADDRESS} characters, or a data: URL with base64.`,
    );
  return { kind: 'remote', url, ifNeeded: true };
};

const sourceOf = (path: string, url: string): Source => embedded(path, url) ?? remote(path, url);

const readImage = (path: string, part: JsonObject, { note }: Reading): ImagePart<Source> | undefined => {
  const { image_url: url, file_id: file, detail } = checked(IMAGE_PART, part, path);
  if (url == null) {
    if (file == null) throw new BodyProblem(path, 'needs image_url.');
    note(`${path}.file_id`, true);
    return undefined;
  }
  const source = sourceOf(`${path}.image_url`, url);
  if (detail === 'low' || detail === 'high' || detail === 'auto') return { type: 'image', source, detail };
  if (detail != null) note(`${path}.detail`, false);
  return { type: 'image', source };
};

const readFile = (path: string, part: JsonObject, { note }: Reading): FilePart<Source> | undefined => {
  const { file_url: url, file_data: data, filename, file_id: file } = checked(FILE_PART, part, path);
  const name = filename == null || filename === '' ? {} : { name: filename };
  if (data != null) {
    const at = `${path}.file_data`;
    const source = embedded(at, data) ?? {
      kind: 'data',
      mediaType: mediaTypeFor(filename ?? undefined),
      base64: base64At(at, data),
    };
    return { type: 'file', source, ...name };
  }
  if (url != null) return { type: 'file', source: sourceOf(`${path}.file_url`, url), ...name };
  if (file == null) throw new BodyProblem(path, 'needs file_data or file_url.');
  note(`${path}.file_id`, true);
  return undefined;
};

const readAudio = (path: string, part: JsonObject): UserPart<Source> => {
  const { data, format } = checked(AUDIO_PART, part, path).input_audio;
  const mediaType = `audio/${format === 'mp3' ? 'mpeg' : format.toLowerCase()}`;
  if (!/^audio\/[a-z0-9.+-]+$/.test(mediaType))
    throw new BodyProblem(`${path}.input_audio.format`, 'takes a format such as wav or mp3.');
  return {
    type: 'audio',
    source: { kind: 'data', mediaType, base64: base64At(`${path}.input_audio.data`, data) },
  };
};

/** Undefined for what is no medium, and for media that only a provider has. Throws BodyProblem. */
export const readMediaPart = (
  path: string,
  part: JsonObject,
  reading: Reading,
): UserPart<Source> | undefined => {
  switch (part.type) {
    case 'input_image':
      return readImage(path, part, reading);
    case 'input_file':
      return readFile(path, part, reading);
    case 'input_audio':
      return readAudio(path, part);
    default:
      reading.note(path, true);
      return undefined;
  }
};
