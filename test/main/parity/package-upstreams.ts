import {
  bedrockError,
  bedrockEvent,
  bedrockException,
  bedrockStream,
} from '../../fixtures/upstream/bedrock.ts';
import { cohereCallFrames, cohereError } from '../../fixtures/upstream/cohere.ts';
import { eventStream, jsonAnswer, sseFrame } from '../../support/upstream.ts';
import {
  type Counts,
  type Fault,
  type Json,
  RETRY_AFTER_SECONDS,
  type Said,
  type Upstream,
} from './meaning.ts';
import { labelledImages } from './openai-upstreams.ts';

const retryAfter = (fault: Fault): { readonly [name: string]: string } =>
  fault === 'RATE_LIMIT' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};

const COHERE_FAULTS: { readonly [Each in Fault]?: readonly [number, string] } = {
  RATE_LIMIT: [429, 'You are past the per minute request limit, please wait and try again later.'],
  QUOTA: [429, 'You are using a Trial key, which is limited to 1000 API calls / month.'],
  CONTEXT: [400, 'too many tokens: total number of tokens in the request exceeds the limit of 128000'],
  KEY: [401, 'invalid api token'],
  OVERLOAD: [503, 'service is overloaded'],
  FILTER: [498, 'blocked input: the prompt holds content that is not allowed'],
  BAD_REQUEST: [400, 'invalid request: messages must not be empty'],
  NO_MODEL: [404, "model 'command-none' not found"],
  BROKEN: [500, 'internal server error'],
};

const cohereCall = ({ id = '', name, arguments: args }: NonNullable<Said['calls']>[number]) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const cohereBlocks = ({ reasoning, text }: Said): readonly Json[] => [
  ...(reasoning === undefined ? [] : [{ type: 'thinking', thinking: reasoning.text }]),
  ...(text === undefined ? [] : [{ type: 'text', text }]),
];
const cohereUsage = ({ input, output }: Counts) => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: { input_tokens: input + 500, output_tokens: output },
});
const cohereFrame = (event: { readonly type: string; readonly [field: string]: unknown }): string =>
  sseFrame(event, event.type);

export const COHERE: Upstream = {
  name: 'cohere',
  offering: 'cohere/command-a-reasoning-08-2025',
  words: {
    STOP: 'COMPLETE',
    LENGTH: 'MAX_TOKENS',
    TOOLS: 'TOOL_CALL',
    FILTERED: 'ERROR_TOXIC',
    NOVEL: 'A_WORD_OF_2027',
  },
  tells: ({ input, output }) => ({ input, cached: 0, written: 0, output, reasoning: 0 }),
  has: {
    ids: true,
    callsAsText: true,
    signatures: false,
    refusals: false,
    lateUsage: false,
    images: false,
    history: false,
  },
  idsTaken: /^/,
  areIdsUnique: false,
  whole: (said) =>
    jsonAnswer({
      id: 'c',
      message: {
        role: 'assistant',
        content: cohereBlocks(said),
        ...(said.calls !== undefined && { tool_calls: said.calls.map(cohereCall) }),
      },
      finish_reason: COHERE.words[said.end],
      ...(said.usage !== undefined && { usage: cohereUsage(said.usage) }),
    }),
  frames: (said) => ({
    content: [
      cohereFrame({
        id: 'c',
        type: 'message-start',
        delta: {
          message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] },
        },
      }),
      ...cohereBlocks(said).flatMap((block, index) => {
        const name = block.type === 'thinking' ? 'thinking' : 'text';
        const piece = (type: string, content: object): string =>
          cohereFrame({ type, index, delta: { message: { content } } });
        return [
          piece('content-start', { type: name, [name]: '' }),
          ...[...block[name]].map((letter) => piece('content-delta', { [name]: letter })),
          cohereFrame({ type: 'content-end', index }),
        ];
      }),
      ...(said.calls ?? []).flatMap(({ id = '', name, arguments: args }, index) =>
        cohereCallFrames(index, id, name, [...args]),
      ),
    ],
    ending: [
      cohereFrame({
        type: 'message-end',
        delta: {
          finish_reason: COHERE.words[said.end],
          ...(said.usage !== undefined && { usage: cohereUsage(said.usage) }),
        },
      }),
    ],
  }),
  stream: (frames) => eventStream(frames),
  refuses(fault) {
    const [status, message] = COHERE_FAULTS[fault] ?? [];
    return status === undefined || message === undefined
      ? undefined
      : cohereError(status, message, retryAfter(fault));
  },
  fails: (fault) =>
    fault === 'BROKEN'
      ? {
          whole: jsonAnswer({
            id: 'c',
            message: { role: 'assistant', content: [] },
            finish_reason: 'ERROR',
            usage: { billed_units: { input_tokens: 1, output_tokens: 0 } },
          }),
          frame: cohereFrame({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'It broke.' } }),
        }
      : undefined,
  asked({ messages, thinking }) {
    const said: readonly Json[] = messages.filter(({ role }: Json) => role === 'assistant');
    return {
      calls: said.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }: Json) => id)),
      results: messages
        .filter(({ role }: Json) => role === 'tool')
        .map(({ tool_call_id: id, content }: Json) => ({
          id,
          text: typeof content === 'string' ? content : content.map(({ text }: Json) => text ?? '').join(''),
          images: [],
        })),
      reasoning: said.flatMap(({ tool_plan }) => tool_plan ?? []),
      signatures: [],
      effort: thinking === undefined ? undefined : thinking.type === 'disabled' ? 'OFF' : 'HIGH',
    };
  },
};

const AWS_FAULTS: { readonly [Each in Fault]?: readonly [number, string, string] } = {
  RATE_LIMIT: [429, 'ThrottlingException', 'Too many requests, please wait before trying again.'],
  QUOTA: [429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.'],
  CONTEXT: [400, 'ValidationException', 'Input is too long for requested model.'],
  KEY: [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
  OVERLOAD: [503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.'],
  BAD_REQUEST: [400, 'ValidationException', 'The model returned the following errors: messages: bad'],
  NO_MODEL: [400, 'ValidationException', 'The provided model identifier is invalid.'],
  BROKEN: [500, 'InternalServerException', 'An internal error occurred.'],
};

const awsBlocks = ({ reasoning, text, calls = [] }: Said): readonly Json[] => [
  ...(reasoning === undefined ? [] : [{ reasoningContent: { reasoningText: reasoning } }]),
  ...(text === undefined ? [] : [{ text }]),
  ...calls.map(({ id, name, arguments: args }) => ({
    toolUse: { toolUseId: id, name, input: JSON.parse(args) },
  })),
];
const awsUsage = ({ input, cached, written, output }: Counts) => ({
  inputTokens: input - cached - written,
  cacheReadInputTokens: cached,
  cacheWriteInputTokens: written,
  outputTokens: output,
  totalTokens: input + output,
});

const awsFrames = (block: Json, contentBlockIndex: number): readonly Uint8Array[] => {
  const delta = (piece: object): Uint8Array =>
    bedrockEvent('contentBlockDelta', { contentBlockIndex, delta: piece });
  const { reasoningContent, toolUse, text } = block;
  const pieces: readonly Uint8Array[] =
    reasoningContent !== undefined
      ? [
          delta({ reasoningContent: { text: reasoningContent.reasoningText.text } }),
          ...(reasoningContent.reasoningText.signature === undefined
            ? []
            : [delta({ reasoningContent: { signature: reasoningContent.reasoningText.signature } })]),
        ]
      : toolUse !== undefined
        ? [
            bedrockEvent('contentBlockStart', {
              contentBlockIndex,
              start: { toolUse: { toolUseId: toolUse.toolUseId, name: toolUse.name } },
            }),
            ...[...JSON.stringify(toolUse.input)].map((input) => delta({ toolUse: { input } })),
          ]
        : [...text].map((letter: string) => delta({ text: letter }));
  return [...pieces, bedrockEvent('contentBlockStop', { contentBlockIndex })];
};

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

export const BEDROCK: Upstream = {
  name: 'bedrock',
  offering: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  words: {
    STOP: 'end_turn',
    LENGTH: 'max_tokens',
    WINDOW: 'model_context_window_exceeded',
    TOOLS: 'tool_use',
    FILTERED: 'guardrail_intervened',
    NOVEL: 'a_word_of_2027',
  },
  tells: (counts) => ({ ...counts, reasoning: 0 }),
  has: {
    ids: true,
    callsAsText: false,
    signatures: true,
    refusals: false,
    lateUsage: false,
    images: true,
    history: true,
  },
  idsTaken: /^[a-zA-Z0-9_-]{1,64}$/,
  areIdsUnique: true,
  whole: (said) =>
    jsonAnswer({
      metrics: { latencyMs: 1 },
      output: { message: { role: 'assistant', content: awsBlocks(said) } },
      stopReason: BEDROCK.words[said.end],
      ...(said.usage !== undefined && { usage: awsUsage(said.usage) }),
    }),
  frames: (said) => ({
    content: [bedrockEvent('messageStart', { role: 'assistant' }), ...awsBlocks(said).flatMap(awsFrames)],
    ending: [
      bedrockEvent('messageStop', { stopReason: BEDROCK.words[said.end] }),
      bedrockEvent('metadata', {
        ...(said.usage !== undefined && { usage: awsUsage(said.usage) }),
        metrics: { latencyMs: 1 },
      }),
    ],
  }),
  stream: (frames) => bedrockStream(frames),
  refuses(fault) {
    const [status, type, message] = AWS_FAULTS[fault] ?? [];
    return status === undefined || type === undefined || message === undefined
      ? undefined
      : bedrockError(status, type, message, retryAfter(fault));
  },
  fails(fault) {
    const [, type, message] = AWS_FAULTS[fault] ?? [];
    // Whole answers of status 200 have no place for an error.
    return type === undefined || message === undefined || fault === 'KEY'
      ? undefined
      : { frame: bedrockException(lowerFirst(type), message) };
  },
  asked({ messages, additionalModelRequestFields }) {
    const thinking = additionalModelRequestFields?.thinking;
    const blocks: readonly Json[] = messages.flatMap(({ content }: Json) => content);
    const labelled = labelledImages(blocks, ({ image }) => image?.source.bytes);
    const thoughts = blocks.flatMap(({ reasoningContent }) => reasoningContent?.reasoningText ?? []);
    return {
      calls: blocks.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []),
      results: blocks
        .flatMap(({ toolResult }) => toolResult ?? [])
        .map(({ toolUseId: id, content }) => ({
          id,
          text: content.map(({ text }: Json) => text ?? '').join(''),
          images: labelled.get(id) ?? [],
        })),
      reasoning: thoughts.map(({ text }) => text),
      signatures: thoughts.flatMap(({ signature }) => signature ?? []),
      // Off unless it is asked for.
      effort: thinking === undefined || thinking.type === 'disabled' ? 'OFF' : 'HIGH',
    };
  },
};
