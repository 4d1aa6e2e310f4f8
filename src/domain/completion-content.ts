import type { CompletionEvent } from './completion-event.ts';
import type { ReasoningBlock, ToolCall } from './completion-request.ts';
import type { Source, TokenLogprob } from './content-event.ts';

/** What a model said: the events of one completion put together. */
export type CompletionContent = {
  readonly text: string;
  readonly refusal: string;
  readonly reasoning: readonly ReasoningBlock[];
  readonly toolCalls: readonly ToolCall[];
  readonly sources: readonly Source[];
  /** Of the text's tokens, in order; empty where none were asked for or given. */
  readonly logprobs: readonly TokenLogprob[];
};

export type ContentFold = {
  /** Ignores events that carry no content. What an attempt has left that failed and is followed by another is void. */
  add(event: CompletionEvent): void;
  /** What was said so far; events added later do not change it. */
  content(): CompletionContent;
};

const sourceOf = ({ type: _type, ...source }: Extract<CompletionEvent, { type: 'source' }>): Source => source;

/** Puts events together as they come. */
export const createContentFold = (): ContentFold => {
  const text: string[] = [];
  const refusal: string[] = [];
  const reasoning: ReasoningBlock[] = [];
  let openReasoning = '';
  const toolCalls: ToolCall[] = [];
  const sources: Source[] = [];
  const logprobs: TokenLogprob[] = [];

  const closeReasoning = (signature?: string, redacted?: boolean): void => {
    if (openReasoning === '' && signature === undefined) return;
    reasoning.push({
      text: openReasoning,
      ...(signature !== undefined && { signature }),
      ...(redacted === true && { redacted }),
    });
    openReasoning = '';
  };

  const clear = (): void => {
    openReasoning = '';
    for (const part of [text, refusal, reasoning, toolCalls, sources, logprobs]) part.length = 0;
  };

  return {
    add(event) {
      switch (event.type) {
        case 'textDelta':
          text.push(event.text);
          if (event.logprobs !== undefined) logprobs.push(...event.logprobs);
          break;
        case 'refusalDelta':
          refusal.push(event.text);
          break;
        case 'reasoningDelta':
          if (event.redacted === true) closeReasoning();
          openReasoning += event.text;
          if (event.signature !== undefined) closeReasoning(event.signature, event.redacted);
          break;
        case 'toolCallEnded':
          toolCalls.push({
            id: event.id,
            name: event.name,
            arguments: event.arguments,
            ...(event.signature !== undefined && { signature: event.signature }),
          });
          break;
        case 'source':
          sources.push(sourceOf(event));
          break;
        case 'attemptFailed':
          if (event.willRetry) clear();
          break;
        default:
          break;
      }
    },
    content: () => ({
      text: text.join(''),
      refusal: refusal.join(''),
      reasoning: openReasoning === '' ? [...reasoning] : [...reasoning, { text: openReasoning }],
      toolCalls: [...toolCalls],
      sources: [...sources],
      logprobs: [...logprobs],
    }),
  };
};
