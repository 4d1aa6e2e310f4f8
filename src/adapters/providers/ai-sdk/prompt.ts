import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolChoice,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type {
  CacheTtl,
  CompletionRequest,
  ImagePart,
  MediaPart,
  Message,
  ReasoningBlock,
  ToolChoice,
  UserPart,
} from '../../../domain/completion-request.ts';
import { parseJson } from '../../../domain/json.ts';

/** How a provider's marks are written in the options of a package. */
export type PromptMarks = {
  cache(ttl: CacheTtl): SharedV4ProviderOptions;
  /** How closely to look at an image; missing where the provider takes no such hint. */
  imageDetail?(detail: NonNullable<ImagePart['detail']>): SharedV4ProviderOptions;
  /** Undefined: the block cannot be passed back. */
  reasoning(block: ReasoningBlock): SharedV4ProviderOptions | undefined;
};

const marked = (
  marks: PromptMarks,
  cache: CacheTtl | undefined,
): { readonly providerOptions?: SharedV4ProviderOptions } =>
  cache === undefined ? {} : { providerOptions: marks.cache(cache) };

/** True for documents that are text, whatever kind of it. */
export const isTextual = (mediaType: string): boolean =>
  /^text\/|[/+](json|xml|yaml|x-yaml|javascript)\b/.test(mediaType);

const partOptions = (part: MediaPart, marks: PromptMarks): SharedV4ProviderOptions => ({
  ...(part.cache !== undefined && marks.cache(part.cache)),
  ...(part.type === 'image' && part.detail !== undefined && marks.imageDetail?.(part.detail)),
});

const filePart = (part: MediaPart, marks: PromptMarks): LanguageModelV4FilePart => {
  const rest = {
    type: 'file' as const,
    ...(part.type === 'file' && part.name !== undefined && { filename: part.name }),
    providerOptions: partOptions(part, marks),
  };
  if (part.source.kind === 'url') {
    return {
      ...rest,
      mediaType: part.type === 'file' ? 'application/octet-stream' : `${part.type}/*`,
      data: { type: 'url', url: new URL(part.source.url) },
    };
  }
  const { mediaType, base64 } = part.source;
  return part.type === 'file' && isTextual(mediaType)
    ? { ...rest, mediaType, data: { type: 'text', text: Buffer.from(base64, 'base64').toString('utf8') } }
    : { ...rest, mediaType, data: { type: 'data', data: base64 } };
};

const userPart = (part: UserPart, marks: PromptMarks) =>
  part.type === 'text'
    ? { type: 'text' as const, text: part.text, ...marked(marks, part.cache) }
    : filePart(part, marks);

const messageOf = (
  message: Message,
  toolNames: ReadonlyMap<string, string>,
  marks: PromptMarks,
): LanguageModelV4Message => {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text, ...marked(marks, message.cache) };
    case 'user':
      return { role: 'user', content: message.parts.map((part) => userPart(part, marks)) };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...message.reasoning.flatMap((block) => {
            const providerOptions = marks.reasoning(block);
            return providerOptions === undefined
              ? []
              : [{ type: 'reasoning' as const, text: block.text, providerOptions }];
          }),
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...message.toolCalls.map((call) => ({
            type: 'tool-call' as const,
            toolCallId: call.id,
            toolName: call.name,
            input: parseJson(call.arguments) ?? call.arguments,
          })),
        ],
        ...marked(marks, message.cache),
      };
    case 'tool':
      return {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: message.toolCallId,
            toolName: message.name ?? toolNames.get(message.toolCallId) ?? 'tool',
            output: { type: message.isError ? 'error-text' : 'text', value: message.text },
          },
        ],
        ...marked(marks, message.cache),
      };
  }
};

/** One message for each of the request's, in their order. */
export const promptOf = (messages: readonly Message[], marks: PromptMarks): LanguageModelV4Prompt => {
  const toolNames = new Map(
    messages.flatMap((message) =>
      message.role === 'assistant' ? message.toolCalls.map((call) => [call.id, call.name] as const) : [],
    ),
  );
  return messages.map((message) => messageOf(message, toolNames, marks));
};

const toolChoiceOf = (choice: ToolChoice): LanguageModelV4ToolChoice =>
  choice.kind === 'tool' ? { type: 'tool', toolName: choice.name } : { type: choice.kind };

/** What every package takes. Reasoning, tiers, tags and the like are written in each provider's own options. */
export const callOptionsOf = (request: CompletionRequest, marks: PromptMarks): LanguageModelV4CallOptions => {
  const { output } = request;
  return {
    prompt: promptOf(request.messages, marks),
    ...(request.maxOutputTokens !== undefined && { maxOutputTokens: request.maxOutputTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { topP: request.topP }),
    ...(request.topK !== undefined && { topK: request.topK }),
    ...(request.frequencyPenalty !== undefined && { frequencyPenalty: request.frequencyPenalty }),
    ...(request.presencePenalty !== undefined && { presencePenalty: request.presencePenalty }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.stop !== undefined && request.stop.length > 0 && { stopSequences: [...request.stop] }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map((tool) => ({
        type: 'function' as const,
        name: tool.name,
        inputSchema: tool.parameters as object,
        ...(tool.description !== undefined && { description: tool.description }),
        ...(tool.strict !== undefined && { strict: tool.strict }),
      })),
      ...(request.toolChoice !== undefined && { toolChoice: toolChoiceOf(request.toolChoice) }),
    }),
    ...(output !== undefined && {
      responseFormat:
        output.kind === 'text'
          ? { type: 'text' as const }
          : output.kind === 'jsonObject'
            ? { type: 'json' as const }
            : { type: 'json' as const, schema: output.schema as object, name: output.name },
    }),
  };
};
