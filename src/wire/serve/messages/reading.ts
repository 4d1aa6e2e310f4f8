import type { CacheTtl } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { listAt, objectAt, textAt } from '../../json-reading.ts';
import type { UnreadFields } from '../unread-fields.ts';

/** What readers of a prompt's parts share. */
export type Reading = {
  readonly unread: UnreadFields;
  /** Names of tool calls, by the id that the client gave them. */
  readonly toolNames: Map<string, string>;
  /** The body holds what this server alone can read. */
  hasOwnMarks: boolean;
};

/** A block with where it stands in the body. */
export type PlacedBlock = { readonly block: JsonObject; readonly path: string };

/** The blocks of a content; a text counts as one block. */
export const blocksOf = (content: JsonValue | undefined, path: string): readonly PlacedBlock[] => {
  if (typeof content === 'string') return [{ block: { type: 'text', text: content }, path }];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: JsonValue, index) =>
    isJsonObject(block) ? [{ block, path: `${path}[${index}]` }] : [],
  );
};

/** `cache` where the object is marked. */
export const cacheAt = (object: JsonObject): { readonly cache?: CacheTtl } => {
  const control = objectAt(object, 'cache_control');
  if (control === undefined) return {};
  return { cache: control.ttl === '1h' ? '1h' : '5m' };
};

const MAX_DEPTH = 5;

/** All text that a block of any kind holds, in order. */
export const textIn = (block: JsonObject, depth = 0): string => {
  if (depth >= MAX_DEPTH) return '';
  const inner = (value: JsonValue | undefined): readonly string[] => {
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value.filter(isJsonObject).map((one) => textIn(one, depth + 1));
    return isJsonObject(value) ? [textIn(value, depth + 1)] : [];
  };
  return [
    textAt(block, 'title'),
    textAt(block, 'url'),
    textAt(block, 'text'),
    ...inner(block.content),
    textAt(block, 'stdout'),
    textAt(block, 'stderr'),
    ...(objectAt(block, 'source')?.type === 'text' ? [textAt(objectAt(block, 'source'), 'data')] : []),
  ]
    .filter((text) => text !== undefined && text !== '')
    .join('\n');
};

/** Whether there is anything in a member: neither nothing, nor an empty list. */
export const isFilled = (object: JsonObject, key: string): boolean =>
  (object[key] ?? undefined) !== undefined &&
  !(Array.isArray(object[key]) && listAt(object, key).length === 0);
