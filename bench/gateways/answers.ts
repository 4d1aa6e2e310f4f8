/** What the upstream of these measurements says, in the shapes of OpenAI's chat completions and Anthropic's messages. */

export const WORD = 'steadily ';
const WORDS = 60;

const CHAT = { id: 'chatcmpl-1', created: 1_790_000_000, model: 'gpt-4o-mini', system_fingerprint: 'fp_1' };
const CHAT_USAGE = {
  prompt_tokens: 40,
  completion_tokens: WORDS,
  total_tokens: 40 + WORDS,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  stop_sequence: null,
};
const MESSAGE_USAGE = {
  input_tokens: 40,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: WORDS,
};

/** Whole answers, by the path of the request. */
export const WHOLE: { readonly [path: string]: string } = {
  '/v1/chat/completions': JSON.stringify({
    ...CHAT,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: WORD.repeat(WORDS), refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: CHAT_USAGE,
    service_tier: 'default',
  }),
  '/v1/messages': JSON.stringify({
    ...MESSAGE,
    content: [{ type: 'text', text: WORD.repeat(WORDS) }],
    stop_reason: 'end_turn',
    usage: MESSAGE_USAGE,
  }),
  '/v1/embeddings': JSON.stringify({
    object: 'list',
    data: [
      {
        object: 'embedding',
        index: 0,
        embedding: Array.from({ length: 1_536 }, (_, index) => Number(Math.sin(index).toFixed(8))),
      },
    ],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 64, total_tokens: 64 },
  }),
};

export type StreamedAnswer = {
  readonly begin: string;
  readonly token: string;
  readonly end: string;
};

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({
    ...CHAT,
    object: 'chat.completion.chunk',
    service_tier: 'default',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;
const event = (data: { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Answers that come a token at a time, by the path of the request. */
export const STREAMED: { readonly [path: string]: StreamedAnswer } = {
  '/v1/chat/completions': {
    begin: chunk({ role: 'assistant', content: '', refusal: null }, null),
    token: chunk({ content: WORD }, null),
    end: `${chunk({}, 'stop')}data: ${JSON.stringify({ ...CHAT, object: 'chat.completion.chunk', choices: [], usage: CHAT_USAGE })}\n\ndata: [DONE]\n\n`,
  },
  '/v1/messages': {
    begin: [
      event({
        type: 'message_start',
        ...{ message: { ...MESSAGE, content: [], stop_reason: null, usage: MESSAGE_USAGE } },
      }),
      event({ type: 'content_block_start', ...{ index: 0, content_block: { type: 'text', text: '' } } }),
    ].join(''),
    token: event({
      type: 'content_block_delta',
      ...{ index: 0, delta: { type: 'text_delta', text: WORD } },
    }),
    end: [
      event({ type: 'content_block_stop', ...{ index: 0 } }),
      event({
        type: 'message_delta',
        ...{ delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: WORDS } },
      }),
      event({ type: 'message_stop' }),
    ].join(''),
  },
};
