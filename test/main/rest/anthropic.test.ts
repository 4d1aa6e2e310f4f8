import Anthropic from '@anthropic-ai/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { REST_UPSTREAMS, type RestServer, restServer, upstreamsWith } from './rest-server.ts';
import { CITIES, MESSAGES_WEATHER, TWO_CALLS } from './weather.ts';

let rest: RestServer;
let client: Anthropic;
beforeAll(async () => {
  rest = await restServer();
  client = new Anthropic({ baseURL: rest.server.url, apiKey: rest.key, maxRetries: 0 });
});

const PROMPT = 'Good morning to all of you.';
const SAID = { max_tokens: 1_000, messages: [{ role: 'user' as const, content: PROMPT }] };
const thrownBy = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(call).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

/** Models that always reason send it sealed, to be given back with the next turn. */
const shown = (content: readonly Anthropic.ContentBlock[]): readonly Anthropic.ContentBlock[] =>
  content.filter(({ type }) => type !== 'redacted_thinking');

describe.each(REST_UPSTREAMS)("Anthropic's client by $name", ({ chat: model }) => {
  it('a whole message and its usage', async () => {
    const { data, response } = await client.messages
      .create({ model, system: 'Be brief.', ...SAID })
      .withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      stop_reason: 'end_turn',
    });
    expect(shown(data.content)).toMatchObject([{ type: 'text', text: PROMPT }]);
    expect(data.usage.input_tokens).toBeGreaterThan(0);
    expect(data.usage.output_tokens).toBeGreaterThan(0);
    expect(response.headers.get('x-modelgraph-offering')).toBe(model);
    expect(response.headers.get('x-modelgraph-attempts')).toBe('1');
  });

  it('the events of a stream, in their order', async () => {
    const types: string[] = [];
    let text = '';
    for await (const event of await client.messages.create({ model, ...SAID, stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    }
    expect(text).toBe(PROMPT);
    const isSealed = model === 'openai/gpt-5-mini';
    expect(types.filter((type) => type !== 'ping')).toEqual([
      'message_start',
      ...(isSealed ? ['content_block_start', 'content_block_stop'] : []),
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('stream().finalMessage()', async () => {
    const final = await client.messages.stream({ model, ...SAID }).finalMessage();
    expect(final.stop_reason).toBe('end_turn');
    expect(shown(final.content)).toMatchObject([{ type: 'text', text: PROMPT }]);
    expect(final.usage.input_tokens).toBeGreaterThan(0);
    expect(final.usage.output_tokens).toBeGreaterThan(0);
  });

  it.each(['whole', 'streamed'])('two tools at once, and a turn with their results: %s', async (way) => {
    const ask = async (messages: Anthropic.MessageParam[]) => {
      const params = { model, max_tokens: 1_000, messages, tools: [MESSAGES_WEATHER] };
      return way === 'whole' ? client.messages.create(params) : client.messages.stream(params).finalMessage();
    };
    const asked: Anthropic.MessageParam = { role: 'user', content: TWO_CALLS };
    const first = await ask([asked]);
    expect(first.stop_reason).toBe('tool_use');
    const calls = first.content.filter((block) => block.type === 'tool_use');
    expect(calls.map(({ name, input }) => [name, input])).toEqual(
      CITIES.map((city) => ['weather', { city }]),
    );
    const second = await ask([
      asked,
      { role: 'assistant', content: first.content },
      {
        role: 'user',
        content: calls.map(({ id }, index) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: `${index + 12} degrees`,
        })),
      },
    ]);
    expect(second.stop_reason).toBe('end_turn');
    expect(shown(second.content)).toMatchObject([
      { type: 'text', text: expect.stringContaining('13 degrees') },
    ]);
  });

  it('a tool that has to be called', async () => {
    const { content, stop_reason } = await client.messages.create({
      model,
      ...SAID,
      tools: [MESSAGES_WEATHER],
      tool_choice: { type: 'any' },
    });
    expect(stop_reason).toBe('tool_use');
    expect(shown(content)).toMatchObject([{ type: 'tool_use', name: 'weather', input: expect.any(Object) }]);
  });

  it('a limit of tokens, and words to stop at', async () => {
    const cut = await client.messages.create({ model, ...SAID, max_tokens: 2 });
    // What the provider takes no less of is told; it takes no stop sequences either.
    if (model === 'openai/gpt-5-mini') return;
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', content: [{ text: 'Good morning' }] });
    const stopped = await client.messages.create({ model, ...SAID, stop_sequences: [' to'] });
    expect(stopped.content).toMatchObject([{ text: 'Good morning' }]);
  });

  it('a picture, a cached system prompt and metadata, as coding agents send them', async () => {
    const { content } = await client.messages.create({
      model,
      max_tokens: 1_000,
      system: [
        { type: 'text', text: 'You write code.' },
        { type: 'text', text: 'Mind the tests.', cache_control: { type: 'ephemeral' } },
      ],
      metadata: { user_id: 'someone' },
      tools: [{ ...MESSAGES_WEATHER, cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'text', text: PROMPT, cache_control: { type: 'ephemeral' } },
          ],
        },
      ],
    });
    expect(shown(content)).toMatchObject([{ type: 'text', text: PROMPT }]);
  });
});

describe.each(upstreamsWith('reasoning'))("Anthropic's client, thinking by $name", ({ name, model }) => {
  it.each(['whole', 'streamed'])(
    'comes before the text, and goes back with the next turn: %s',
    async (way) => {
      const ask = async (messages: Anthropic.MessageParam[]) => {
        const params = {
          model,
          max_tokens: 4_000,
          messages,
          thinking: { type: 'enabled' as const, budget_tokens: 1_024 },
        };
        return way === 'whole'
          ? client.messages.create(params)
          : client.messages.stream(params).finalMessage();
      };
      const first = await ask(SAID.messages);
      const blocks = first.content.map(({ type }) => type);
      // OpenAI gives no more than a summary, and that where it is asked for.
      expect(blocks.at(-1)).toBe('text');
      if (!name.startsWith('OpenAI')) {
        expect(blocks).toEqual(['thinking', 'text']);
        expect(first.content[0]).toMatchObject({
          thinking: expect.stringMatching(/\S/),
          signature: expect.any(String),
        });
      }
      const second = await ask([
        ...SAID.messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: 'And now again.' },
      ]);
      expect(second.content.at(-1)).toMatchObject({ type: 'text', text: 'And now again.' });
    },
  );
});

describe("Anthropic's client", () => {
  it('counts tokens', async () => {
    const counted = await client.messages.countTokens({ model: 'sandbox/echo', messages: SAID.messages });
    expect(counted.input_tokens).toBe(6);
  });

  it.each(['anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash', 'openai/gpt-4o-mini'])(
    'gets an estimate or a count for %s',
    async (model) => {
      const counted = await client.messages.countTokens({ model, messages: SAID.messages });
      expect(counted.input_tokens).toBeGreaterThan(0);
    },
  );

  it('signs in with a bearer token, too', async () => {
    const bearer = new Anthropic({
      baseURL: rest.server.url,
      authToken: rest.key,
      apiKey: null,
      maxRetries: 0,
    });
    const { content } = await bearer.messages.create({ model: 'sandbox/echo', ...SAID });
    expect(content).toMatchObject([{ text: PROMPT }]);
  });

  it('is told that there is no such model', async () => {
    const error = await thrownBy(client.messages.create({ model: 'no/such-model', ...SAID }));
    expect(error).toBeInstanceOf(Anthropic.NotFoundError);
    expect(error).toMatchObject({ error: { type: 'error', error: { type: 'not_found_error' } } });
  });

  it('is told that its key is not known', async () => {
    const stranger = new Anthropic({
      baseURL: rest.server.url,
      apiKey: 'mg_nobody-knows-this',
      maxRetries: 0,
    });
    const error = await thrownBy(stranger.messages.create({ model: 'sandbox/echo', ...SAID }));
    expect(error).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(error).toMatchObject({ error: { error: { type: 'authentication_error' } } });
  });

  it('is told what is wrong with its request', async () => {
    const error = await thrownBy(client.messages.create({ model: 'sandbox/echo', ...SAID, max_tokens: -1 }));
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({
      error: { error: { type: 'invalid_request_error', message: expect.stringContaining('max_tokens') } },
    });
  });

  it.each(['OVERLOADED', 'RATE_LIMITED'])('is told of %s before an answer', async (code) => {
    const headers = { 'x-modelgraph-tags': `sandbox.fail=${code}` };
    const error = await thrownBy(client.messages.create({ model: 'sandbox/echo', ...SAID }, { headers }));
    const type = code === 'OVERLOADED' ? 'overloaded_error' : 'rate_limit_error';
    expect(error).toMatchObject({
      status: code === 'OVERLOADED' ? 529 : 429,
      error: { error: { type } },
    });
  });

  it('is told what goes wrong in the middle of a stream', async () => {
    const headers = { 'x-modelgraph-tags': 'sandbox.fail=OVERLOADED,sandbox.failAfterWords=2' };
    const stream = client.messages.stream({ model: 'sandbox/echo', ...SAID }, { headers });
    const types: string[] = [];
    stream.on('streamEvent', ({ type }) => types.push(type));
    const error = await thrownBy(stream.finalMessage());
    expect(types).not.toContain('message_stop');
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ error: { error: { type: 'overloaded_error' } } });
  });
});
