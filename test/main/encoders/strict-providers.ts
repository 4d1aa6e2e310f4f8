// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { kept } from '../../support/kept.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import {
  eventStream,
  jsonAnswer,
  type Script,
  sseFrame,
  startUpstream,
  type UpstreamRequest,
} from '../../support/upstream.ts';
import { refusalOf } from './strict-rules.ts';

/** Known providers that the server is set up with, each under its own path of one upstream. */
const KNOWN = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'deepseek',
  'xai',
  'moonshot',
  'zhipu',
  'zai',
  'minimax',
  'dashscope',
  'volcengine',
  'groq',
  'openrouter',
] as const;

const RELAYS = {
  relay: 'openai',
  relayclaude: 'anthropic',
  relayresponses: 'openai-responses',
  relaygemini: 'gemini',
} as const;

export type Asked = { readonly status: number; readonly body: any; readonly headers: Headers };

export type StrictProviders = {
  readonly server: Modelgraph;
  /** Asks the server with the admin key; the path after the host. */
  ask(path: string, body: object): Promise<Asked>;
  /** The same with `stream`: the data of all events. */
  stream(path: string, body: object): Promise<readonly any[]>;
  /** What providers were asked since the last time this was called. */
  sent(): readonly UpstreamRequest[];
  /** Answers the next requests that are not refused. */
  next(...scripts: readonly Script[]): void;
  /** As it began. */
  forget(): void;
};

export const chatAnswer = (message: object, rest: object = {}): Script =>
  jsonAnswer({
    id: 'x',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    ...rest,
  });

export const claudeAnswer = (content: readonly object[], rest: object = {}): Script =>
  jsonAnswer({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content,
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 2 },
    ...rest,
  });

export const geminiAnswer = (parts: readonly object[]): Script =>
  jsonAnswer({
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, totalTokenCount: 4 },
  });

const plainAnswer = ({ path, body }: UpstreamRequest): Script => {
  const isStreamed = typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;
  if (path.includes('/messages')) return claudeAnswer([{ type: 'text', text: 'ok' }]);
  if (path.includes('enerateContent')) return geminiAnswer([{ text: 'ok' }]);
  if (path.endsWith('/responses'))
    return jsonAnswer({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'm',
      output: [
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'ok', annotations: [] }],
        },
      ],
      usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
    });
  if (!isStreamed) return chatAnswer({ content: 'ok' });
  return eventStream([
    sseFrame({ id: 'c', model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: 'ok' } }] }),
    sseFrame({ id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    sseFrame('[DONE]'),
  ]);
};

const startStrictProviders = async (): Promise<StrictProviders> => {
  const upstream = await startUpstream();
  let queue: Script[] = [];
  let seen = 0;
  upstream.respond((request) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined)
      return jsonAnswer(
        {
          type: 'error',
          error: { type: 'invalid_request_error', status: 'INVALID_ARGUMENT', message: refusal },
        },
        { status: 400 },
      );
    return queue.shift() ?? plainAnswer(request);
  });
  const server = await startModelgraph({
    config: JSON.stringify({
      providers: [
        ...KNOWN.map((id) => ({
          id,
          apiKey: `sk-test-${id}-0123456789`,
          baseUrl: `${upstream.url}/${id}${id === 'anthropic' || id === 'google' ? '' : '/v1'}`,
        })),
        ...Object.entries(RELAYS).map(([id, dialect]) => ({
          id,
          dialect,
          apiKey: `sk-test-${id}-0123456789`,
          baseUrl: `${upstream.url}/${id}${dialect.startsWith('openai') ? '/v1' : ''}`,
          models: [{ id: 'm1' }],
        })),
        {
          id: 'quirky',
          dialect: 'openai',
          apiKey: 'sk-test-quirky-0123456789',
          baseUrl: `${upstream.url}/quirky/v1`,
          models: [{ id: 'm1' }, { id: 'gemini-3-pro' }],
          quirks: {
            toolCallIds: 'alphanumeric-9',
            thinkingSwitch: 'enable_thinking',
            thinkingBudget: 'thinking_budget',
            reasoningRequest: 'none',
            reasoningHistory: 'reasoning_content',
            supportsToolCallSignatures: true,
            assistantPrefill: 'refused',
            takesMediaInResults: false,
            supportsChoices: false,
            unsupported: ['seed'],
            withoutEffect: ['topP'],
          },
        },
      ],
    }),
  });
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify(body),
    });
  return {
    server,
    async ask(path, body) {
      const response = await post(path, body);
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    async stream(path, body) {
      const response = await post(path, { ...body, stream: true });
      const text = await response.text();
      return text
        .split('\n')
        .filter((line) => line.startsWith('data: ') && !line.includes('[DONE]'))
        .map((line) => JSON.parse(line.slice('data: '.length)));
    },
    sent() {
      const all = upstream.requests.slice(seen);
      seen = upstream.requests.length;
      return all;
    },
    next: (...scripts) => void queue.push(...scripts),
    forget() {
      queue = [];
      seen = upstream.requests.length;
    },
  };
};

/** The real server over providers that refuse what the real ones refuse. */
export const strictProviders = kept(startStrictProviders);
