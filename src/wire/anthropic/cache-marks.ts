import type { CacheTtl } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';

/** The API refuses more in one request. */
const MOST_MARKS = 4;

/** A block with the mark that all up to and including it is to be cached. */
export const marked = (block: JsonObject, ttl: CacheTtl | undefined): JsonObject =>
  ttl === undefined ? block : { ...block, cache_control: { type: 'ephemeral', ttl } };

/** Blocks with the mark on the last of them that can carry one: reasoning cannot. */
export const markedLast = (
  blocks: readonly JsonObject[],
  ttl: CacheTtl | undefined,
): readonly JsonObject[] => {
  const last = blocks.findLastIndex(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  return ttl === undefined
    ? blocks
    : blocks.map((block, index) => (index === last ? marked(block, ttl) : block));
};

const ttlOf = (block: JsonObject): CacheTtl | undefined => {
  const control = block.cache_control;
  if (!isJsonObject(control)) return undefined;
  return control.ttl === '1h' ? '1h' : '5m';
};

const unmarked = ({ cache_control: _, ...block }: JsonObject): JsonObject => block;

export type MarkedPrompt = {
  readonly tools: readonly JsonObject[];
  readonly system: readonly JsonObject[];
  readonly messages: readonly { readonly role: string; readonly content: readonly JsonObject[] }[];
};

/**
 * The prompt with as many marks as the API takes, of which the last are worth most, and none that lives longer than
 * one before it, which the API rejects. `asked` is how many marks the request has.
 */
export const fitCacheMarks = (
  prompt: MarkedPrompt,
  asked: number,
): { readonly prompt: MarkedPrompt; readonly warnings: readonly ProviderEvent[] } => {
  if (asked === 0) return { prompt, warnings: [] };
  const blocks = [...prompt.tools, ...prompt.system, ...prompt.messages.flatMap(({ content }) => content)];
  const placed = blocks.filter((block) => ttlOf(block) !== undefined).length;
  let surplus = Math.max(0, placed - MOST_MARKS);
  let isShort = false;
  let isLowered = false;
  const fit = (block: JsonObject): JsonObject => {
    const ttl = ttlOf(block);
    if (ttl === undefined) return block;
    if (surplus > 0) {
      surplus -= 1;
      return unmarked(block);
    }
    isLowered ||= isShort && ttl === '1h';
    isShort ||= ttl === '5m';
    return isShort ? marked(block, '5m') : block;
  };
  // In the order in which the API reads a prompt.
  const tools = prompt.tools.map(fit);
  const system = prompt.system.map(fit);
  const messages = prompt.messages.map(({ role, content }) => ({ role, content: content.map(fit) }));
  const warnings = [
    ...(placed > MOST_MARKS
      ? [adjusted('cache', `Anthropic takes ${MOST_MARKS} cache marks: the last ${MOST_MARKS} were kept.`)]
      : []),
    ...(placed < asked
      ? [adjusted('cache', 'Cache marks on pieces of the prompt that are not sent were left out.')]
      : []),
    ...(isLowered
      ? [adjusted('cache', 'A cache mark of 1h after one of 5m was shortened to 5m, as Anthropic wants.')]
      : []),
  ];
  return { prompt: { tools, system, messages }, warnings };
};
