/**
 * Reads recordings by adding up their raw fields, without any of the product's code, to compare with. It trusts
 * what it reads, and knows only what occurs in the recordings.
 */
import type { Recording } from './recordings.ts';

// biome-ignore lint/suspicious/noExplicitAny: raw answers are compared as they are, whatever they hold.
type Raw = any;

export type Plain = {
  text: string;
  reasoning: string;
  toolCalls: { name: string; arguments: unknown }[];
  /** Totals as the provider counts; undefined where it does not say. */
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  cacheReadTokens: number;
  /** Undefined where the provider does not tell. */
  reasoningTokens: number | undefined;
  finishReason: string | undefined;
  isWhole: boolean;
  hasError: boolean;
};

const dataOf = (body: string): readonly string[] =>
  body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim());

const empty = (): Plain => ({
  text: '',
  reasoning: '',
  toolCalls: [],
  inputTokens: undefined,
  outputTokens: undefined,
  cacheReadTokens: 0,
  reasoningTokens: undefined,
  finishReason: undefined,
  isWhole: false,
  hasError: false,
});

const parseArguments = (text: string): unknown => JSON.parse(text.trim() || '{}');

const readOpenAi = ({ body, isStream }: Recording): Plain => {
  const plain = empty();
  const data = isStream ? dataOf(body) : [body];
  plain.isWhole = !isStream || data.includes('[DONE]');
  const calls = new Map<number, { name: string; arguments: string }>();
  let usage: Raw;
  for (const line of data) {
    if (line === '[DONE]') continue;
    const chunk: Raw = JSON.parse(line);
    if (chunk.error) plain.hasError = true;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    if (!choice) continue;
    if (choice.finish_reason) plain.finishReason = choice.finish_reason;
    const message = choice.delta ?? choice.message;
    if (Array.isArray(message.content)) {
      for (const part of message.content) {
        if (part.type === 'text') plain.text += part.text;
        else for (const piece of part.thinking) plain.reasoning += piece.text;
      }
    } else plain.text += message.content ?? '';
    plain.reasoning += message.reasoning_content ?? message.reasoning ?? '';
    for (const [position, call] of (message.tool_calls ?? []).entries()) {
      const key = call.index ?? position;
      const known = calls.get(key) ?? { name: '', arguments: '' };
      known.name ||= call.function.name ?? '';
      known.arguments += call.function.arguments ?? '';
      calls.set(key, known);
    }
  }
  plain.isWhole ||= plain.finishReason !== undefined;
  plain.toolCalls = [...calls.values()].map((call) => ({
    name: call.name,
    arguments: parseArguments(call.arguments),
  }));
  if (usage) {
    plain.inputTokens = usage.prompt_tokens;
    plain.outputTokens = usage.total_tokens - usage.prompt_tokens;
    plain.cacheReadTokens = usage.prompt_tokens_details?.cached_tokens ?? usage.cached_tokens ?? 0;
    plain.reasoningTokens = usage.completion_tokens_details?.reasoning_tokens;
  }
  return plain;
};

/** Ids of items rotate in some recordings: what belongs together has one `output_index`. */
const readResponses = ({ body, isStream }: Recording): Plain => {
  const plain = empty();
  let response: Raw;
  if (isStream) {
    const calls = new Map<number, { name: string; arguments: string }>();
    const summaries = new Map<number, string[]>();
    const contents = new Map<number, string>();
    for (const line of dataOf(body)) {
      if (line === '[DONE]') continue;
      const event: Raw = JSON.parse(line);
      switch (event.type) {
        case 'response.output_text.delta':
          plain.text += event.delta;
          break;
        case 'response.reasoning_summary_text.delta': {
          const parts = summaries.get(event.output_index) ?? [];
          parts[event.summary_index] = (parts[event.summary_index] ?? '') + event.delta;
          summaries.set(event.output_index, parts);
          break;
        }
        case 'response.reasoning_text.delta':
          contents.set(event.output_index, (contents.get(event.output_index) ?? '') + event.delta);
          break;
        case 'response.output_item.added':
          if (event.item.type === 'function_call')
            calls.set(event.output_index, { name: event.item.name, arguments: '' });
          break;
        case 'response.function_call_arguments.delta': {
          const call = calls.get(event.output_index);
          if (call) call.arguments += event.delta;
          break;
        }
        case 'response.output_item.done': {
          // LM Studio sends arguments here alone.
          const call = calls.get(event.output_index);
          if (call) call.arguments ||= event.item.arguments;
          break;
        }
        case 'error':
          plain.hasError = true;
          break;
        case 'response.completed':
        case 'response.incomplete':
        case 'response.failed':
          response = event.response;
          break;
      }
    }
    plain.reasoning = [...summaries.values()].map((parts) => parts.join('\n\n')).join('');
    for (const text of contents.values()) plain.reasoning += text;
    plain.toolCalls = [...calls.values()].map((call) => ({
      name: call.name,
      arguments: parseArguments(call.arguments),
    }));
  } else {
    response = JSON.parse(body);
    for (const item of response.output) {
      if (item.type === 'message') for (const part of item.content) plain.text += part.text;
      if (item.type === 'reasoning') {
        const texts = [...(item.content ?? []), ...item.summary].map((part: Raw) => part.text);
        plain.reasoning += texts.join('\n\n');
      }
      if (item.type === 'function_call')
        plain.toolCalls.push({ name: item.name, arguments: parseArguments(item.arguments) });
    }
  }
  plain.isWhole = response !== undefined;
  plain.hasError ||= response?.status === 'failed';
  plain.finishReason = response?.incomplete_details?.reason ?? response?.status;
  const usage = response?.usage;
  if (usage) {
    plain.inputTokens = usage.input_tokens;
    plain.outputTokens = usage.output_tokens;
    plain.cacheReadTokens = usage.input_tokens_details?.cached_tokens ?? 0;
    plain.reasoningTokens = usage.output_tokens_details?.reasoning_tokens;
  }
  return plain;
};

const readAnthropic = ({ body, isStream }: Recording): Plain => {
  const plain = empty();
  const usage: Raw = {};
  const addUsage = (counts: Raw): void => {
    for (const [key, count] of Object.entries(counts ?? {})) {
      if (typeof count === 'number' || key === 'iterations') usage[key] = count;
    }
    const thinking = counts?.output_tokens_details?.thinking_tokens;
    if (thinking !== undefined) plain.reasoningTokens = thinking;
  };
  if (isStream) {
    let open = new Map<number, { name: string; arguments: string; input: unknown }>();
    for (const line of dataOf(body)) {
      const event: Raw = JSON.parse(line);
      switch (event.type) {
        case 'message_start':
          open = new Map();
          addUsage(event.message.usage);
          plain.finishReason = event.message.stop_reason ?? plain.finishReason;
          for (const block of event.message.content) {
            plain.toolCalls.push({ name: block.name, arguments: block.input });
          }
          break;
        case 'content_block_start':
          plain.text += event.content_block.type === 'text' ? event.content_block.text : '';
          if (event.content_block.type === 'tool_use') {
            open.set(event.index, {
              name: event.content_block.name,
              arguments: '',
              input: event.content_block.input,
            });
          }
          break;
        case 'content_block_delta': {
          plain.text += event.delta.type === 'text_delta' ? event.delta.text : '';
          plain.reasoning += event.delta.type === 'thinking_delta' ? event.delta.thinking : '';
          const call = open.get(event.index);
          if (call) call.arguments += event.delta.partial_json ?? '';
          break;
        }
        case 'content_block_stop': {
          const call = open.get(event.index);
          if (!call) break;
          const args = call.arguments === '' ? call.input : parseArguments(call.arguments);
          plain.toolCalls.push({ name: call.name, arguments: args });
          open.delete(event.index);
          break;
        }
        case 'message_delta':
          plain.finishReason = event.delta.stop_reason ?? plain.finishReason;
          addUsage(event.usage);
          break;
        case 'message_stop':
          plain.isWhole = true;
          break;
        case 'error':
          plain.hasError = true;
          break;
      }
    }
  } else {
    const message: Raw = JSON.parse(body);
    plain.isWhole = true;
    plain.finishReason = message.stop_reason;
    addUsage(message.usage);
    for (const block of message.content) {
      if (block.type === 'text') plain.text += block.text;
      if (block.type === 'thinking') plain.reasoning += block.thinking;
      if (block.type === 'tool_use') plain.toolCalls.push({ name: block.name, arguments: block.input });
    }
  }
  // Shortening the conversation is told apart from the rest, but used and billed with it.
  const compactions = (usage.iterations ?? []).filter((one: Raw) => one.type === 'compaction');
  const total = (read: (counts: Raw) => number): number =>
    [usage, ...compactions].reduce((sum, counts) => sum + read(counts), 0);
  const cached = (counts: Raw): number => counts.cache_read_input_tokens ?? 0;
  plain.inputTokens = total(
    (counts) => counts.input_tokens + cached(counts) + (counts.cache_creation_input_tokens ?? 0),
  );
  plain.outputTokens = total((counts) => counts.output_tokens);
  plain.cacheReadTokens = total(cached);
  return plain;
};

const assign = (target: Raw, path: string, piece: Raw): void => {
  const steps = path.match(/[^$.[\]]+/g) ?? [];
  let node = target;
  for (const [position, step] of steps.entries()) {
    if (position < steps.length - 1) node = node[step] ??= /^\d+$/.test(steps[position + 1] ?? '') ? [] : {};
    else if ('stringValue' in piece) node[step] = (node[step] ?? '') + piece.stringValue;
    else node[step] = piece.numberValue ?? piece.boolValue ?? null;
  }
};

const readGemini = ({ body, isStream }: Recording): Plain => {
  const plain = empty();
  const data = isStream ? dataOf(body) : [body];
  let usage: Raw;
  for (const line of data) {
    const response: Raw = JSON.parse(line);
    if (response.usageMetadata?.totalTokenCount !== undefined) usage = response.usageMetadata;
    const candidate = response.candidates?.[0];
    plain.finishReason = candidate?.finishReason ?? plain.finishReason;
    for (const part of candidate?.content?.parts ?? []) {
      if (part.text && part.thought) plain.reasoning += part.text;
      else if (part.text) plain.text += part.text;
      const call = part.functionCall;
      if (call?.name) plain.toolCalls.push({ name: call.name, arguments: call.args ?? {} });
      for (const piece of call?.partialArgs ?? []) {
        assign(plain.toolCalls.at(-1)?.arguments, piece.jsonPath, piece);
      }
    }
  }
  plain.isWhole = plain.finishReason !== undefined;
  if (usage) {
    plain.inputTokens = usage.promptTokenCount + (usage.toolUsePromptTokenCount ?? 0);
    plain.outputTokens = usage.totalTokenCount - (plain.inputTokens ?? 0);
    plain.cacheReadTokens = usage.cachedContentTokenCount ?? 0;
    plain.reasoningTokens = usage.thoughtsTokenCount;
  }
  return plain;
};

export const readNaively = (recording: Recording): Plain => {
  switch (recording.dialect) {
    case 'openai':
      return readOpenAi(recording);
    case 'openai-responses':
      return readResponses(recording);
    case 'anthropic':
      return readAnthropic(recording);
    case 'gemini':
      return readGemini(recording);
  }
};
