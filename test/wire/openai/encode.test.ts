import { describe, expect, test } from 'vitest';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { OPENAI_SERVICE_TIERS } from '../../../src/wire/openai/service-tier.ts';
import { CONVERSATION, encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const codec = createOpenAiCodec({});

describe('a request in the words of chat completions', () => {
  test('at its smallest', () => {
    expect(encoded(codec, 'gpt-4o', requestOf())).toEqual({
      path: '/chat/completions',
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], stream: false },
      warnings: [],
    });
  });

  test('asks for usage when streamed', () => {
    expect(encoded(codec, 'gpt-4o', requestOf(), true).body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(
      encoded(createOpenAiCodec({ supportsStreamOptions: false }), 'm', requestOf(), true).body,
    ).not.toHaveProperty('stream_options');
  });

  test('with every parameter', () => {
    const request = requestOf({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      seed: 7,
      stop: ['END'],
      reasoningEffort: 'low',
      user: 'u-1',
    });
    expect(unsupportedNames(codec, 'm', request)).toEqual([]);
    expect(
      encoded(createOpenAiCodec({ maxTokensField: 'max_completion_tokens' }), 'm', request).body,
    ).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      seed: 7,
      stop: ['END'],
      reasoning_effort: 'low',
      user: 'u-1',
      stream: false,
    });
  });

  test('with messages of every role', () => {
    expect(encoded(codec, 'm', requestOf({ messages: CONVERSATION })).body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [
            {
              id: 'call_a',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Oslo"}' },
            },
            { id: 'call_b', type: 'function', function: { name: 'weather', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_a', content: 'Rain' },
        { role: 'tool', tool_call_id: 'call_b', content: 'No city' },
        { role: 'user', content: 'Thanks' },
      ],
    });
  });

  test('with images by address and their detail', () => {
    const source = { kind: 'url', url: 'https://example.com/a.png' } as const;
    const request = requestOf({
      messages: [{ role: 'user', parts: [{ type: 'image', source, detail: 'low' }] }],
    });
    expect(encoded(codec, 'm', request).body).toMatchObject({
      messages: [
        { content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } }] },
      ],
    });
  });

  test('has null content beside tool calls alone', () => {
    const call = { id: 'c', name: 'weather', arguments: '{}' };
    const request = requestOf({
      messages: [{ role: 'assistant', text: '', reasoning: [], toolCalls: [call] }],
    });
    expect(encoded(codec, 'm', request).body).toMatchObject({ messages: [{ content: null }] });
  });

  test.each([
    [{ kind: 'auto' }, 'auto'],
    [{ kind: 'none' }, 'none'],
    [{ kind: 'required' }, 'required'],
    [
      { kind: 'tool', name: 'weather' },
      { type: 'function', function: { name: 'weather' } },
    ],
  ] as const)('with tools and the choice %j', (toolChoice, expected) => {
    const request = requestOf({
      tools: [{ ...WEATHER, strict: true }],
      toolChoice,
      parallelToolCalls: false,
    });
    expect(encoded(codec, 'm', request).body).toMatchObject({
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Tells the weather',
            parameters: WEATHER.parameters,
            strict: true,
          },
        },
      ],
      tool_choice: expected,
      parallel_tool_calls: false,
    });
  });

  test('leaves tool settings out where there are no tools, as servers reject them', () => {
    const body = encoded(
      codec,
      'm',
      requestOf({ toolChoice: { kind: 'auto' }, parallelToolCalls: true }),
    ).body;
    expect(body).not.toHaveProperty('tool_choice');
    expect(body).not.toHaveProperty('parallel_tool_calls');
  });

  test('with a schema for the answer', () => {
    const schema = { type: 'object' };
    const output = { kind: 'jsonSchema', name: 'dog', schema, strict: true } as const;
    expect(encoded(codec, 'm', requestOf({ output })).body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'dog', schema, strict: true } },
    });
    expect(encoded(codec, 'm', requestOf({ output: { kind: 'jsonObject' } })).body).toMatchObject({
      response_format: { type: 'json_object' },
    });
  });
});

describe('what a server does not take', () => {
  const request = requestOf({ topK: 40, metadata: { team: 'a' }, reasoningMaxTokens: 1_000, seed: 1 });

  test('is listed and left out', () => {
    const strict = createOpenAiCodec({ unsupported: ['seed', 'imageUrl'] });
    expect(unsupportedNames(strict, 'm', request)).toEqual([
      'topK',
      'metadata',
      'reasoningMaxTokens',
      'seed',
    ]);
    expect(encoded(strict, 'm', request).body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: false,
    });
  });

  test('may be images', () => {
    const strict = createOpenAiCodec({ unsupported: ['imageUrl'] });
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    const asked = requestOf({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }, image] }] });
    expect(unsupportedNames(strict, 'm', asked)).toEqual(['imageUrl']);
    expect(encoded(strict, 'm', asked).body).toMatchObject({ messages: [{ content: 'Hi' }] });
  });

  test('differs by quirks', () => {
    const openRouter = createOpenAiCodec({
      reasoningRequest: 'reasoning',
      reasoningHistory: 'reasoning_details',
      supportsTopK: true,
      supportsMetadata: true,
      supportsToolCallSignatures: true,
      seedField: 'random_seed',
    });
    expect(unsupportedNames(openRouter, 'm', request)).toEqual([]);
    expect(encoded(openRouter, 'm', { ...request, messages: CONVERSATION.slice(2, 3) }).body).toMatchObject({
      top_k: 40,
      metadata: { team: 'a' },
      reasoning: { max_tokens: 1_000 },
      random_seed: 1,
      messages: [
        {
          reasoning_details: [{ type: 'reasoning.text', text: 'A picture.', signature: 'sig-1' }],
          tool_calls: [{ extra_content: { google: { thought_signature: 'sig-2' } } }, { id: 'call_b' }],
        },
      ],
    });
    const deepSeek = createOpenAiCodec({ reasoningHistory: 'reasoning_content' });
    expect(encoded(deepSeek, 'm', requestOf({ messages: CONVERSATION.slice(2, 3) })).body).toMatchObject({
      messages: [{ reasoning_content: 'A picture.' }],
    });
  });

  test('efforts go by the words of the server', () => {
    expect(encoded(codec, 'm', requestOf({ reasoningEffort: 'max' })).body).toMatchObject({
      reasoning_effort: 'xhigh',
    });
    const groq = createOpenAiCodec({ reasoningEfforts: { low: 'low' } });
    expect(unsupportedNames(groq, 'm', requestOf({ reasoningEffort: 'none' }))).toEqual(['reasoningEffort']);
    const nearest = encoded(groq, 'm', requestOf({ reasoningEffort: 'max' }));
    expect(nearest.body).toMatchObject({ reasoning_effort: 'low' });
    expect(nearest.warnings).toHaveLength(1);
    const none = createOpenAiCodec({ reasoningRequest: 'none' });
    expect(unsupportedNames(none, 'm', requestOf({ reasoningEffort: 'low' }))).toEqual(['reasoningEffort']);
  });
});

describe('what cannot be said of a conversation is told of', () => {
  const FAILED = 'That a tool failed cannot be marked here: its text was sent without the mark.';
  const lost = (count: number) =>
    `Reasoning of earlier turns was left out (${count} of its blocks): the provider does not take it back.`;
  const warned = (reasoningHistory: 'none' | 'reasoning_content' | 'reasoning_details', ...from: number[]) =>
    encoded(
      createOpenAiCodec({ reasoningHistory }),
      'm',
      requestOf({ messages: CONVERSATION.slice(...from) }),
    ).warnings;

  test('that a tool failed', () => {
    expect(warned('none', 3, 4)).toEqual([]);
    expect(warned('none', 3, 5)).toEqual([FAILED]);
  });

  test('reasoning, unless the server takes it back', () => {
    expect(warned('none', 0, 3)).toEqual([lost(1)]);
    expect(warned('reasoning_content', 0, 3)).toEqual([]);
    expect(warned('reasoning_details', 0, 3)).toEqual([]);
    const redacted = [{ text: '', signature: 's', redacted: true }];
    const messages = [{ role: 'assistant', text: 'Hi', reasoning: redacted, toolCalls: [] }] as const;
    const plain = createOpenAiCodec({ reasoningHistory: 'reasoning_content' });
    expect(encoded(plain, 'm', requestOf({ messages })).warnings).toEqual([lost(1)]);
  });
});

describe('cache marks', () => {
  const marked = requestOf({
    tools: [{ ...WEATHER, cache: '5m' }],
    messages: [
      { role: 'system', text: 'Long.', cache: '1h' },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Long too.', cache: '5m' },
          { type: 'text', text: 'Short.' },
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, cache: '5m' },
        ],
      },
      {
        role: 'assistant',
        text: '',
        reasoning: [],
        toolCalls: [{ id: 'c', name: 'weather', arguments: '{}' }],
        cache: '5m',
      },
      { role: 'tool', toolCallId: 'c', text: 'Rain', isError: false, cache: '5m' },
      { role: 'user', parts: [{ type: 'text', text: 'Alone.', cache: '5m' }] },
    ],
  });
  const five = { cache_control: { type: 'ephemeral' } };

  test('are put on text where the server takes them, and told of elsewhere', () => {
    const markers = createOpenAiCodec({ promptCaching: 'markers' });
    expect(unsupportedNames(markers, 'm', marked)).toEqual([]);
    const { body, warnings } = encoded(markers, 'm', marked);
    expect(body).toMatchObject({
      messages: [
        {
          role: 'system',
          content: [{ type: 'text', text: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        },
        {
          content: [
            { type: 'text', text: 'Long too.', ...five },
            { type: 'text', text: 'Short.' },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          ],
        },
        { content: null },
        { role: 'tool', content: [{ type: 'text', text: 'Rain', ...five }] },
        { content: [{ type: 'text', text: 'Alone.', ...five }] },
      ],
    });
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4);
    expect(warnings).toEqual(['The provider takes marks on text alone: 3 on other pieces were left out.']);
  });

  test('are listed and left out where the server has no place for them', () => {
    expect(unsupportedNames(codec, 'm', marked)).toEqual(['cache']);
    const { body, warnings } = encoded(codec, 'm', marked);
    expect(JSON.stringify(body)).not.toContain('cache_control');
    expect(warnings).toEqual([]);
  });
});

describe('log probabilities and service tiers', () => {
  test('log probabilities are asked for in the words of the server', () => {
    const ask = (top: number, logprobsRequest?: 'number') =>
      encoded(
        createOpenAiCodec(logprobsRequest === undefined ? {} : { logprobsRequest }),
        'm',
        requestOf({ logprobs: { top } }),
      ).body;
    expect(ask(5)).toMatchObject({ logprobs: true, top_logprobs: 5 });
    expect(ask(0)).toMatchObject({ logprobs: true });
    expect(ask(0)).not.toHaveProperty('top_logprobs');
    expect(ask(5, 'number')).toMatchObject({ logprobs: 5 });
    expect(ask(0, 'number')).toMatchObject({ logprobs: 1 });
  });

  test('tiers go by the words of the server, and are listed where it has none', () => {
    const openAi = createOpenAiCodec({ serviceTiers: OPENAI_SERVICE_TIERS });
    for (const [serviceTier, word] of [
      ['STANDARD', 'default'],
      ['FLEX', 'flex'],
      ['PRIORITY', 'priority'],
    ] as const) {
      expect(unsupportedNames(openAi, 'm', requestOf({ serviceTier }))).toEqual([]);
      expect(encoded(openAi, 'm', requestOf({ serviceTier })).body).toMatchObject({ service_tier: word });
      expect(unsupportedNames(codec, 'm', requestOf({ serviceTier }))).toEqual(['serviceTier']);
    }
    expect(unsupportedNames(openAi, 'm', requestOf({ serviceTier: 'BATCH' }))).toEqual(['serviceTier']);
  });
});

test('the key goes into a header', () => {
  expect(codec.authorization('sk-1')).toEqual({ authorization: 'Bearer sk-1' });
  expect(createOpenAiCodec({ authHeader: 'api-key' }).authorization('k')).toEqual({ 'api-key': 'k' });
});
