import type {
  CompletionRequest,
  MediaSource,
  Message,
  OutputFormat,
  ReasoningBlock,
  ReasoningEffort,
  Tool,
  ToolCall,
  ToolChoice,
  UserPart,
} from '../../../src/domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/domain/json.ts';
import { countAt, listAt, objectAt, objectsAt, textAt } from '../../../src/wire/json-reading.ts';
import { sealCall, sealReasoning } from '../../../src/wire/openai-responses/seals.ts';
import type { RecordedRequest } from './recorded-requests.ts';

/** The logical input of a request. What it does not read shows as a difference between the bodies. */
export type ReadRequest = {
  readonly model: string;
  readonly stream: boolean;
  readonly request: CompletionRequest;
};

const numberAt = (object: JsonObject, key: string): number | undefined =>
  typeof object[key] === 'number' ? object[key] : undefined;

const given = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });

const toolOf = (tool: JsonObject, parameters: string): Tool => ({
  name: textAt(tool, 'name') ?? '',
  ...given('description', typeof tool.description === 'string' ? tool.description : undefined),
  parameters: objectAt(tool, parameters) ?? {},
  ...given('strict', typeof tool.strict === 'boolean' ? tool.strict : undefined),
});

const cacheOf = (block: JsonObject) => given('cache', objectAt(block, 'cache_control') && ('5m' as const));

const sampling = (body: JsonObject) => ({
  ...given('temperature', numberAt(body, 'temperature')),
  ...given('maxOutputTokens', countAt(body, 'max_tokens')),
});

const choiceOf = (choice: JsonValue | undefined): ToolChoice | undefined => {
  const kind = isJsonObject(choice) ? choice.type : choice;
  switch (kind) {
    case 'auto':
    case 'none':
    case 'required':
      return { kind };
    case 'any':
      return { kind: 'required' };
    default:
      return undefined;
  }
};

/** What a caller means by the provider's default is what it leaves out. */
const unlessAuto = (choice: ToolChoice | undefined): ToolChoice | undefined =>
  choice?.kind === 'auto' ? undefined : choice;

// Anthropic

const sourceOf = (source: JsonObject | undefined): MediaSource =>
  source?.type === 'url'
    ? { kind: 'url', url: textAt(source, 'url') ?? '' }
    : {
        kind: 'data',
        mediaType: textAt(source, 'media_type') ?? '',
        base64: textAt(source, 'data') ?? '',
      };

const turnOf = (turn: JsonObject): readonly Message[] => {
  const blocks = objectsAt(turn, 'content');
  const text = blocks.map((block) => textAt(block, 'text') ?? '').join('');
  if (turn.role === 'assistant') {
    const reasoning: readonly ReasoningBlock[] = blocks
      .filter(({ type }) => type === 'thinking')
      .map((block) => ({
        text: textAt(block, 'thinking') ?? '',
        ...given('signature', textAt(block, 'signature')),
      }));
    const toolCalls: readonly ToolCall[] = blocks
      .filter(({ type }) => type === 'tool_use')
      .map((block) => ({
        id: textAt(block, 'id') ?? '',
        name: textAt(block, 'name') ?? '',
        arguments: JSON.stringify(block.input),
      }));
    return [{ role: 'assistant', text, reasoning, toolCalls }];
  }
  const results: readonly Message[] = blocks
    .filter(({ type }) => type === 'tool_result')
    .map((block) => ({
      role: 'tool',
      toolCallId: textAt(block, 'tool_use_id') ?? '',
      text: textAt(block, 'content') ?? '',
      isError: block.is_error === true,
    }));
  const parts = blocks.flatMap((block): readonly UserPart[] => {
    if (block.type === 'text')
      return [{ type: 'text', text: textAt(block, 'text') ?? '', ...cacheOf(block) }];
    return block.type === 'image' ? [{ type: 'image', source: sourceOf(objectAt(block, 'source')) }] : [];
  });
  return parts.length > 0 ? [...results, { role: 'user', parts }] : results;
};

const readMessages = (body: JsonObject): ReadRequest => {
  const config = objectAt(body, 'output_config');
  const schema = objectAt(objectAt(config, 'format'), 'schema');
  const thinking = objectAt(body, 'thinking');
  const effort = textAt(config, 'effort') ?? (thinking?.type === 'adaptive' ? 'high' : undefined);
  return {
    model: textAt(body, 'model') ?? '',
    stream: body.stream === true,
    request: {
      messages: objectsAt(body, 'messages').flatMap(turnOf),
      tools: objectsAt(body, 'tools')
        .filter((tool) => 'input_schema' in tool)
        .map((tool) => toolOf(tool, 'input_schema')),
      ...given('toolChoice', choiceOf(body.tool_choice)),
      ...sampling(body),
      ...given(
        'stop',
        body.stop_sequences === undefined ? undefined : listAt(body, 'stop_sequences').map(String),
      ),
      ...given('output', schema && ({ kind: 'jsonSchema', name: 'x', schema } satisfies OutputFormat)),
      ...given('reasoningMaxTokens', countAt(thinking, 'budget_tokens')),
      ...given('reasoningEffort', effort as ReasoningEffort | undefined),
    },
  };
};

// OpenAI chat completions

const plainText = (content: JsonValue | undefined): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content
          .filter(isJsonObject)
          .map((part) => textAt(part, 'text') ?? '')
          .join('')
      : '';

const firstCache = (content: JsonValue | undefined) =>
  Array.isArray(content) ? cacheOf(content.filter(isJsonObject)[0] ?? {}) : {};

const chatMessageOf = (message: JsonObject): Message => {
  const text = plainText(message.content);
  switch (message.role) {
    case 'system':
      return { role: 'system', text, ...firstCache(message.content) };
    case 'assistant': {
      const reasoning = textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning');
      return {
        role: 'assistant',
        text,
        reasoning: reasoning === undefined ? [] : [{ text: reasoning }],
        toolCalls: objectsAt(message, 'tool_calls').map((call) => {
          const called = objectAt(call, 'function');
          return {
            id: textAt(call, 'id') ?? '',
            name: textAt(called, 'name') ?? '',
            arguments: textAt(called, 'arguments') ?? '',
          };
        }),
      };
    }
    case 'tool':
      return { role: 'tool', toolCallId: textAt(message, 'tool_call_id') ?? '', text, isError: false };
    default:
      return { role: 'user', parts: [{ type: 'text', text, ...firstCache(message.content) }] };
  }
};

const readChat = (body: JsonObject): ReadRequest => ({
  model: textAt(body, 'model') ?? '',
  stream: body.stream === true,
  request: {
    messages: objectsAt(body, 'messages').map(chatMessageOf),
    tools: objectsAt(body, 'tools').map((tool) => toolOf(objectAt(tool, 'function') ?? {}, 'parameters')),
    ...given('toolChoice', unlessAuto(choiceOf(body.tool_choice))),
    ...sampling(body),
  },
});

// OpenAI Responses

type AssistantMessage = Extract<Message, { role: 'assistant' }>;

/** A reasoning item as our decoder would have given it, with its place in the answer. */
const reasoningOf = (item: JsonObject, at: number): ReasoningBlock => {
  const content = objectsAt(item, 'content');
  const parts = content.length > 0 ? content : objectsAt(item, 'summary');
  return {
    text: parts.map((part) => textAt(part, 'text') ?? '').join(''),
    signature: sealReasoning({
      id: textAt(item, 'id') ?? '',
      ...given('encryptedContent', textAt(item, 'encrypted_content')),
      text: content.length > 0 ? 'CONTENT' : 'SUMMARY',
      at,
    }),
  };
};

const callOf = (item: JsonObject): ToolCall => ({
  id: textAt(item, 'call_id') ?? '',
  name: textAt(item, 'name') ?? '',
  arguments: textAt(item, 'arguments') ?? '',
});

/** Reasoning, text and calls that follow each other are one turn of the model. */
const messagesOf = (items: readonly JsonObject[]): readonly Message[] => {
  const messages: Message[] = [];
  let place = 0;
  for (const item of items) {
    const last = messages.at(-1);
    const turn: AssistantMessage | undefined =
      last?.role === 'assistant' && last.text === '' ? last : undefined;
    const added: AssistantMessage = turn ?? { role: 'assistant', text: '', reasoning: [], toolCalls: [] };
    if (turn === undefined) place = 0;
    switch (item.type) {
      case 'reasoning':
        if (turn) messages.pop();
        messages.push({ ...added, reasoning: [...added.reasoning, reasoningOf(item, place++)] });
        break;
      case 'function_call': {
        if (turn) messages.pop();
        const signature = added.reasoning.length > 0 ? sealCall(place++) : undefined;
        const call = { ...callOf(item), ...given('signature', signature) };
        messages.push({ ...added, toolCalls: [...added.toolCalls, call] });
        break;
      }
      case 'function_call_output':
        messages.push({
          role: 'tool',
          toolCallId: textAt(item, 'call_id') ?? '',
          text: textAt(item, 'output') ?? '',
          isError: false,
        });
        break;
      default:
        messages.push(chatMessageOf(item));
    }
  }
  return messages;
};

const readResponses = (body: JsonObject): ReadRequest => {
  const instructions = textAt(body, 'instructions');
  return {
    model: textAt(body, 'model') ?? '',
    stream: body.stream === true,
    request: {
      messages: [
        ...(instructions === undefined ? [] : [{ role: 'system', text: instructions } as const]),
        ...messagesOf(objectsAt(body, 'input')),
      ],
      tools: objectsAt(body, 'tools').map((tool) => toolOf(tool, 'parameters')),
      ...given('toolChoice', unlessAuto(choiceOf(body.tool_choice))),
      ...given('output', objectAt(body, 'text') && ({ kind: 'text' } as const)),
    },
  };
};

// Gemini

const readGenerateContent = (body: JsonObject, path: string): ReadRequest => {
  const tools = isJsonObject(body.tools) ? [body.tools] : objectsAt(body, 'tools');
  return {
    model: /models\/([^:]+):/.exec(path)?.[1] ?? '',
    stream: path.includes(':stream'),
    request: {
      messages: objectsAt(body, 'contents').map((content) => ({
        role: 'user',
        parts: objectsAt(content, 'parts').map((part) => ({
          type: 'text',
          text: textAt(part, 'text') ?? '',
        })),
      })),
      tools: tools
        .flatMap((tool) => [
          ...objectsAt(tool, 'functionDeclarations'),
          ...objectsAt(tool, 'function_declarations'),
        ])
        .map((tool) => toolOf(tool, 'parameters' in tool ? 'parameters' : 'parametersJsonSchema')),
      ...given('temperature', numberAt(objectAt(body, 'generationConfig') ?? {}, 'temperature')),
    },
  };
};

export const readRequest = ({ surface, body, path }: RecordedRequest): ReadRequest => {
  switch (surface) {
    case 'messages':
      return readMessages(body);
    case 'chat':
      return readChat(body);
    case 'responses':
      return readResponses(body);
    case 'generateContent':
      return readGenerateContent(body, path);
  }
};
