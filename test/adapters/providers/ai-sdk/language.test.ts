import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import type { ProviderEvent } from '../../../../src/domain/provider-event.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import {
  bedrockError,
  bedrockEvent,
  bedrockException,
  bedrockStream,
  bedrockText,
  bedrockTextFrames,
} from '../../../fixtures/upstream/bedrock.ts';
import {
  cohereAnswer,
  cohereCallFrames,
  cohereCallStream,
  cohereError,
  cohereText,
} from '../../../fixtures/upstream/cohere.ts';
import { eventStream, type Script, sseFrame } from '../../../support/upstream.ts';
import { fold } from '../../../wire/fold.ts';
import { type Connected, connected } from './connected.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const OLD_CLAUDE = 'anthropic.claude-3-7-sonnet-20250219-v1:0';
const NOVA = 'us.amazon.nova-pro-v1:0';
const COMMAND = 'command-a-03-2025';

let side: Connected | undefined;
afterEach(() => side?.close());
const using = async (known: Parameters<typeof connected>[0], ...scripts: readonly Script[]) => {
  side = await connected(known, { variables: { AWS_REGION: 'us-east-1' } });
  side.upstream.enqueue(...scripts);
  return side;
};

const TOOL = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
} as const;
const user = (text: string): CompletionRequest['messages'][number] => ({
  role: 'user',
  parts: [{ type: 'text', text }],
});
const failureIn = (events: readonly ProviderEvent[]) => {
  const last = events.at(-1);
  return last?.type === 'failed' ? last.failure : undefined;
};
const warningsIn = (events: readonly ProviderEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));

const EVERYTHING: CompletionRequest = {
  messages: [user('Hi')],
  tools: [{ ...TOOL, strict: true }],
  toolChoice: { kind: 'required' },
  parallelToolCalls: false,
  maxOutputTokens: 2_000,
  temperature: 0.5,
  topP: 0.5,
  topK: 5,
  frequencyPenalty: 0.5,
  presencePenalty: 0.5,
  seed: 1,
  stop: ['END'],
  reasoningEffort: 'high',
  logprobs: { top: 1 },
  serviceTier: 'PRIORITY',
  metadata: { team: 'a' },
  user: 'u',
};

describe('what a provider cannot do', () => {
  test.each([
    { known: bedrock, model: CLAUDE },
    { known: bedrock, model: OLD_CLAUDE },
    { known: bedrock, model: 'global.anthropic.claude-opus-4-7' },
    { known: bedrock, model: 'us.anthropic.claude-opus-5-5' },
    { known: bedrock, model: NOVA },
    { known: bedrock, model: 'us.amazon.nova-2-lite-v1:0' },
    { known: bedrock, model: 'openai.gpt-oss-120b-1:0' },
    { known: bedrock, model: 'us.openai.gpt-5.6-luna' },
    { known: bedrock, model: 'us.meta.llama4-maverick-17b-instruct-v1:0' },
    { known: cohere, model: COMMAND },
    { known: cohere, model: 'command-a-reasoning-08-2025' },
  ])('is all told beforehand, so that the package leaves nothing out: $model', async ({ known, model }) => {
    const script = known === bedrock ? bedrockText(['x']) : cohereText(['x']);
    const { complete, provider } = await using(known, script);
    const told = provider.unsupported(model, EVERYTHING).map(({ name }) => name);
    expect(new Set(told).size, 'each once').toBe(told.length);
    for (const name of ['logprobs', 'user'] as const) expect(told).toContain(name);
    const left = warningsIn(await complete(model, EVERYTHING, false));
    expect(left.filter(({ code }) => code === 'UNSUPPORTED_PARAMETER')).toEqual([]);
  });

  test('media that Bedrock or a model cannot take', async () => {
    const { provider } = await using(bedrock);
    const data = (mediaType: string) => ({ kind: 'data' as const, mediaType, base64: 'AAAA' });
    const request: CompletionRequest = {
      tools: [],
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
            { type: 'image', source: data('image/tiff') },
            { type: 'audio', source: data('audio/mpeg') },
            { type: 'file', source: data('application/pdf') },
          ],
        },
      ],
    };
    const names = provider.unsupported(CLAUDE, request).map(({ name }) => name);
    expect(names).toEqual(['imageUrl', 'audioData', 'imageData']);
  });
});

describe('what the package would lose', () => {
  test('exceptions in the middle of a stream, those that it does not know too', async () => {
    const cases = [
      ['throttlingException', 'Too many tokens, please wait.', 'RATE_LIMITED'],
      ['throttlingException', 'Too many tokens per day, please wait.', 'QUOTA_EXHAUSTED'],
      ['serviceUnavailableException', 'Busy.', 'OVERLOADED'],
      ['modelStreamErrorException', 'Broke.', 'SERVER_ERROR'],
      ['modelTimeoutException', 'Too slow.', 'SERVER_ERROR'],
      ['validationException', 'Input is too long for requested model.', 'CONTEXT_LENGTH_EXCEEDED'],
    ] as const;
    const { complete, upstream } = await using(bedrock);
    for (const [name, message, code] of cases) {
      const [start, word] = bedrockTextFrames(['One']);
      upstream.enqueue(bedrockStream([start ?? '', word ?? '', bedrockException(name, message)]));
      const events = await complete(CLAUDE);
      expect(failureIn(events), name).toMatchObject({ code, providerCode: name, providerMessage: message });
      expect(events.some((event) => event.type === 'textDelta')).toBe(true);
    }
  });

  test('a piece of a kind that it does not know costs that piece alone', async () => {
    const [start, word, ...end] = bedrockTextFrames(['One']);
    const unknown = bedrockEvent('contentBlockDelta', {
      contentBlockIndex: 1,
      delta: { toolResult: [{ json: { stdout: '4' } }] },
    });
    const { complete } = await using(bedrock, bedrockStream([start ?? '', word ?? '', unknown, ...end]));
    const events = await complete(CLAUDE);
    expect(fold(events)).toMatchObject({ text: 'One', end: { type: 'completed', finishReason: 'STOP' } });
    expect(warningsIn(events)).toMatchObject([{ code: 'PROVIDER_WARNING' }]);
  });

  test('a stream that ends cleanly but without its end is TRUNCATED', async () => {
    const { complete } = await using(bedrock, bedrockStream(bedrockTextFrames(['One']).slice(0, 2)));
    expect(failureIn(await complete(CLAUDE))).toMatchObject({ code: 'TRUNCATED' });
    await side?.close();
    const cut = eventStream([sseFrame({ type: 'message-start', id: 'a' })]);
    expect(failureIn(await (await using(cohere, cut)).complete(COMMAND))).toMatchObject({
      code: 'TRUNCATED',
    });
  });

  test('what was written to the cache for an hour, and the tier that served', async () => {
    const { complete } = await using(
      bedrock,
      bedrockStream([
        bedrockEvent('messageStart', { role: 'assistant' }),
        bedrockEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'x' } }),
        bedrockEvent('messageStop', { stopReason: 'guardrail_intervened' }),
        bedrockEvent('metadata', {
          serviceTier: { type: 'flex' },
          usage: {
            inputTokens: 1,
            outputTokens: 2,
            totalTokens: 33,
            cacheReadInputTokens: 10,
            cacheWriteInputTokens: 20,
            cacheDetails: [
              { ttl: '1h', inputTokens: 15 },
              { ttl: '5m', inputTokens: 5 },
            ],
          },
        }),
      ]),
    );
    const { usage, end } = fold(await complete(CLAUDE));
    expect(usage).toEqual(usageOf({ input: 1, output: 2, cacheRead: 10, cacheWrite5m: 5, cacheWrite1h: 15 }));
    expect(end).toMatchObject({ finishReason: 'CONTENT_FILTER', serviceTier: 'FLEX' });
  });

  test("Cohere's citations of tools, its plan, and calls in parallel", async () => {
    const cited = cohereAnswer(
      {
        tool_plan: 'I will look.',
        content: [{ type: 'text', text: 'Sunny.' }],
        citations: [
          {
            start: 0,
            end: 5,
            text: 'Sunny',
            sources: [{ type: 'tool', id: 'w:0', tool_output: { title: 'Weather' } }],
          },
        ],
      },
      'COMPLETE',
      3,
    );
    const { complete, upstream } = await using(cohere, cited);
    const whole = await complete(COMMAND, {}, false);
    expect(fold(whole)).toMatchObject({
      text: 'Sunny.',
      reasoning: 'I will look.',
      end: { type: 'completed' },
    });
    expect(whole).toContainEqual({ type: 'source', title: 'Weather' });
    upstream.enqueue(
      cohereCallStream([
        cohereCallFrames(0, 'a', 'one', ['{"x":', '1}']),
        cohereCallFrames(1, 'b', 'two', ['{}']),
      ]),
    );
    expect(fold(await complete(COMMAND)).toolCalls).toMatchObject([
      { id: 'a', name: 'one', arguments: '{"x":1}' },
      { id: 'b', name: 'two', arguments: '{}' },
    ]);
  });

  test('arguments that are no JSON come as the model wrote them, and the answer with them', async () => {
    const { complete } = await using(
      cohere,
      cohereCallStream([cohereCallFrames(0, 'a', 'one', ['{"x": oops'])]),
    );
    expect(fold(await complete(COMMAND))).toMatchObject({
      toolCalls: [{ arguments: '{"x": oops' }],
      usage: { output: 9 },
      end: { finishReason: 'TOOL_CALLS' },
    });
  });

  test("text, reasoning and arguments of Cohere's earlier turns go back as they were", async () => {
    const { complete, upstream } = await using(cohere, cohereText(['x']));
    await complete(
      COMMAND,
      {
        tools: [TOOL],
        messages: [
          user('Weather?'),
          {
            role: 'assistant',
            text: 'One moment.',
            reasoning: [{ text: 'I will look.' }],
            toolCalls: [{ id: 'a', name: 'get_weather', arguments: '{"city": "Paris"}' }],
          },
          { role: 'tool', toolCallId: 'a', text: 'Sunny', isError: false },
        ],
      },
      false,
    );
    expect(upstream.requests[0]?.body).toMatchObject({
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          tool_plan: 'I will look.\nOne moment.',
          tool_calls: [{ id: 'a', function: { name: 'get_weather', arguments: '{"city": "Paris"}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'Sunny' },
      ],
    });
  });
});

describe('errors', () => {
  test.each([
    {
      known: bedrock,
      script: bedrockError(400, 'ServiceQuotaExceededException', 'Over quota.'),
      code: 'QUOTA_EXHAUSTED',
    },
    {
      known: bedrock,
      script: bedrockError(429, 'ThrottlingException', 'Too many tokens per day.'),
      code: 'QUOTA_EXHAUSTED',
    },
    { known: bedrock, script: bedrockError(429, 'ModelNotReadyException', 'Not ready.'), code: 'OVERLOADED' },
    { known: bedrock, script: bedrockError(503, 'ServiceUnavailableException', 'Busy.'), code: 'OVERLOADED' },
    {
      known: bedrock,
      script: bedrockError(400, 'ValidationException', 'The provided model identifier is invalid.'),
      code: 'MODEL_NOT_FOUND',
    },
    {
      known: bedrock,
      script: bedrockError(403, 'UnrecognizedClientException', 'The security token is invalid.'),
      code: 'AUTHENTICATION',
    },
    { known: bedrock, script: bedrockError(424, 'ModelErrorException', 'Failed.'), code: 'SERVER_ERROR' },
    { known: cohere, script: cohereError(402, 'Please add a payment method.'), code: 'QUOTA_EXHAUSTED' },
    {
      known: cohere,
      script: cohereError(400, 'too many tokens: total number of tokens exceeds'),
      code: 'CONTEXT_LENGTH_EXCEEDED',
    },
    { known: cohere, script: cohereError(422, 'invalid request'), code: 'INVALID_REQUEST' },
    { known: cohere, script: cohereError(503, 'unavailable'), code: 'OVERLOADED' },
  ])('of $known.name: $code', async ({ known, script, code }) => {
    const { complete, upstream } = await using(known, script);
    expect(failureIn(await complete(known === bedrock ? CLAUDE : COMMAND))).toMatchObject({ code });
    expect(upstream.requests, 'nothing is tried twice').toHaveLength(1);
  });

  test('an answer that broke at Cohere is a failure, with what is billed', async () => {
    const { complete } = await using(cohere, cohereAnswer({ content: [] }, 'ERROR', 2));
    const events = await complete(COMMAND, {}, false);
    expect(failureIn(events)).toMatchObject({ code: 'SERVER_ERROR', providerCode: 'ERROR' });
    expect(events.find((event) => event.type === 'usageUpdated')?.usage.output).toBe(2);
  });

  test('a redirect is not followed', async () => {
    const { complete } = await using(cohere, { status: 307, headers: { location: 'http://127.0.0.1:1/' } });
    expect(failureIn(await complete(COMMAND))).toMatchObject({ code: 'SERVER_ERROR', retry: 'ELSEWHERE' });
  });
});
