import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import type { MediaInput } from '../../../domain/operation.ts';
import { objectsAt, textAt } from '../../json-reading.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { invalid } from '../invalid-body.ts';
import { imageFrom, isInvalid, isMedia } from './read-media.ts';

/** As many as are taken for one edit. */
const MOST_IMAGES = 16;
const LONGEST_ALT = 200;

type Named = { readonly path: string; readonly address: string };

/** Addresses of images in Markdown: `![…](address)`. Each character is looked at once or twice, however they are nested. */
const markdownImages = (text: string): { readonly addresses: readonly string[]; readonly rest: string } => {
  const addresses: string[] = [];
  const rest: string[] = [];
  let from = 0;
  for (let middle = text.indexOf(']('); middle !== -1; middle = text.indexOf('](', from)) {
    const end = text.indexOf(')', middle);
    if (end === -1) break;
    const start = Math.max(from, middle - LONGEST_ALT);
    const opening = text.slice(start, middle).lastIndexOf('![');
    const address = text.slice(middle + 2, end);
    const isImage = opening !== -1 && /^(https?:\/\/|data:image\/)/i.test(address);
    if (isImage) addresses.push(address);
    rest.push(text.slice(from, isImage ? start + opening : end + 1));
    from = end + 1;
  }
  rest.push(text.slice(from));
  return { addresses, rest: rest.join('') };
};

const addressOf = (part: JsonObject): string | undefined => {
  const image = part.image_url;
  return isJsonObject(image) ? textAt(image, 'url') : textAt(part, 'image_url');
};

type ReadMessage = {
  readonly text: string;
  readonly images: readonly Named[];
  /** Parts that are neither text nor an image. */
  readonly unread: readonly string[];
};

const readParts = (parts: readonly JsonValue[], path: string): ReadMessage | InvalidBody => {
  const texts: string[] = [];
  const images: Named[] = [];
  const unread: string[] = [];
  for (const [index, part] of parts.entries()) {
    const at = `${path}[${index}]`;
    if (!isJsonObject(part)) return invalid(at, 'takes an object with a `type`.');
    if (part.type === 'text') {
      if (typeof part.text !== 'string') return invalid(`${at}.text`, 'takes text.');
      texts.push(part.text);
    } else if (part.type === 'image_url') {
      const address = addressOf(part);
      if (address === undefined) return invalid(`${at}.image_url.url`, 'takes an address or a data: URL.');
      images.push({ path: `${at}.image_url.url`, address });
    } else unread.push(at);
  }
  return { text: texts.join('\n'), images, unread };
};

const readMessage = (message: JsonObject, path: string): ReadMessage | InvalidBody => {
  const { role, content } = message;
  const at = `${path}.content`;
  if (Array.isArray(content)) return readParts(content, at);
  if (content !== null && content !== undefined && typeof content !== 'string')
    return invalid(at, 'takes text or a list of parts.');
  const text = content ?? '';
  if (role !== 'assistant') return { text, images: [], unread: [] };
  const { addresses, rest } = markdownImages(text);
  const made = objectsAt(message, 'images').flatMap((part, index) => {
    const address = addressOf(part);
    return address === undefined ? [] : [{ path: `${path}.images[${index}]`, address }];
  });
  return {
    text: rest,
    images: [...addresses.map((address) => ({ path: at, address })), ...made],
    unread: [],
  };
};

export type ReadConversation = {
  readonly kind: 'OK';
  readonly prompt: string;
  readonly images: readonly MediaInput[];
  readonly unread: readonly string[];
};

/** Each address once, where it came last. */
const latest = (images: readonly Named[]): readonly Named[] => [
  ...new Map(images.toReversed().map((image) => [image.address, image])).values(),
];

/**
 * What a conversation asks an image model for: the prompt is the text of the user's last message, all images are to be
 * edited, the latest ones where there are too many. What else was said is unread.
 */
export const readConversation = (messages: readonly JsonObject[]): ReadConversation | InvalidBody => {
  const images: Named[] = [];
  const unread: string[] = [];
  const lastIndex = messages.findLastIndex(({ role }) => role === 'user');
  if (lastIndex === -1)
    return invalid('messages', 'has no message of the role user, which says what to show.');
  let prompt = '';
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    const read = readMessage(message, path);
    if ('kind' in read) return read;
    if (index === lastIndex) prompt = read.text.trim();
    else if (read.text.trim() !== '') unread.push(`${path}.content`);
    images.push(...read.images);
    unread.push(...read.unread);
  }
  if (prompt === '')
    return invalid(`messages[${lastIndex}].content`, 'has no text, which says what to show.');
  const newestFirst = latest(images);
  const loaded = newestFirst
    .slice(0, MOST_IMAGES)
    .toReversed()
    .map(({ path, address }) => imageFrom(path, address));
  const problem = loaded.find(isInvalid);
  if (problem !== undefined) return problem;
  unread.push(...newestFirst.slice(MOST_IMAGES).map(({ path }) => path));
  return { kind: 'OK', prompt, images: loaded.filter(isMedia), unread };
};
