import type { MediaPart, RequestParameter } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { openSignature } from '../../domain/signature-seal.ts';
import type { Forwarding } from '../codec.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { GO_ON, GO_ON_WARNING } from '../prefill.ts';
import { rewriteToolCallIds, type ToolCallIds } from '../tool-call-ids.ts';
import { unreadableMedia } from './documents.ts';
import type { ModelTraits } from './model-traits.ts';
import type { AnthropicPlatform } from './platform.ts';
import { isBlank } from './refused-text.ts';
import { isThinkingOn, thinkingOf } from './thinking.ts';

type Refused = ReadonlySet<RequestParameter>;

/** Ids of the calls and the results in a body, in order. */
const idsIn = (
  messages: readonly JsonValue[],
): { readonly calls: readonly string[]; readonly results: readonly string[] } => {
  const calls: string[] = [];
  const results: string[] = [];
  for (const message of messages) {
    if (!isJsonObject(message) || !Array.isArray(message.content)) continue;
    for (const block of message.content) {
      if (!isJsonObject(block)) continue;
      if (block.type === 'tool_use' && typeof block.id === 'string') calls.push(block.id);
      if (block.type === 'tool_result' && typeof block.tool_use_id === 'string')
        results.push(block.tool_use_id);
    }
  }
  return { calls, results };
};

const mediaOf = (block: JsonObject): MediaPart | undefined => {
  const source = objectAt(block, 'source');
  const type = block.type === 'image' ? 'image' : 'file';
  const url = textAt(source, 'url');
  const data = textAt(source, 'data');
  if (source?.type === 'url' && url !== undefined) return { type, source: { kind: 'url', url } };
  if (source?.type !== 'base64' || data === undefined) return undefined;
  return { type, source: { kind: 'data', mediaType: textAt(source, 'media_type') ?? '', base64: data } };
};

/** Edits the blocks of a client's own messages; undefined: the block is left out. */
class BlockEditor {
  readonly #forwarding: Forwarding;
  readonly #refused: Refused;
  readonly #platform: AnthropicPlatform;
  readonly #ids: ToolCallIds | undefined;

  constructor(
    forwarding: Forwarding,
    refused: Refused,
    platform: AnthropicPlatform,
    ids: ToolCallIds | undefined,
  ) {
    this.#forwarding = forwarding;
    this.#refused = refused;
    this.#platform = platform;
    this.#ids = ids;
  }

  edit(block: JsonObject): JsonObject | undefined {
    switch (block.type) {
      case 'text':
        return typeof block.text === 'string' && isBlank(block.text) ? undefined : block;
      case 'thinking':
        return this.#signed(block, 'signature');
      case 'redacted_thinking':
        return this.#signed(block, 'data');
      case 'image':
      case 'document':
        return this.#media(block);
      case 'tool_use':
        return this.#ids === undefined || typeof block.id !== 'string'
          ? block
          : { ...block, id: this.#ids.ofCall(block.id) };
      case 'tool_result': {
        const id = block.tool_use_id;
        const named =
          this.#ids === undefined || typeof id !== 'string'
            ? block
            : { ...block, tool_use_id: this.#ids.ofResult(id) };
        return Array.isArray(named.content) ? { ...named, content: this.blocks(named.content) } : named;
      }
      default:
        return block;
    }
  }

  /** The same list where nothing of it changes. */
  blocks(blocks: readonly JsonValue[]): readonly JsonValue[] {
    let isChanged = false;
    const edited = blocks.flatMap((block): readonly JsonValue[] => {
      if (!isJsonObject(block)) return [block];
      const kept = this.edit(block);
      isChanged ||= kept !== block;
      return kept === undefined ? [] : [kept];
    });
    return isChanged ? edited : blocks;
  }

  /** Without a signature of this provider, the API refuses the block. */
  #signed(block: JsonObject, name: 'signature' | 'data'): JsonObject | undefined {
    const signature = textAt(block, name);
    if (signature === undefined) return undefined;
    const own = openSignature(signature, this.#forwarding.providerId);
    if (own === undefined) return undefined;
    return own === signature ? block : { ...block, [name]: own };
  }

  #media(block: JsonObject): JsonObject | undefined {
    const media = mediaOf(block);
    if (media === undefined) return block;
    if (media.source.kind === 'data') return unreadableMedia(media) === undefined ? block : undefined;
    if (!this.#refused.has(media.type === 'image' ? 'imageUrl' : 'fileUrl')) return block;
    const fetched = this.#forwarding.client.fetched?.get(media.source.url);
    if (fetched === undefined || this.#platform !== 'vertex') return undefined;
    const { mediaType, base64 } = fetched;
    return { ...block, source: { type: 'base64', media_type: mediaType, data: base64 } };
  }
}

const isEmpty = (content: JsonValue | undefined): boolean =>
  typeof content === 'string' ? isBlank(content) : Array.isArray(content) && content.length === 0;

/** The end of the assistant's last text, which the API wants without white space. */
const trimmed = (content: JsonValue | undefined): JsonValue | undefined => {
  if (typeof content === 'string') return content.trimEnd();
  if (!Array.isArray(content)) return content;
  const block: JsonValue | undefined = content.at(-1);
  if (!isJsonObject(block) || block.type !== 'text' || typeof block.text !== 'string') return content;
  const text = block.text.trimEnd();
  return text === block.text ? content : content.with(-1, { ...block, text });
};

/** The members of a body that hold the conversation, without what the API refuses. */
export const forwardMessages = (
  forwarding: Forwarding,
  refused: Refused,
  traits: ModelTraits,
  platform: AnthropicPlatform,
): { readonly fields: JsonObject; readonly warnings: readonly ProviderEvent[] } => {
  const { messages, system } = forwarding.client.body;
  if (!Array.isArray(messages)) return { fields: {}, warnings: [] };
  const { calls, results } = idsIn(messages);
  const ids = rewriteToolCallIds('word-64', calls, results);
  const editor = new BlockEditor(forwarding, refused, platform, ids);
  let edited: readonly JsonValue[] = messages.flatMap((message: JsonValue): readonly JsonValue[] => {
    if (!isJsonObject(message)) return [message];
    if (!Array.isArray(message.content)) return isEmpty(message.content) ? [] : [message];
    const content = editor.blocks(message.content);
    if (isEmpty(content)) return [];
    return [content === message.content ? message : { ...message, content }];
  });
  const last = edited.at(-1);
  const warnings: ProviderEvent[] = [];
  if (isJsonObject(last) && last.role === 'assistant') {
    const content = trimmed(last.content);
    if (content !== undefined && content !== last.content) edited = edited.with(-1, { ...last, content });
    const isThinking = isThinkingOn(thinkingOf(forwarding.request, traits)) && traits.thinking === 'BUDGET';
    if (traits.rejectsPrefill || isThinking) {
      edited = [...edited, { role: 'user', content: GO_ON }];
      warnings.push(GO_ON_WARNING);
    }
  }
  const isBlankSystem = typeof system === 'string' && system !== '' && isBlank(system);
  const systemBlocks = Array.isArray(system) ? editor.blocks(system) : undefined;
  return {
    fields: {
      ...(edited.length > 0 && { messages: edited }),
      ...(isBlankSystem && { system: '' }),
      ...(systemBlocks !== undefined && systemBlocks !== system && { system: systemBlocks }),
    },
    warnings,
  };
};
