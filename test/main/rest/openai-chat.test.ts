import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REST_UPSTREAMS, type RestServer, restServer, upstreamsWith } from './rest-server.ts';
import { CHAT_WEATHER, CITIES, cityIn, TWO_CALLS } from './weather.ts';

let rest: RestServer;
let client: OpenAI;
beforeAll(async () => {
  rest = await restServer();
  client = new OpenAI({ baseURL: rest.base, apiKey: rest.key, maxRetries: 0 });
});

const PROMPT = 'Good morning to all of you.';
const SAID = [{ role: 'user' as const, content: PROMPT }];

describe.each(REST_UPSTREAMS)("OpenAI's client, chat completions by $name", ({ chat: model }) => {
  it('a whole answer, its usage and its cost', async () => {
    const { data, response } = await client.chat.completions
      .create({ model, messages: [{ role: 'system', content: 'Be brief.' }, ...SAID] })
      .withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: PROMPT } }],
    });
    const { usage } = data;
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(usage).toHaveProperty('cost', model.startsWith('sandbox/') ? 0 : expect.any(Number));
    expect(response.headers.get('x-modelgraph-offering')).toBe(model);
    expect(response.headers.get('x-modelgraph-provider')).toBe(model.split('/')[0]);
    expect(response.headers.get('x-modelgraph-attempts')).toBe('1');
    expect(response.headers.get('x-modelgraph-cost')).toMatch(/^(free|\d+(\.\d+)? USD)$/);
    expect(Number(response.headers.get('x-modelgraph-overhead-ms'))).toBeGreaterThanOrEqual(0);
    expect(response.headers.get('x-request-id')).toMatch(/\S/);
  });

  it('the events of a stream, with usage where it is asked for', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: SAID,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(PROMPT);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop')).toHaveLength(1);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.completion_tokens).toBeGreaterThan(0);
    expect(last?.usage).toHaveProperty('cost', model.startsWith('sandbox/') ? 0 : expect.any(Number));
    expect(chunks.slice(0, -1).filter(({ usage }) => usage)).toEqual([]);
  });

  it('no usage in a stream where none is asked for', async () => {
    const stream = await client.chat.completions.create({ model, messages: SAID, stream: true });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.filter(({ usage }) => usage)).toEqual([]);
    expect(chunks.filter(({ choices }) => choices.length === 0)).toEqual([]);
  });

  it('stream().finalChatCompletion()', async () => {
    const final = await client.chat.completions.stream({ model, messages: SAID }).finalChatCompletion();
    expect(final.choices).toMatchObject([{ finish_reason: 'stop', message: { content: PROMPT } }]);
  });

  it.each(['whole', 'streamed'])('two tools at once, and a turn with their results: %s', async (way) => {
    const ask = async (messages: OpenAI.ChatCompletionMessageParam[]) => {
      const params = { model, messages, tools: [CHAT_WEATHER] };
      return way === 'whole'
        ? client.chat.completions.create(params)
        : client.chat.completions.stream(params).finalChatCompletion();
    };
    const asked = { role: 'user' as const, content: TWO_CALLS };
    const first = (await ask([asked])).choices[0];
    expect(first?.finish_reason).toBe('tool_calls');
    const calls = first?.message.tool_calls?.filter((call) => call.type === 'function') ?? [];
    expect(calls.map(({ function: { name } }) => name)).toEqual(['weather', 'weather']);
    expect(calls.map(({ function: { arguments: args } }) => cityIn(args))).toEqual(CITIES);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);

    const second = await ask([
      asked,
      { role: 'assistant', content: null, tool_calls: calls },
      ...calls.map(({ id }, index) => ({
        role: 'tool' as const,
        tool_call_id: id,
        content: `${index + 12} degrees`,
      })),
    ]);
    expect(second.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expect.stringContaining('13 degrees') },
    });
  });

  it.each(['required', 'by name'])('a tool that has to be called: %s', async (choice) => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: SAID,
      tools: [CHAT_WEATHER],
      tool_choice: choice === 'required' ? 'required' : { type: 'function', function: { name: 'weather' } },
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'weather' } },
    ]);
  });

  it('structured output, parsed', async () => {
    const Place = z.object({ city: z.string(), population: z.number(), isCapital: z.boolean() });
    const format = zodResponseFormat(Place, 'place');
    const { choices } = await client.chat.completions.parse({
      model,
      messages: SAID,
      response_format: format,
    });
    expect(choices[0]?.message.parsed).toEqual({
      city: expect.any(String),
      population: expect.any(Number),
      isCapital: expect.any(Boolean),
    });
    const streamed = await client.chat.completions
      .stream({ model, messages: SAID, response_format: format })
      .finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual(choices[0]?.message.parsed);
  });

  // The mock server gives one answer, however many its clients ask for.
  const countsAnswers = model.startsWith('openai/') ? [] : [model];
  it.each(countsAnswers)('two answers to one request of %s', async (model) => {
    const { choices, usage } = await client.chat.completions.create({ model, messages: SAID, n: 2 });
    expect(choices).toMatchObject([
      { index: 0, message: { content: PROMPT } },
      { index: 1, message: { content: PROMPT } },
    ]);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  it.each(countsAnswers)('two streamed answers to one request of %s', async (model) => {
    const stream = client.chat.completions.stream({ model, messages: SAID, n: 2 });
    const { choices } = await stream.finalChatCompletion();
    expect(choices.map(({ message }) => message.content)).toEqual([PROMPT, PROMPT]);
  });

  it('a limit of tokens', async () => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: SAID,
      max_completion_tokens: 2,
      reasoning_effort: null,
    });
    expect(choices).toMatchObject([{ finish_reason: 'length', message: { content: 'Good morning' } }]);
  });

  it('a picture in the prompt', async () => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: PROMPT },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          ],
        },
      ],
    });
    expect(choices[0]?.message.content).toBe(PROMPT);
  });

  it('legacy completions, whole and streamed', async () => {
    const { choices, usage, object } = await client.completions.create({ model, prompt: PROMPT });
    expect(object).toBe('text_completion');
    expect(choices).toMatchObject([{ index: 0, text: PROMPT, finish_reason: 'stop' }]);
    expect(usage?.total_tokens).toBeGreaterThan(0);
    let text = '';
    const reasons: unknown[] = [];
    for await (const chunk of await client.completions.create({ model, prompt: PROMPT, stream: true })) {
      text += chunk.choices[0]?.text ?? '';
      reasons.push(...chunk.choices.map(({ finish_reason }) => finish_reason).filter(Boolean));
    }
    expect({ text, reasons }).toEqual({ text: PROMPT, reasons: ['stop'] });
  });

  it('is in the list of models, and can be asked for alone', async () => {
    const ids: string[] = [];
    for await (const each of client.models.list()) ids.push(each.id);
    expect(ids).toContain(model);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: 'model' });
  });
});

describe.each(upstreamsWith('reasoning'))('reasoning in chat completions, by $name', ({ name, model }) => {
  // OpenAI's Responses only give reasoning back where a summary is asked for, which chat completions cannot.
  const isTold = !name.startsWith('OpenAI');
  it('is in the answer and in the stream, where it is told', async () => {
    const params = { model, messages: SAID, reasoning_effort: 'low' as const };
    const { choices } = await client.chat.completions.create(params);
    expect(choices[0]?.message.content).toBe(PROMPT);
    if (isTold) expect(choices[0]?.message).toHaveProperty('reasoning_content', expect.stringMatching(/\S/));
    let reasoning = '';
    let text = '';
    for await (const chunk of await client.chat.completions.create({ ...params, stream: true })) {
      const delta = chunk.choices[0]?.delta;
      if (delta !== undefined && 'reasoning_content' in delta) reasoning += delta.reasoning_content ?? '';
      text += delta?.content ?? '';
    }
    expect(text).toBe(PROMPT);
    if (isTold) expect(reasoning).toMatch(/\S/);
  });
});

describe("OpenAI's client is told", () => {
  it('that there is no such model', async () => {
    const call = client.chat.completions.create({ model: 'no/such-model', messages: SAID });
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
    await expect(client.models.retrieve('no/such-model')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('that its key is not known', async () => {
    const stranger = new OpenAI({ baseURL: rest.base, apiKey: 'mg_nobody-knows-this-key', maxRetries: 0 });
    const call = stranger.chat.completions.create({ model: 'sandbox/echo', messages: SAID });
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it.each(['whole', 'streamed'])('what a provider refuses before it answers: %s', async (way) => {
    const call = client.chat.completions.create({
      model: 'sandbox/echo',
      messages: SAID,
      stream: way === 'streamed',
      metadata: { 'sandbox.fail': 'RATE_LIMITED', 'sandbox.retryAfterMs': '1' },
    });
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    const headers = error instanceof OpenAI.APIError ? error.headers : undefined;
    expect(headers?.get('retry-after')).toBe('1');
  });

  it('what goes wrong in the middle of a stream', async () => {
    const stream = await client.chat.completions.create({
      model: 'sandbox/echo',
      messages: SAID,
      stream: true,
      metadata: { 'sandbox.fail': 'SERVER_ERROR', 'sandbox.failAfterWords': '2' },
    });
    let text = '';
    const error = await (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    })().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(text).toBe('Good morning');
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code: 'server_error' });
  });
});
