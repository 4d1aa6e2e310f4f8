import type { CompletionRequest, Tool, ToolCall } from '../../../domain/completion-request.ts';
import type { FinishReason } from '../../../domain/content-event.ts';
import { createInstanceWriter, InstanceTooLarge, type InstanceWriter } from './schema-instance.ts';

/** All that the sandbox will say, before it is paced. */
export type SandboxAnswer = {
  /** Words of reasoning, each with the space before it. */
  readonly reasoning: readonly string[];
  /** Words of text, each with the space before it. Empty where tools are called. */
  readonly words: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly inputWords: number;
};

const THOUGHT = 'There is nothing to think about here, but it shall look as if there were.'.split(' ');
const THOUGHT_LENGTH = { none: 0, minimal: 4, low: 8, medium: 16, high: 32, max: 64 };

/**
 * Splits into words, each with the space before it, the last with what follows it too, so that joining them
 * gives the text again. Space alone is one word.
 */
const wordsOf = (text: string): readonly string[] => {
  const ends = Array.from(text.matchAll(/\S+/g), (word) => word.index + word[0].length);
  if (text !== '') ends.splice(-1, 1, text.length);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};

/** What the model is asked: the last user text, or the result of the last tool. */
export const promptOf = (request: CompletionRequest): string => {
  for (const message of request.messages.toReversed()) {
    if (message.role === 'tool') return message.text;
    if (message.role === 'user')
      return message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  }
  return '';
};

/** All words of the messages. */
export const inputWordsOf = (request: CompletionRequest): number => {
  let count = 0;
  for (const message of request.messages) {
    if (message.role === 'user') {
      for (const part of message.parts) if (part.type === 'text') count += wordsOf(part.text).length;
    } else count += wordsOf(message.text).length;
  }
  return count;
};

const toolCallsFor = (
  request: CompletionRequest,
  prompt: string,
  instanceOf: InstanceWriter,
): readonly ToolCall[] => {
  const choice = request.toolChoice ?? { kind: 'auto' };
  if (choice.kind === 'none' || request.tools.length === 0) return [];
  const earlier = request.messages.flatMap((message) =>
    message.role === 'assistant' ? message.toolCalls : [],
  );
  const tools = new Map(request.tools.toReversed().map((tool) => [tool.name, tool]));
  const calls: { tool: Tool; given: string | undefined }[] = [];
  for (const [, name, given] of prompt.matchAll(/^[ \t]*call[ \t]+(\S+)[ \t]*(.*)$/gm)) {
    const tool = tools.get(name ?? '');
    if (tool && (choice.kind !== 'tool' || choice.name === name)) calls.push({ tool, given: given?.trim() });
  }
  if (calls.length === 0 && choice.kind !== 'auto') {
    const tool = request.tools.find(
      (candidate) => choice.kind === 'required' || candidate.name === choice.name,
    );
    if (tool) calls.push({ tool, given: undefined });
  }
  return (request.parallelToolCalls === false ? calls.slice(0, 1) : calls).map(({ tool, given }, index) => ({
    id: `call_${earlier.length + index + 1}`,
    name: tool.name,
    arguments: given || JSON.stringify(instanceOf(tool.parameters) ?? {}),
  }));
};

const reasoningFor = (request: CompletionRequest): readonly string[] => {
  const asked = request.reasoningEffort;
  const wanted = asked === undefined ? (request.reasoningMaxTokens ?? 0) : THOUGHT_LENGTH[asked];
  const length = Math.min(wanted, request.reasoningMaxTokens ?? wanted, THOUGHT_LENGTH.max);
  return Array.from({ length }, (_, index) => `${index === 0 ? '' : ' '}${THOUGHT[index % THOUGHT.length]}`);
};

/**
 * `text` is what the model says where neither tools nor a schema ask for something else. A text in place of an
 * answer says why there is none.
 */
export const answerTo = (request: CompletionRequest, text: string): SandboxAnswer | string => {
  try {
    return composeAnswer(request, text, createInstanceWriter());
  } catch (error) {
    if (error instanceof InstanceTooLarge) return error.message;
    throw error;
  }
};

const composeAnswer = (
  request: CompletionRequest,
  text: string,
  instanceOf: InstanceWriter,
): SandboxAnswer => {
  const reasoning = reasoningFor(request);
  const inputWords = inputWordsOf(request);
  const toolCalls = toolCallsFor(request, promptOf(request), instanceOf);
  if (toolCalls.length > 0)
    return { reasoning, words: [], toolCalls, finishReason: 'TOOL_CALLS', inputWords };

  const output = request.output ?? { kind: 'text' };
  const said =
    output.kind === 'text'
      ? text
      : JSON.stringify(output.kind === 'jsonObject' ? { text } : instanceOf(output.schema), undefined, 2);
  const cuts = (request.stop ?? []).map((stop) => said.indexOf(stop)).filter((at) => at >= 0);
  const words = wordsOf(
    said.slice(
      0,
      cuts.reduce((first, at) => Math.min(first, at), said.length),
    ),
  );
  const room = request.maxOutputTokens ?? words.length;
  return words.length > room
    ? { reasoning, words: words.slice(0, room), toolCalls, finishReason: 'LENGTH', inputWords }
    : { reasoning, words, toolCalls, finishReason: 'STOP', inputWords };
};
