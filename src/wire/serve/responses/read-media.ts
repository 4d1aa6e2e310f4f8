import type { FilePart, ImagePart, UserPart } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { type ClientSource, checkedBase64, readAddress, readAudio, readDataUrl } from '../client-media.ts';
import { holdObject } from '../hold-body.ts';
import { BodyProblem } from '../invalid-body.ts';
import type { UnreadFields } from '../unread-fields.ts';
import { AUDIO_PART, FILE_PART, IMAGE_PART } from './schema.ts';

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

const readImage = (
  path: string,
  part: JsonObject,
  unread: UnreadFields,
): ImagePart<ClientSource> | undefined => {
  const { image_url: url, file_id: file, detail } = holdObject(IMAGE_PART, part, path);
  if (url == null) {
    if (file == null) throw new BodyProblem(path, 'needs image_url.');
    unread.add(`${path}.file_id`, true);
    return undefined;
  }
  const source = readAddress(`${path}.image_url`, url);
  if (detail === 'low' || detail === 'high' || detail === 'auto') return { type: 'image', source, detail };
  if (detail != null) unread.add(`${path}.detail`);
  return { type: 'image', source };
};

const readFile = (
  path: string,
  part: JsonObject,
  unread: UnreadFields,
): FilePart<ClientSource> | undefined => {
  const { file_url: url, file_data: data, filename, file_id: file } = holdObject(FILE_PART, part, path);
  const name = filename == null || filename === '' ? {} : { name: filename };
  if (data != null) {
    const at = `${path}.file_data`;
    const source = readDataUrl(at, data) ?? {
      kind: 'data',
      mediaType: mediaTypeFor(filename ?? undefined),
      base64: checkedBase64(at, data),
    };
    return { type: 'file', source, ...name };
  }
  if (url != null) return { type: 'file', source: readAddress(`${path}.file_url`, url), ...name };
  if (file == null) throw new BodyProblem(path, 'needs file_data or file_url.');
  unread.add(`${path}.file_id`, true);
  return undefined;
};

const readSound = (path: string, part: JsonObject): UserPart<ClientSource> => {
  const { data, format } = holdObject(AUDIO_PART, part, path).input_audio;
  return { type: 'audio', source: readAudio(`${path}.input_audio`, data, format) };
};

/** Undefined for what is no medium, and for media that only a provider has. Throws BodyProblem. */
export const readMediaPart = (
  path: string,
  part: JsonObject,
  unread: UnreadFields,
  /** Whether the answer rests on a part of a type that is not known. */
  isEssential = true,
): UserPart<ClientSource> | undefined => {
  switch (part.type) {
    case 'input_image':
      return readImage(path, part, unread);
    case 'input_file':
      return readFile(path, part, unread);
    case 'input_audio':
      return readSound(path, part);
    default:
      unread.add(path, isEssential);
      return undefined;
  }
};
