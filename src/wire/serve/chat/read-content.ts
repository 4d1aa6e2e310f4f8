import type { CacheTtl, ImagePart, UserPart } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { objectAt, textAt } from '../../json-reading.ts';
import { type ClientSource, readAddress, readAudio } from '../client-media.ts';
import { BodyProblem } from '../invalid-body.ts';
import type { UnreadFields } from '../unread-fields.ts';

/** A mark for the prompt cache, as Anthropic and its relays write them. */
export const readMark = (path: string, object: JsonObject, unread: UnreadFields): CacheTtl | undefined => {
  const control = objectAt(object, 'cache_control');
  if (control === undefined) return undefined;
  const ttl = textAt(control, 'ttl') ?? '5m';
  if (control.type === 'ephemeral' && (ttl === '5m' || ttl === '1h')) return ttl;
  unread.add(`${path}.cache_control`);
  return undefined;
};

/** The mark as a member, where there is one. */
export const marked = (cache: CacheTtl | undefined): { readonly cache?: CacheTtl } =>
  cache === undefined ? {} : { cache };

const PART_FIELDS: { readonly [type: string]: ReadonlySet<string> } = {
  text: new Set(['type', 'text', 'cache_control']),
  image_url: new Set(['type', 'image_url', 'cache_control']),
  input_audio: new Set(['type', 'input_audio', 'cache_control']),
  file: new Set(['type', 'file', 'cache_control']),
  refusal: new Set(['type', 'refusal', 'cache_control']),
};
const IMAGE_FIELDS = new Set(['url', 'detail']);
const AUDIO_FIELDS = new Set(['data', 'format']);
const FILE_FIELDS = new Set(['file_data', 'filename', 'file_id']);

const isDetail = (value: JsonValue | undefined): value is NonNullable<ImagePart['detail']> =>
  value === 'low' || value === 'high' || value === 'auto';

const readImage = (path: string, part: JsonObject, unread: UnreadFields): UserPart<ClientSource> => {
  const image = part.image_url;
  if (typeof image === 'string') return { type: 'image', source: readAddress(`${path}.image_url`, image) };
  const given = isJsonObject(image) ? image : {};
  const at = `${path}.image_url`;
  unread.addUnknown(at, given, IMAGE_FIELDS);
  const { detail } = given;
  if (detail !== undefined && detail !== null && !isDetail(detail)) unread.add(`${at}.detail`);
  return {
    type: 'image',
    source: readAddress(`${at}.url`, textAt(given, 'url') ?? ''),
    ...(isDetail(detail) && { detail }),
  };
};

/** Undefined: a file that only its own provider has. */
const readFile = (
  path: string,
  part: JsonObject,
  unread: UnreadFields,
): UserPart<ClientSource> | undefined => {
  const file = objectAt(part, 'file') ?? {};
  unread.addUnknown(`${path}.file`, file, FILE_FIELDS);
  const data = textAt(file, 'file_data');
  const name = textAt(file, 'filename');
  if (data !== undefined) {
    return {
      type: 'file',
      source: readAddress(`${path}.file.file_data`, data),
      ...(name !== undefined && { name }),
    };
  }
  if (textAt(file, 'file_id') === undefined)
    throw new BodyProblem(`${path}.file`, 'needs file_data: a data: URL with base64.');
  unread.add(`${path}.file.file_id`, true);
  return undefined;
};

const readPart = (
  path: string,
  part: JsonObject,
  unread: UnreadFields,
  isEssential: boolean,
): UserPart<ClientSource> | undefined => {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textAt(part, 'text') ?? '' };
    case 'refusal':
      return { type: 'text', text: textAt(part, 'refusal') ?? '' };
    case 'image_url':
      return readImage(path, part, unread);
    case 'input_audio': {
      const audio = objectAt(part, 'input_audio') ?? {};
      const at = `${path}.input_audio`;
      unread.addUnknown(at, audio, AUDIO_FIELDS);
      const source = readAudio(at, textAt(audio, 'data') ?? '', textAt(audio, 'format') ?? '');
      return { type: 'audio', source };
    }
    case 'file':
      return readFile(path, part, unread);
    default:
      unread.add(path, isEssential);
      return undefined;
  }
};

/**
 * The parts of a message's content, in order; text alone is one part. Throws BodyProblem.
 * `isEssential`: whether the answer rests on a part of a type that is not known.
 */
export const readParts = (
  path: string,
  content: JsonValue | undefined,
  unread: UnreadFields,
  isEssential = true,
): readonly UserPart<ClientSource>[] => {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  const parts: UserPart<ClientSource>[] = [];
  for (const [index, part] of content.filter(isJsonObject).entries()) {
    const at = `${path}[${index}]`;
    const read = readPart(at, part, unread, isEssential);
    if (read === undefined) continue;
    const known = PART_FIELDS[read.type === 'text' || typeof part.type !== 'string' ? 'text' : part.type];
    if (known !== undefined && part.type !== 'refusal') unread.addUnknown(at, part, known);
    const cache = readMark(at, part, unread);
    parts.push(cache === undefined ? read : { ...read, cache });
  }
  return parts;
};

export type MarkedText = { readonly text: string; readonly cache?: CacheTtl };

/**
 * Content that can only be text, in pieces that each end in a mark or with the content. Whatever else is there is
 * essential, and not read.
 */
export const readTexts = (
  path: string,
  content: JsonValue | undefined,
  unread: UnreadFields,
  between: string,
): readonly MarkedText[] => {
  if (typeof content === 'string') return [{ text: content }];
  const pieces: MarkedText[] = [];
  let open: string[] = [];
  for (const [index, part] of readParts(path, content, unread).entries()) {
    if (part.type !== 'text') {
      unread.add(`${path}[${index}]`, true);
      continue;
    }
    open.push(part.text);
    if (part.cache === undefined) continue;
    pieces.push({ text: open.join(between), cache: part.cache });
    open = [];
  }
  return open.length === 0 ? pieces : [...pieces, { text: open.join(between) }];
};

/** The same as one text; a mark inside of it moves to its end. */
export const readText = (
  path: string,
  content: JsonValue | undefined,
  unread: UnreadFields,
  between: string,
): MarkedText => {
  const pieces = readTexts(path, content, unread, between);
  const [only] = pieces;
  if (pieces.length <= 1) return only ?? { text: '' };
  const text = pieces.map((piece) => piece.text).join(between);
  return { text, ...marked(pieces.findLast(({ cache }) => cache !== undefined)?.cache) };
};
