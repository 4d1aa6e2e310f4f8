import { describe, expect, test } from 'vitest';
import type { UserPart } from '../../../src/domain/completion-request.ts';
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
    expect(unsupportedNames(groq, 'm', requestOf({ reasoningEffort: 'max' }))).toEqual(['reasoningEffort']);
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

describe('media', () => {
  const ask = (...parts: readonly UserPart[]) => requestOf({ messages: [{ role: 'user', parts }] });
  const data = (mediaType: string) => ({ kind: 'data', mediaType, base64: 'eA==' }) as const;
  const url = { kind: 'url', url: 'https://example.com/a' } as const;

  test.each([
    ['audio/wav', 'wav'],
    ['audio/x-wav', 'wav'],
    ['audio/mpeg', 'mp3'],
    ['audio/MP3; codecs=x', 'mp3'],
  ])('audio of %s is sent as %s', (mediaType, format) => {
    const request = ask({ type: 'audio', source: data(mediaType) });
    expect(unsupportedNames(codec, 'm', request)).toEqual([]);
    expect(encoded(codec, 'm', request).body).toMatchObject({
      messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'eA==', format } }] }],
    });
  });

  test('audio of other formats, by address, or where it is not taken, is listed', () => {
    expect(unsupportedNames(codec, 'm', ask({ type: 'audio', source: data('audio/ogg') }))).toEqual([
      'audioData',
    ]);
    expect(unsupportedNames(codec, 'm', ask({ type: 'audio', source: url }))).toEqual(['audioUrl']);
    const deaf = createOpenAiCodec({ supportsAudio: false });
    expect(unsupportedNames(deaf, 'm', ask({ type: 'audio', source: data('audio/wav') }))).toEqual([
      'audioData',
    ]);
  });

  test('files go by what the server takes', () => {
    const request = ask(
      { type: 'text', text: 'Read' },
      { type: 'file', source: data('application/pdf'), name: 'a.pdf' },
      { type: 'file', source: data('application/pdf') },
      { type: 'file', source: url },
    );
    const sent = (files: 'none' | 'data' | 'data-and-url') => {
      const some = createOpenAiCodec({ files });
      const { messages } = encoded(some, 'm', request).body as { messages: [{ content: unknown }] };
      return { listed: unsupportedNames(some, 'm', request), content: messages[0].content };
    };
    const text = { type: 'text', text: 'Read' };
    const named = {
      type: 'file',
      file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,eA==' },
    };
    const unnamed = {
      type: 'file',
      file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,eA==' },
    };
    const address = { type: 'file', file: { file_data: 'https://example.com/a' } };
    expect(sent('none')).toEqual({ listed: ['fileData', 'fileUrl'], content: 'Read' });
    expect(sent('data')).toEqual({ listed: ['fileUrl'], content: [text, named, unnamed] });
    expect(sent('data-and-url')).toEqual({ listed: [], content: [text, named, unnamed, address] });
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

describe('structured output where there is no schema', () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } };
  const output = { kind: 'jsonSchema', name: 'dog', description: 'A dog', schema } as const;
  const warning = 'The provider cannot enforce a schema: it was stated in a system message instead.';
  type Body = { readonly messages: readonly { readonly role: string; readonly content: string }[] };

  test('is asked for as JSON, the schema stated and told of', () => {
    const deepSeek = createOpenAiCodec({ structuredOutput: 'json_object' });
    const { body, warnings } = encoded(deepSeek, 'm', requestOf({ output }));
    expect(body).toMatchObject({ response_format: { type: 'json_object' } });
    const [system, user] = (body as Body).messages;
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringContaining(JSON.stringify(schema)),
    });
    expect(system?.content).toMatch(/JSON.*"dog" \(A dog\)/s);
    expect(user).toEqual({ role: 'user', content: 'Hi' });
    expect(warnings).toEqual([warning]);
    const native = encoded(deepSeek, 'm', requestOf({ output: { kind: 'jsonObject' } }));
    expect(native).toMatchObject({ body: { messages: [{ role: 'user' }] }, warnings: [] });
  });

  test('is stated alone where there are no formats at all', () => {
    const plain = createOpenAiCodec({ structuredOutput: 'prompt' });
    const { body, warnings } = encoded(
      plain,
      'm',
      requestOf({ output, messages: [{ role: 'system', text: 'Be brief.' }, ...requestOf().messages] }),
    );
    expect(body).not.toHaveProperty('response_format');
    expect((body as Body).messages).toHaveLength(2);
    expect((body as Body).messages[0]?.content).toMatch(/^Be brief\.\n\n.*JSON/s);
    expect(warnings).toEqual([warning]);
    expect(encoded(plain, 'm', requestOf({ output: { kind: 'jsonObject' } })).warnings).toEqual([
      'The provider cannot enforce JSON: it was stated in a system message instead.',
    ]);
    expect(encoded(plain, 'm', requestOf({ output: { kind: 'text' } }))).toEqual(
      encoded(plain, 'm', requestOf()),
    );
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
