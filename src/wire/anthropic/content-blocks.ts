import type { JsonObject } from '../../domain/json.ts';
import { madeUpCallId } from '../../domain/made-up-call-id.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createCitationTracker } from '../citation-tracker.ts';
import { countAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { providerWarning } from '../warnings.ts';
import { ANSWER_TOOL } from './structured-output.ts';

type Block =
  | { readonly kind: 'text' }
  /** The arguments of our own tool, which are the text. */
  | { readonly kind: 'answer'; readonly input: string; isWhole: boolean }
  | { readonly kind: 'thinking'; signature: string }
  | {
      readonly kind: 'tool';
      readonly index: number;
      readonly id: string;
      readonly name: string;
      /** What the block began with, in case no deltas follow. */
      readonly input: string;
      arguments: string;
    };

export type ContentBlocks = {
  /** A block begins; it may hold all of its content already. */
  start(key: number, content: JsonObject | undefined): readonly ProviderEvent[];
  delta(key: number, delta: JsonObject | undefined): readonly ProviderEvent[];
  stop(key: number): readonly ProviderEvent[];
  stopAll(): readonly ProviderEvent[];
  /** Forgets what is unfinished, because the answer began anew. */
  abandon(): readonly ProviderEvent[];
  /** The last block is a call. What code that ran at the provider called has its result, and text, after it. */
  endsWithToolCall(): boolean;
  /** The only tool that was called is the one whose arguments are the answer. */
  isAnswerTool(): boolean;
};

const NONE: readonly ProviderEvent[] = [];

/** Follows the blocks of an answer. Blocks of tools that the provider runs itself are passed over. */
export const createContentBlocks = (): ContentBlocks => {
  const open = new Map<number, Block>();
  const trackCitation = createCitationTracker();
  let toolCallCount = 0;
  let isLastToolCall = false;
  let hasAnswer = false;

  const readCitation = (citation: JsonObject | undefined): readonly ProviderEvent[] =>
    trackCitation({
      url: textAt(citation, 'url') ?? textAt(citation, 'source'),
      title: textAt(citation, 'title') ?? textAt(citation, 'document_title'),
      citedText: textAt(citation, 'cited_text'),
      documentIndex: countAt(citation, 'document_index'),
    });

  const startTool = (key: number, content: JsonObject): readonly ProviderEvent[] => {
    const input = objectAt(content, 'input') ?? {};
    if (content.name === ANSWER_TOOL) {
      open.set(key, { kind: 'answer', input: JSON.stringify(input), isWhole: false });
      return NONE;
    }
    const index = toolCallCount++;
    const block: Block = {
      kind: 'tool',
      index,
      id: textAt(content, 'id') ?? madeUpCallId(),
      name: textAt(content, 'name') ?? '',
      input: JSON.stringify(input),
      arguments: '',
    };
    open.set(key, block);
    return [{ type: 'toolCallStarted', index, id: block.id, name: block.name }];
  };

  const stop = (key: number): readonly ProviderEvent[] => {
    const block = open.get(key);
    open.delete(key);
    switch (block?.kind) {
      case undefined:
      case 'text':
        return NONE;
      case 'answer':
        hasAnswer = true;
        return block.isWhole ? NONE : [{ type: 'textDelta', text: block.input }];
      case 'thinking':
        return block.signature === ''
          ? NONE
          : [{ type: 'reasoningDelta', text: '', signature: block.signature }];
      case 'tool': {
        const { index, id, name, input } = block;
        const isWhole = block.arguments.trim() !== '';
        const events: ProviderEvent[] =
          isWhole || input === '{}' ? [] : [{ type: 'toolCallDelta', index, argumentsDelta: input }];
        events.push({
          type: 'toolCallEnded',
          index,
          id,
          name,
          arguments: isWhole ? block.arguments : input,
        });
        return events;
      }
    }
  };

  return {
    start(key, content) {
      isLastToolCall = content?.type === 'tool_use' && content.name !== ANSWER_TOOL;
      switch (content?.type) {
        case 'text': {
          open.set(key, { kind: 'text' });
          const text = textAt(content, 'text');
          const events: ProviderEvent[] = text === undefined ? [] : [{ type: 'textDelta', text }];
          return [...events, ...objectsAt(content, 'citations').flatMap(readCitation)];
        }
        case 'thinking': {
          open.set(key, { kind: 'thinking', signature: textAt(content, 'signature') ?? '' });
          const text = textAt(content, 'thinking');
          return text === undefined ? NONE : [{ type: 'reasoningDelta', text }];
        }
        case 'redacted_thinking': {
          const signature = textAt(content, 'data');
          return signature === undefined
            ? NONE
            : [{ type: 'reasoningDelta', text: '', signature, redacted: true }];
        }
        case 'tool_use':
          return startTool(key, content);
        default:
          return NONE;
      }
    },
    delta(key, delta) {
      const block = open.get(key);
      switch (delta?.type) {
        case 'text_delta': {
          const text = textAt(delta, 'text');
          return text === undefined ? NONE : [{ type: 'textDelta', text }];
        }
        case 'thinking_delta': {
          const text = textAt(delta, 'thinking');
          return text === undefined ? NONE : [{ type: 'reasoningDelta', text }];
        }
        case 'signature_delta':
          if (block?.kind === 'thinking') block.signature += textAt(delta, 'signature') ?? '';
          return NONE;
        case 'input_json_delta': {
          const argumentsDelta = textAt(delta, 'partial_json');
          if (argumentsDelta === undefined) return NONE;
          if (block?.kind === 'answer') {
            block.isWhole ||= argumentsDelta.trim() !== '';
            return [{ type: 'textDelta', text: argumentsDelta }];
          }
          if (block?.kind !== 'tool') return NONE;
          block.arguments += argumentsDelta;
          return [{ type: 'toolCallDelta', index: block.index, argumentsDelta }];
        }
        case 'citations_delta':
          return readCitation(objectAt(delta, 'citation'));
        default:
          return NONE;
      }
    },
    stop,
    stopAll: () => [...open.keys()].flatMap(stop),
    abandon() {
      const isLost = [...open.values()].some((block) => block.kind === 'tool');
      open.clear();
      return isLost
        ? [providerWarning('The provider began its answer anew; an unfinished tool call was left out.')]
        : NONE;
    },
    endsWithToolCall: () => isLastToolCall,
    isAnswerTool: () => hasAnswer && toolCallCount === 0,
  };
};
