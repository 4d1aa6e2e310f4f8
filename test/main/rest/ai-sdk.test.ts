import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenResponses } from '@ai-sdk/open-responses';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { beforeAll, describe, expect, it } from 'vitest';
import { REST_UPSTREAMS, type RestServer, restServer } from './rest-server.ts';
import { CITIES, cityIn, SDK_WEATHER, TWO_CALLS } from './weather.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
});

/** Each brings a version of its own of what they all implement. */
type Model = ReturnType<ReturnType<typeof createOpenAICompatible>>;
type Prompt = Parameters<Model['doGenerate']>[0]['prompt'];
type Stream = Awaited<ReturnType<Model['doStream']>>['stream'];
type Part = Stream extends ReadableStream<infer Each> ? Each : never;

type Client = { readonly name: string; readonly of: (rest: RestServer, model: string) => Model };

const CLIENTS: readonly Client[] = [
  {
    name: '@ai-sdk/openai, chat',
    of: ({ base, key }, model) => createOpenAI({ baseURL: base, apiKey: key }).chat(model),
  },
  {
    name: '@ai-sdk/openai, responses',
    of: ({ base, key }, model) => createOpenAI({ baseURL: base, apiKey: key }).responses(model),
  },
  {
    name: '@ai-sdk/anthropic',
    of: ({ base, key }, model) => createAnthropic({ baseURL: base, apiKey: key })(model),
  },
  {
    name: '@ai-sdk/openai-compatible',
    of: ({ base, key }, model) =>
      createOpenAICompatible({ name: 'gateway', baseURL: base, apiKey: key, includeUsage: true })(model),
  },
  {
    name: '@ai-sdk/open-responses',
    of: ({ base, key }, model) =>
      createOpenResponses({ name: 'gateway', url: `${base}/responses`, apiKey: key })(model),
  },
];

const PROMPT = 'Good morning to all of you.';
const said = (text: string): Prompt => [{ role: 'user', content: [{ type: 'text', text }] }];

const partsOf = async (stream: Stream) => {
  const parts: Part[] = [];
  for await (const part of stream) parts.push(part);
  expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
  return parts;
};

const CASES = REST_UPSTREAMS.flatMap((upstream) => CLIENTS.map((client) => ({ client, upstream })));

describe.each(CASES)('$client.name by $upstream.name', ({ client, upstream }) => {
  const model = () => client.of(rest, upstream.chat);

  it('a whole answer', async () => {
    const { content, finishReason, usage } = await model().doGenerate({ prompt: said(PROMPT) });
    expect(content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')).toBe(PROMPT);
    expect(finishReason.unified).toBe('stop');
    expect(usage.inputTokens.total).toBeGreaterThan(0);
    expect(usage.outputTokens.total).toBeGreaterThan(0);
  });

  it('a stream', async () => {
    const { stream } = await model().doStream({ prompt: said(PROMPT) });
    const parts = await partsOf(stream);
    expect(parts.flatMap((part) => (part.type === 'text-delta' ? [part.delta] : [])).join('')).toBe(PROMPT);
    expect(parts.at(-1)).toMatchObject({
      type: 'finish',
      finishReason: { unified: 'stop' },
      usage: { outputTokens: { total: expect.any(Number) } },
    });
  });

  it('two tools at once, streamed, and a turn with their results', async () => {
    const tools = [SDK_WEATHER];
    const asked = said(TWO_CALLS);
    const first = await partsOf((await model().doStream({ prompt: asked, tools })).stream);
    const calls = first.filter((part) => part.type === 'tool-call');
    expect(calls.map(({ toolName, input }) => [toolName, cityIn(input)])).toEqual(
      CITIES.map((city) => ['weather', city]),
    );
    expect(first.at(-1)).toMatchObject({ finishReason: { unified: 'tool-calls' } });
    const { content } = await model().doGenerate({
      tools,
      prompt: [
        ...asked,
        {
          role: 'assistant',
          content: calls.map(({ toolCallId, toolName, input }) => ({
            type: 'tool-call',
            toolCallId,
            toolName,
            input: JSON.parse(input),
          })),
        },
        {
          role: 'tool',
          content: calls.map(({ toolCallId, toolName }, index) => ({
            type: 'tool-result',
            toolCallId,
            toolName,
            output: { type: 'text', value: `${index + 12} degrees` },
          })),
        },
      ],
    });
    expect(content.filter(({ type }) => type !== 'reasoning')).toMatchObject([
      { type: 'text', text: expect.stringContaining('13 degrees') },
    ]);
  });
});

describe.each(CLIENTS)('$name is told', ({ of }) => {
  it('that there is no such model', async () => {
    const call = of(rest, 'no/such-model').doGenerate({ prompt: said(PROMPT) });
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining('no/such-model') });
  });
});
