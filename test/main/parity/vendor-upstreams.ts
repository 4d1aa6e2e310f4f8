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

const CLAUDE_FAULTS: { readonly [Each in Fault]?: readonly [number, string, string] } = {
  RATE_LIMIT: [429, 'rate_limit_error', "This request would exceed your account's rate limit."],
  QUOTA: [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'],
  CONTEXT: [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'],
  KEY: [401, 'authentication_error', 'invalid x-api-key'],
  OVERLOAD: [529, 'overloaded_error', 'Overloaded'],
  BAD_REQUEST: [400, 'invalid_request_error', 'messages.0: Input should be a valid dictionary'],
  NO_MODEL: [404, 'not_found_error', 'model: claude-none'],
  BROKEN: [500, 'api_error', 'Internal server error'],
};

const claudeError = (type: string, message: string) => ({ type: 'error', error: { type, message } });

const blocksOf = ({ reasoning, text, calls = [] }: Said): readonly Json[] => [
  ...(reasoning === undefined
    ? []
    : [{ type: 'thinking', thinking: reasoning.text, signature: reasoning.signature ?? '' }]),
  ...(text === undefined ? [] : [{ type: 'text', text }]),
  ...calls.map(({ id, name, arguments: args }) => ({ type: 'tool_use', id, name, input: JSON.parse(args) })),
];

const claudeUsage = ({ input, cached, written, output, reasoning }: Counts) => ({
  input_tokens: input - cached - written,
  cache_read_input_tokens: cached,
  cache_creation_input_tokens: written,
  output_tokens: output,
  output_tokens_details: { thinking_tokens: reasoning },
});

const message = (said: Said, content: readonly Json[]) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content,
  stop_reason: ANTHROPIC.words[said.end],
  stop_sequence: null,
  ...(said.refusal !== undefined && {
    stop_details: { type: 'refusal', category: null, explanation: said.refusal },
  }),
});

const typed = (event: { readonly type: string; readonly [field: string]: unknown }): string =>
  sseFrame(event, event.type);

const blockFrames = (block: Json, index: number): readonly string[] => {
  const [begun, pieces]: readonly [Json, readonly Json[]] =
    block.type === 'thinking'
      ? [
          { ...block, thinking: '', signature: '' },
          [
            { type: 'thinking_delta', thinking: block.thinking },
            ...(block.signature === '' ? [] : [{ type: 'signature_delta', signature: block.signature }]),
          ],
        ]
      : block.type === 'text'
        ? [{ ...block, text: '' }, [...block.text].map((text) => ({ type: 'text_delta', text }))]
        : [
            { ...block, input: {} },
            [...JSON.stringify(block.input)].map((piece) => ({
              type: 'input_json_delta',
              partial_json: piece,
            })),
          ];
  return [
    typed({ type: 'content_block_start', index, content_block: begun }),
    ...pieces.map((delta) => typed({ type: 'content_block_delta', index, delta })),
    typed({ type: 'content_block_stop', index }),
  ];
};

const contentOf = ({ content }: Json): readonly Json[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

export const ANTHROPIC: Upstream = {
  name: 'anthropic',
  passedOnBy: 'messages',
  offering: 'claude/claude-sonnet-4-5',
  words: {
    STOP: 'end_turn',
    LENGTH: 'max_tokens',
    WINDOW: 'model_context_window_exceeded',
    TOOLS: 'tool_use',
    REFUSED: 'refusal',
    PAUSED: 'pause_turn',
    NOVEL: 'a_word_of_2027',
  },
  tells: (counts) => counts,
  has: {
    ids: true,
    callsAsText: false,
    signatures: true,
    refusals: false,
    lateUsage: true,
    images: true,
    history: true,
  },
  idsTaken: /^[a-zA-Z0-9_-]{1,64}$/,
  areIdsUnique: true,
  whole: (said) =>
    jsonAnswer({
      ...message(said, blocksOf(said)),
      ...(said.usage !== undefined && { usage: claudeUsage(said.usage) }),
    }),
  frames(said) {
    const { stop_reason, stop_details, ...begun } = message(said, []);
    const delta = { stop_reason, stop_sequence: null, stop_details };
    const usage = said.usage && claudeUsage(said.usage);
    const stop = typed({ type: 'message_stop' });
    const isLate = said.isUsageLate === true;
    return {
      content: [
        typed({
          type: 'message_start',
          message: {
            ...begun,
            stop_reason: null,
            ...(usage !== undefined && !isLate && { usage: { ...usage, output_tokens: 1 } }),
          },
        }),
        ...blocksOf(said).flatMap(blockFrames),
      ],
      ending: isLate
        ? [typed({ type: 'message_delta', delta }), stop, typed({ type: 'message_delta', delta: {}, usage })]
        : [typed({ type: 'message_delta', delta, usage }), stop],
    };
  },
  stream: (frames) => eventStream(frames),
  refuses(fault) {
    const [status, type, text] = CLAUDE_FAULTS[fault] ?? [];
    return status === undefined || type === undefined || text === undefined
      ? undefined
      : jsonAnswer(claudeError(type, text), {
          status,
          headers: fault === 'RATE_LIMIT' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {},
        });
  },
  fails(fault) {
    const [, type, text] = CLAUDE_FAULTS[fault] ?? [];
    if (type === undefined || text === undefined) return undefined;
    const error = claudeError(type, text);
    return { whole: jsonAnswer(error), frame: typed(error) };
  },
  asked({ messages, thinking }) {
    const blocks: readonly Json[] = messages.flatMap(contentOf);
    const thoughts = blocks.filter(({ type }) => type === 'thinking');
    return {
      calls: blocks.flatMap(({ type, id }) => (type === 'tool_use' ? [id] : [])),
      results: blocks
        .filter(({ type }) => type === 'tool_result')
        .map((block) => {
          const parts = contentOf(block);
          return {
            id: block.tool_use_id,
            text: parts.map(({ text }) => text ?? '').join(''),
            images: parts.flatMap(({ source }) => source?.data ?? []),
          };
        }),
      reasoning: thoughts.map(({ thinking }) => thinking),
      signatures: thoughts.map(({ signature }) => signature),
      // Off unless it is asked for.
      effort: thinking === undefined || thinking.type === 'disabled' ? 'OFF' : 'HIGH',
    };
  },
};

const GOOGLE_FAULTS: { readonly [Each in Fault]?: readonly [number, string, string] } = {
  RATE_LIMIT: [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (requests per minute).'],
  CONTEXT: [
    400,
    'INVALID_ARGUMENT',
    'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
  ],
  KEY: [400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'],
  OVERLOAD: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  BAD_REQUEST: [400, 'INVALID_ARGUMENT', 'Invalid value at contents[0].'],
  NO_MODEL: [404, 'NOT_FOUND', 'models/gemini-none is not found for API version v1beta.'],
  BROKEN: [500, 'INTERNAL', 'An internal error has occurred.'],
};

const googleError = (fault: Fault) => {
  const [code, status, text] = GOOGLE_FAULTS[fault] ?? [];
  const wait = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${RETRY_AFTER_SECONDS}s` };
  return code === undefined
    ? undefined
    : { error: { code, status, message: text, ...(fault === 'RATE_LIMIT' && { details: [wait] }) } };
};

const partsOf = ({ reasoning, text, calls = [] }: Said): readonly Json[] => [
  ...(reasoning === undefined ? [] : [{ text: reasoning.text, thought: true }]),
  ...(text === undefined ? [] : [{ text }]),
  ...calls.map(({ name, arguments: args }, n) => ({
    functionCall: { name, args: JSON.parse(args) },
    ...(n === 0 && reasoning?.signature !== undefined && { thoughtSignature: reasoning.signature }),
  })),
];

const googleUsage = ({ input, cached, output, reasoning }: Counts) => ({
  promptTokenCount: input,
  cachedContentTokenCount: cached,
  candidatesTokenCount: output - reasoning,
  thoughtsTokenCount: reasoning,
  totalTokenCount: input + output,
});

const candidate = (parts: readonly Json[], rest: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, ...rest }],
});

export const GEMINI: Upstream = {
  name: 'gemini',
  offering: 'geminis/gemini-2.5-flash',
  words: {
    STOP: 'STOP',
    LENGTH: 'MAX_TOKENS',
    TOOLS: 'STOP',
    FILTERED: 'SAFETY',
    NOVEL: 'A_WORD_OF_2027',
  },
  tells: (counts) => ({ ...counts, written: 0 }),
  has: {
    ids: false,
    callsAsText: false,
    signatures: true,
    refusals: false,
    lateUsage: true,
    images: true,
    history: false,
  },
  idsTaken: /^/,
  areIdsUnique: false,
  whole: (said) =>
    jsonAnswer({
      ...candidate(partsOf(said), { finishReason: GEMINI.words[said.end] }),
      ...(said.usage !== undefined && { usageMetadata: googleUsage(said.usage) }),
    }),
  frames(said) {
    const counted = said.usage === undefined ? {} : { usageMetadata: googleUsage(said.usage) };
    const ended = candidate([{ text: '' }], { finishReason: GEMINI.words[said.end] });
    return {
      content: partsOf(said).map((part) => sseFrame(candidate([part]))),
      ending:
        said.isUsageLate === true
          ? [sseFrame(ended), sseFrame(counted)]
          : [sseFrame({ ...ended, ...counted })],
    };
  },
  stream: (frames) => eventStream(frames),
  refuses(fault) {
    const error = googleError(fault);
    return error && jsonAnswer(error, { status: error.error.code });
  },
  fails(fault) {
    if (fault === 'FILTER') {
      const blocked = { promptFeedback: { blockReason: 'SAFETY' } };
      return { whole: jsonAnswer(blocked), frame: sseFrame(blocked) };
    }
    const error = googleError(fault);
    if (error === undefined) return undefined;
    const wait = fault === 'RATE_LIMIT' ? { retryAfter: RETRY_AFTER_SECONDS } : {};
    return { whole: jsonAnswer(error), frame: sseFrame(error), ...wait };
  },
  asked({ contents, generationConfig }) {
    const { thinkingBudget } = generationConfig?.thinkingConfig ?? {};
    const parts: readonly Json[] = contents.flatMap((content: Json) => content.parts);
    const calls = parts.filter(({ functionCall }) => functionCall !== undefined);
    const idOf = ({ id, name }: Json): string => id ?? name;
    const labelled = labelledImages(parts, ({ inlineData }) => inlineData?.data);
    return {
      calls: calls.map(({ functionCall }) => idOf(functionCall)),
      results: parts
        .filter(({ functionResponse }) => functionResponse !== undefined)
        .map(({ functionResponse }, n) => ({
          id: idOf(functionResponse),
          text: String(functionResponse.response.output ?? functionResponse.response.result ?? ''),
          // Results have no ids here: labels name the client's, in the same order.
          images: [...labelled.values()][n] ?? [],
        })),
      reasoning: [],
      signatures: parts.flatMap(({ thoughtSignature }) => thoughtSignature ?? []),
      effort: thinkingBudget === undefined ? undefined : thinkingBudget === 0 ? 'OFF' : 'HIGH',
    };
  },
};
