import type { UserPart } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { objectAt, textAt } from '../../json-reading.ts';
import type { ClientSource } from '../client-media.ts';
import { blocksOf, cacheAt, isFilled, type PlacedBlock, type Reading, textIn } from './reading.ts';

export type ClientPart = UserPart<ClientSource>;

const TEXT_FIELDS = new Set(['type', 'text', 'cache_control', 'citations']);
const IMAGE_FIELDS = new Set(['type', 'source', 'cache_control']);
const DOCUMENT_FIELDS = new Set(['type', 'source', 'title', 'context', 'citations', 'cache_control']);
const SEARCH_FIELDS = new Set(['type', 'source', 'title', 'content', 'citations', 'cache_control']);

const textPart = (text: string): readonly ClientPart[] => (text === '' ? [] : [{ type: 'text', text }]);

/** A base64 or url source; none for a file that is stored at Anthropic. */
const mediaSource = (source: JsonObject | undefined): ClientSource | undefined => {
  const url = textAt(source, 'url');
  if (source?.type === 'url' && url !== undefined) return { kind: 'remote', url, ifNeeded: true };
  const data = textAt(source, 'data');
  if (source?.type !== 'base64' || data === undefined) return undefined;
  return { kind: 'data', mediaType: textAt(source, 'media_type') ?? '', base64: data };
};

/** What stands for a file that only its provider has. */
const storedFile = (id: string | undefined, path: string, { unread }: Reading): readonly ClientPart[] => {
  unread.add(path, true);
  return textPart(`[file ${id ?? ''}]`);
};

const readImage = ({ block, path }: PlacedBlock, reading: Reading): readonly ClientPart[] => {
  reading.unread.addUnknown(path, block, IMAGE_FIELDS);
  const given = objectAt(block, 'source');
  const source = mediaSource(given);
  return source === undefined
    ? storedFile(textAt(given, 'file_id'), `${path}.source`, reading)
    : [{ type: 'image', source }];
};

const addCitations = (block: JsonObject, path: string, { unread }: Reading): void => {
  if (objectAt(block, 'citations')?.enabled === true) unread.add(`${path}.citations`);
};

const readDocument = ({ block, path }: PlacedBlock, reading: Reading): readonly ClientPart[] => {
  reading.unread.addUnknown(path, block, DOCUMENT_FIELDS);
  addCitations(block, path, reading);
  const given = objectAt(block, 'source');
  const title = textAt(block, 'title');
  const context = textAt(block, 'context');
  const source = mediaSource(given);
  if (source !== undefined) {
    return [
      ...textPart(context ?? ''),
      { type: 'file', source, ...(title !== undefined && { name: title }) },
    ];
  }
  const heading = textPart([title, context].filter((line) => line !== undefined).join('\n'));
  switch (given?.type) {
    case 'text':
      return [...heading, ...textPart(textAt(given, 'data') ?? '')];
    case 'content':
      return [
        ...heading,
        ...blocksOf(given.content, `${path}.source.content`).flatMap((one) => readUserParts(one, reading)),
      ];
    default:
      return storedFile(textAt(given, 'file_id'), `${path}.source`, reading);
  }
};

const readSearchResult = ({ block, path }: PlacedBlock, reading: Reading): readonly ClientPart[] => {
  reading.unread.addUnknown(path, block, SEARCH_FIELDS);
  addCitations(block, path, reading);
  const lines = [textAt(block, 'title'), textAt(block, 'source'), textIn({ content: block.content ?? null })];
  return textPart(lines.filter((line) => line !== undefined && line !== '').join('\n'));
};

/** A block whose kind has no counterpart: the text that it holds. What holds none may be the heart of the question. */
const readOther = (
  { block, path }: PlacedBlock,
  { unread }: Reading,
  isResult: boolean,
): readonly ClientPart[] => {
  const text = textIn(block);
  unread.add(path, text === '' && !isResult);
  return textPart(text === '' ? `[${(textAt(block, 'type') ?? '').slice(0, 100)}]` : text);
};

const partsOf = (placed: PlacedBlock, reading: Reading, isResult: boolean): readonly ClientPart[] => {
  const { block, path } = placed;
  switch (block.type) {
    case 'text':
      reading.unread.addUnknown(path, block, TEXT_FIELDS);
      if (isFilled(block, 'citations')) reading.unread.add(`${path}.citations`);
      return textPart(textAt(block, 'text') ?? '');
    case 'image':
      return readImage(placed, reading);
    case 'document':
      return readDocument(placed, reading);
    case 'search_result':
      return readSearchResult(placed, reading);
    case 'tool_reference':
      // What a search for tools found: all tools are told anyway.
      reading.unread.add(path);
      return textPart(textAt(block, 'tool_name') ?? '');
    default:
      return readOther(placed, reading, isResult);
  }
};

/** The parts that a user's block is to us; none for an empty text. A mark of the block lies on the last of them. */
export const readUserParts = (
  placed: PlacedBlock,
  reading: Reading,
  isResult = false,
): readonly ClientPart[] => {
  const parts = partsOf(placed, reading, isResult);
  const last = parts.at(-1);
  return last === undefined ? parts : [...parts.slice(0, -1), { ...last, ...cacheAt(placed.block) }];
};
