import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { eventStream, jsonAnswer, sseFrame, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let server: Modelgraph;
let client: OpenAI;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      providers: [{ id: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-test-0123456789' }],
    }),
  });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.adminKey, maxRetries: 0 });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const ASKED = {
  model: 'openai/gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Good morning.' }],
  n: 2,
  logprobs: true,
  top_logprobs: 1,
};
const USAGE = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14, kept_for_later: 7 };
const logprobs = (token: string) => ({
  content: [{ token, logprob: -0.25, bytes: null, top_logprobs: [{ token, logprob: -0.25, bytes: null }] }],
  refusal: null,
});
const TOLD = {
  id: 'chatcmpl-1',
  created: 1_741_569_952,
  model: 'gpt-4o-mini-2024-07-18',
  system_fingerprint: 'fp_44709d6fcb',
  service_tier: 'default',
};

it('two answers with log probabilities, and fields that nobody here knows, go both ways', async () => {
  upstream.enqueue(
    jsonAnswer({
      ...TOLD,
      object: 'chat.completion',
      choices: ['Hello', 'Hi'].map((content, index) => ({
        index,
        message: { role: 'assistant', content, refusal: null, mood: 'sunny' },
        logprobs: logprobs(content),
        finish_reason: 'stop',
      })),
      usage: USAGE,
      invented: { later: true },
    }),
  );
  const answer = await client.chat.completions.create({ ...ASKED, ...{ entirely_new: ['yes'] } });
  expect(upstream.requests.at(-1)?.body).toEqual({
    ...ASKED,
    model: 'gpt-4o-mini',
    stream: false,
    entirely_new: ['yes'],
  });
  expect(answer).toMatchObject({
    ...TOLD,
    invented: { later: true },
    usage: USAGE,
    choices: [
      { index: 0, message: { content: 'Hello', mood: 'sunny' }, logprobs: logprobs('Hello') },
      { index: 1, message: { content: 'Hi' }, logprobs: logprobs('Hi') },
    ],
  });
  // 10 x 0.15 + 4 x 0.60, per 1,000,000
  expect(answer.usage).toHaveProperty('cost', 0.0000039);
});

it('so do the pieces of a stream', async () => {
  const chunk = (index: number, delta: object, finish_reason: string | null, rest: object = {}): string =>
    sseFrame({
      ...TOLD,
      object: 'chat.completion.chunk',
      choices: [{ index, delta, finish_reason, logprobs: null, ...rest }],
      obfuscation: 'x7',
    });
  upstream.enqueue(
    eventStream([
      chunk(0, { role: 'assistant', content: 'Hello' }, null, { logprobs: logprobs('Hello') }),
      chunk(1, { role: 'assistant', content: 'Hi', mood: 'sunny' }, null, { logprobs: logprobs('Hi') }),
      chunk(0, {}, 'stop'),
      chunk(1, {}, 'stop'),
      sseFrame({ ...TOLD, object: 'chat.completion.chunk', choices: [], usage: USAGE }),
      sseFrame('[DONE]'),
    ]),
  );
  const stream = client.chat.completions.stream({ ...ASKED, stream_options: { include_usage: true } });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  stream.on('chunk', (each) => chunks.push(each));
  const final = await stream.finalChatCompletion();
  expect(final).toMatchObject({
    ...TOLD,
    choices: [
      { index: 0, message: { content: 'Hello' }, logprobs: logprobs('Hello'), finish_reason: 'stop' },
      { index: 1, message: { content: 'Hi' }, logprobs: logprobs('Hi'), finish_reason: 'stop' },
    ],
    usage: USAGE,
  });
  expect(chunks[0]).toMatchObject({ obfuscation: 'x7' });
  expect(chunks[1]?.choices[0]?.delta).toMatchObject({ mood: 'sunny' });
  expect(chunks.at(-1)?.usage).toHaveProperty('cost', 0.0000039);
});

it('a refusal of the provider comes as it was meant, and without its key', async () => {
  upstream.enqueue(
    jsonAnswer(
      {
        error: {
          message: "This model's maximum context length is 128000 tokens.",
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
      { status: 400 },
    ),
  );
  const error = await client.chat.completions.create({ ...ASKED, n: 1 }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  expect(String(error)).not.toContain('sk-test');
});
