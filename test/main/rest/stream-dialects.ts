import { anthropicTextFrames } from '../../fixtures/upstream/anthropic.ts';
import { geminiTextFrames } from '../../fixtures/upstream/gemini.ts';
import { openAiTextFrames } from '../../fixtures/upstream/openai.ts';
import { responsesTextFrames } from '../../fixtures/upstream/openai-responses.ts';
import { sseFrame } from '../../support/upstream.ts';

/** How one provider streams, and how it fails while it does. */
export type StreamingUpstream = {
  readonly name: string;
  readonly model: string;
  /** All of an answer. */
  readonly frames: (words: readonly string[]) => readonly string[];
  /** How many of them come before the first word. */
  readonly before: number;
  /** The frame that tells that it failed. */
  readonly failure: string;
};

export const STREAMING_UPSTREAMS: readonly StreamingUpstream[] = [
  {
    name: 'OpenAI',
    model: 'openai/gpt-4o-mini',
    frames: openAiTextFrames,
    before: 1,
    failure: sseFrame({
      error: { message: 'The server had an error.', type: 'server_error', param: null, code: 'server_error' },
    }),
  },
  {
    name: 'OpenAI (Responses)',
    model: 'openai/gpt-5-mini',
    frames: responsesTextFrames,
    before: 4,
    failure: sseFrame(
      {
        type: 'response.failed',
        sequence_number: 9,
        response: {
          id: 'resp_1',
          object: 'response',
          created_at: 1741476777,
          model: 'gpt-5-mini-2025-08-07',
          status: 'failed',
          error: { code: 'server_error', message: 'The server had an error.' },
          output: [],
          usage: null,
        },
      },
      'response.failed',
    ),
  },
  {
    name: 'Anthropic',
    model: 'anthropic/claude-sonnet-4-5',
    frames: anthropicTextFrames,
    before: 3,
    failure: sseFrame({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'error'),
  },
  {
    name: 'Gemini',
    model: 'google/gemini-2.5-flash',
    frames: geminiTextFrames,
    before: 0,
    failure: sseFrame({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
  },
];

/** How one format asks for a stream, and what its streams hold. */
export type StreamingClient = {
  readonly name: string;
  readonly path: string;
  /** Which of OpenAI's dialects it is. */
  readonly spokenBy?: string;
  readonly body: (model: string) => object;
  /** What no stream holds that did not come to its end. */
  readonly ending: RegExp;
  /** How it tells that something failed. */
  readonly error: RegExp;
};

const messages = [{ role: 'user', content: 'Good morning.' }];

export const STREAMING_CLIENTS: readonly StreamingClient[] = [
  {
    name: 'chat completions',
    path: '/chat/completions',
    spokenBy: 'OpenAI',
    body: (model) => ({ model, messages, stream: true }),
    ending: /\[DONE\]|"finish_reason":\s*"/,
    error: /^data: ?\{"error":/m,
  },
  {
    name: 'legacy completions',
    path: '/completions',
    body: (model) => ({ model, prompt: 'Good morning.', stream: true }),
    ending: /\[DONE\]|"finish_reason":\s*"/,
    error: /^data: ?\{"error":/m,
  },
  {
    name: 'responses',
    path: '/responses',
    spokenBy: 'OpenAI (Responses)',
    body: (model) => ({ model, input: 'Good morning.', stream: true }),
    ending: /response\.(completed|incomplete)/,
    error: /^event: ?(response\.failed|error)$/m,
  },
  {
    name: 'messages',
    path: '/messages',
    body: (model) => ({ model, messages, max_tokens: 1_000, stream: true }),
    ending: /message_stop|"stop_reason":\s*"/,
    error: /^event: ?error$/m,
  },
];
