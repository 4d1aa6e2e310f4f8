import type {
  CompletionRequest,
  MediaSource,
  Message,
  OutputFormat,
  ToolChoice,
  UserPart,
} from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { CompletionRefusal } from '../../../domain/refusal.ts';
import type { CompletionCommand, CompletionTimeouts } from '../../../gateway/completion-command.ts';
import { present } from '../present.ts';
import type { CompletionInputShape } from './completion-input.ts';

/** The graph's input in the words of the core, or why it makes no sense. */
export type ParsedInput =
  | { readonly kind: 'OK'; readonly command: CompletionCommand; readonly coalesceMs: number }
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal };

/** Ends the reading of an input; caught in this file alone. */
class InputProblem extends Error {
  readonly path: string;
  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
  }
}

type MessageShape = CompletionInputShape['messages'][number];
type PartShape = NonNullable<NonNullable<MessageShape['user']>['parts']>[number];
type SourceShape = NonNullable<PartShape['image']>['source'];

const DATA_URL = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+);base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const imageData = (path: string, mediaType: string, base64: string): MediaSource => {
  if (!mediaType.startsWith('image/')) throw new InputProblem(path, `is ${mediaType}; takes an image.`);
  if (!BASE64.test(base64)) throw new InputProblem(path, 'is not base64.');
  return { kind: 'data', mediaType, base64 };
};

const imageSource = (path: string, { url, data }: SourceShape): MediaSource => {
  if (data != null) return imageData(`${path}.data`, data.mediaType, data.base64);
  const address = url ?? '';
  const embedded = DATA_URL.exec(address);
  if (embedded?.[1] !== undefined)
    return imageData(`${path}.url`, embedded[1], address.slice(embedded[0].length));
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    throw new InputProblem(`${path}.url`, 'takes an http(s) address or a data: URL with base64.');
  }
  return { kind: 'url', url: address };
};

const userPart = (path: string, { text, image }: PartShape): UserPart => {
  if (image == null) return { type: 'text', text: text ?? '' };
  return {
    type: 'image',
    source: imageSource(`${path}.image.source`, image.source),
    ...(image.detail != null && { detail: image.detail }),
  };
};

const message = (path: string, { system, user, assistant, tool }: MessageShape): Message => {
  if (system != null) return { role: 'system', text: system.text };
  if (user != null) {
    const parts = user.parts?.map((part, index) => userPart(`${path}.user.parts[${index}]`, part));
    return { role: 'user', parts: parts ?? [{ type: 'text', text: user.text ?? '' }] };
  }
  if (assistant != null) {
    return {
      role: 'assistant',
      text: assistant.text,
      reasoning: (assistant.reasoning ?? []).map((block) => ({
        text: block.text,
        ...(block.signature != null && { signature: block.signature }),
        ...(block.redacted && { redacted: true }),
      })),
      toolCalls: (assistant.toolCalls ?? []).map((call) => ({
        id: call.id,
        name: call.name,
        arguments: call.arguments,
        ...(call.signature != null && { signature: call.signature }),
      })),
    };
  }
  if (tool != null)
    return { role: 'tool', toolCallId: tool.toolCallId, text: tool.text, isError: tool.isError };
  throw new InputProblem(path, 'needs one of system, user, assistant, tool.');
};

const toolChoice = (input: CompletionInputShape['toolChoice']): ToolChoice | undefined => {
  if (input == null) return undefined;
  if (input.tool != null) return { kind: 'tool', name: input.tool };
  return input.mode == null ? undefined : { kind: input.mode };
};

const output = (input: CompletionInputShape['output']): OutputFormat | undefined => {
  if (input == null) return undefined;
  if (input.format != null) return { kind: input.format };
  const schema = input.jsonSchema;
  if (schema == null) return undefined;
  return {
    kind: 'jsonSchema',
    name: schema.name,
    schema: schema.schema,
    ...(schema.description != null && { description: schema.description }),
    ...(schema.strict != null && { strict: schema.strict }),
  };
};

const MAX_TAGS = 16;
const MAX_TAG_NAME = 64;
const MAX_TAG_VALUE = 512;

const metadata = (input: JsonObject | null | undefined): { readonly [key: string]: string } | undefined => {
  if (input == null) return undefined;
  const tags: [string, string][] = [];
  for (const [name, value] of Object.entries(input)) {
    // It would get lost on the way: objects have it without being given it.
    if (name === '__proto__') throw new InputProblem('metadata', 'takes no tag called __proto__.');
    if (typeof value !== 'string')
      throw new InputProblem(`metadata.${name.slice(0, MAX_TAG_NAME)}`, 'takes text.');
    if (name.length > MAX_TAG_NAME || value.length > MAX_TAG_VALUE) {
      throw new InputProblem(
        `metadata.${name.slice(0, MAX_TAG_NAME)}`,
        `takes names of up to ${MAX_TAG_NAME} and values of up to ${MAX_TAG_VALUE} characters.`,
      );
    }
    tags.push([name, value]);
  }
  if (tags.length > MAX_TAGS) throw new InputProblem('metadata', `takes up to ${MAX_TAGS} tags.`);
  return Object.fromEntries(tags);
};

const MAX_TIMEOUT_MS = 3_600_000;

const timeouts = (
  input: CompletionInputShape['timeouts'],
  defaults: CompletionTimeouts,
): CompletionTimeouts => {
  const given = present(input ?? {});
  for (const [name, value] of Object.entries(given)) {
    if (value < 1 || value > MAX_TIMEOUT_MS)
      throw new InputProblem(`timeouts.${name}`, `takes 1 to ${MAX_TIMEOUT_MS}.`);
  }
  return { ...defaults, ...given };
};

const MAX_COALESCE_MS = 1_000;
const MAX_USER = 256;

const request = (input: CompletionInputShape): CompletionRequest => {
  const { temperature, topP, topK, frequencyPenalty, presencePenalty, seed, stop } = input;
  const { maxOutputTokens, parallelToolCalls, user } = input;
  const choice = toolChoice(input.toolChoice);
  const format = output(input.output);
  const tags = metadata(input.metadata);
  const { effort, maxTokens } = input.reasoning ?? {};
  if (user != null && user.length > MAX_USER)
    throw new InputProblem('user', `takes up to ${MAX_USER} characters.`);
  return {
    messages: input.messages.map((each, index) => message(`messages[${index}]`, each)),
    tools: (input.tools ?? []).map((tool) => ({
      name: tool.name,
      parameters: tool.parameters,
      ...(tool.description != null && { description: tool.description }),
      ...(tool.strict != null && { strict: tool.strict }),
    })),
    ...present({ temperature, topP, topK, frequencyPenalty, presencePenalty, seed, stop }),
    ...present({ maxOutputTokens, parallelToolCalls, user }),
    ...(choice !== undefined && { toolChoice: choice }),
    ...(format !== undefined && { output: format }),
    ...(tags !== undefined && { metadata: tags }),
    ...(effort != null && { reasoningEffort: effort }),
    ...(maxTokens != null && { reasoningMaxTokens: maxTokens }),
  };
};

/** Reads what GraphQL's types cannot say; the core checks the rest. */
export const completionCommand = (input: CompletionInputShape, defaults: CompletionTimeouts): ParsedInput => {
  try {
    if (input.coalesceMs < 0 || input.coalesceMs > MAX_COALESCE_MS) {
      throw new InputProblem('coalesceMs', `takes 0 to ${MAX_COALESCE_MS}.`);
    }
    return {
      kind: 'OK',
      coalesceMs: input.coalesceMs,
      command: {
        model: input.model,
        request: request(input),
        streamUpstream: input.streamUpstream,
        unsupported: input.unsupported,
        timeouts: timeouts(input.timeouts, defaults),
      },
    };
  } catch (error) {
    if (!(error instanceof InputProblem)) throw error;
    return {
      kind: 'REFUSED',
      refusal: { code: 'INVALID_INPUT', path: `input.${error.path}`, problem: error.message },
    };
  }
};
