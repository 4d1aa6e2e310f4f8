import { describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { CONVERSATION, encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const codec = createOpenAiResponsesCodec();

describe('a request in the words of Responses', () => {
  test('at its smallest', () => {
    expect(encoded(codec, 'gpt-4o', requestOf())).toEqual({
      path: '/responses',
      body: { model: 'gpt-4o', input: [{ role: 'user', content: 'Hi' }], store: false, stream: false },
      warnings: [],
    });
    expect(encoded(codec, 'gpt-4o', requestOf(), true).body).toMatchObject({ stream: true });
  });

  test('with every parameter that has a place', () => {
    const request = requestOf({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      reasoningEffort: 'max',
      logprobs: { top: 5 },
      serviceTier: 'FLEX',
      metadata: { team: 'a' },
      user: 'u-1',
    });
    expect(unsupportedNames(codec, 'gpt-5', request)).toEqual([]);
    expect(encoded(codec, 'gpt-5', request).body).toEqual({
      model: 'gpt-5',
      input: [{ role: 'user', content: 'Hi' }],
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 5,
      reasoning: { effort: 'xhigh', summary: 'auto' },
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      service_tier: 'flex',
      metadata: { team: 'a' },
      safety_identifier: 'u-1',
      store: false,
      stream: false,
    });
  });

  test('with messages of every role', () => {
    const { body, warnings } = encoded(codec, 'gpt-5', requestOf({ messages: CONVERSATION }));
    expect(body).toMatchObject({
      input: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw==', detail: 'auto' },
          ],
        },
        { role: 'assistant', content: 'Let me look.' },
        { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call', call_id: 'call_b', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_a', output: 'Rain' },
        { type: 'function_call_output', call_id: 'call_b', output: 'No city' },
        { role: 'user', content: 'Thanks' },
      ],
    });
    // Its reasoning is of another dialect.
    expect(warnings).toEqual([
      expect.stringContaining('left out (1 of its blocks)'),
      expect.stringContaining('That a tool failed cannot be marked here'),
    ]);
    const developer = createOpenAiResponsesCodec({ systemRole: 'developer' });
    expect(encoded(developer, 'm', requestOf({ messages: CONVERSATION.slice(0, 1) })).body).toMatchObject({
      input: [{ role: 'developer', content: 'Be brief.' }],
    });
  });

  test('with media by address and as data', () => {
    const request = requestOf({
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
            { type: 'file', source: { kind: 'url', url: 'https://example.com/b.pdf' }, name: 'b.pdf' },
            {
              type: 'file',
              source: { kind: 'data', mediaType: 'application/pdf', base64: 'JVBE' },
              name: 'c.pdf',
            },
            { type: 'file', source: { kind: 'data', mediaType: 'text/plain', base64: 'SGk=' } },
          ],
        },
      ],
    });
    expect(unsupportedNames(codec, 'm', request)).toEqual([]);
    expect(encoded(codec, 'm', request).warnings).toEqual([
      'The provider takes files by address without their names: these were left out.',
    ]);
    expect(encoded(codec, 'm', request).body).toMatchObject({
      input: [
        {
          content: [
            { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' },
            { type: 'input_file', file_url: 'https://example.com/b.pdf' },
            { type: 'input_file', filename: 'c.pdf', file_data: 'data:application/pdf;base64,JVBE' },
            { type: 'input_file', filename: 'document.txt', file_data: 'data:text/plain;base64,SGk=' },
          ],
        },
      ],
    });
  });

  test.each([
    [{ kind: 'auto' }, 'auto'],
    [{ kind: 'none' }, 'none'],
    [{ kind: 'required' }, 'required'],
    [
      { kind: 'tool', name: 'weather' },
      { type: 'function', name: 'weather' },
    ],
  ] as const)('with tools and the choice %j', (toolChoice, expected) => {
    const tools = [WEATHER, { ...WEATHER, name: 'exact', strict: true }];
    expect(
      encoded(codec, 'm', requestOf({ tools, toolChoice, parallelToolCalls: false })).body,
    ).toMatchObject({
      tools: [
        {
          type: 'function',
          name: 'weather',
          description: 'Tells the weather',
          parameters: WEATHER.parameters,
          strict: false,
        },
        { name: 'exact', strict: true },
      ],
      tool_choice: expected,
      parallel_tool_calls: false,
    });
  });

  test('with a format for the answer', () => {
    const schema = { type: 'object' };
    const output = { kind: 'jsonSchema', name: 'dog', description: 'A dog', schema, strict: true } as const;
    expect(encoded(codec, 'm', requestOf({ output })).body).toMatchObject({
      text: { format: { type: 'json_schema', name: 'dog', description: 'A dog', schema, strict: true } },
    });
    expect(encoded(codec, 'm', requestOf({ output: { kind: 'jsonObject' } })).body).toMatchObject({
      text: { format: { type: 'json_object' } },
    });
  });

  test.each([
    ['gpt-5', {}, true],
    ['openai/gpt-5.1-codex-max', {}, true],
    ['openai.gpt-5.5', {}, true],
    ['o4-mini', {}, true],
    ['gpt-oss-120b', {}, true],
    ['gpt-4o', {}, false],
    ['gpt-4.1-mini', {}, false],
    ['gpt-5-chat-latest', {}, false],
    ['my-deployment', {}, false],
    ['my-deployment', { reasoningEffort: 'low' }, true],
    ['gpt-4o', { reasoningEffort: 'none' }, false],
  ] as const)('of %s and %j asks for encrypted reasoning: %s', (model, fields, isAsked) => {
    const { include } = encoded(codec, model, requestOf(fields)).body as { include?: readonly string[] };
    expect(include).toEqual(isAsked ? ['reasoning.encrypted_content'] : undefined);
  });

  test('raises a limit that is too low, and says so', () => {
    const { body, warnings } = encoded(codec, 'm', requestOf({ maxOutputTokens: 5 }));
    expect(body).toMatchObject({ max_output_tokens: 16 });
    expect(warnings).toEqual(['The provider takes no limit below 16: that was sent instead.']);
    expect(encoded(codec, 'm', requestOf({ maxOutputTokens: 20 })).warnings).toEqual([]);
    const other = createOpenAiResponsesCodec({ minOutputTokens: 1 });
    expect(encoded(other, 'm', requestOf({ maxOutputTokens: 5 })).body).toMatchObject({
      max_output_tokens: 5,
    });
  });

  test('differs by quirks', () => {
    const other = createOpenAiResponsesCodec({
      authHeader: 'api-key',
      userField: 'user',
      supportsStore: false,
      supportsReasoningSummary: false,
      encryptedReasoning: 'never',
      serviceTiers: {},
      promptCaching: 'none',
      reasoningEfforts: { low: 'little' },
      unsupported: ['temperature'],
    });
    const request = requestOf({
      user: 'u',
      reasoningEffort: 'low',
      serviceTier: 'FLEX',
      temperature: 1,
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi', cache: '5m' }] }],
    });
    expect(unsupportedNames(other, 'm', request)).toEqual(['cache', 'serviceTier', 'temperature']);
    expect(encoded(other, 'm', request).body).toEqual({
      model: 'm',
      input: [{ role: 'user', content: 'Hi' }],
      reasoning: { effort: 'little' },
      user: 'u',
      stream: false,
    });
    expect(unsupportedNames(other, 'm', requestOf({ reasoningEffort: 'high' }))).toEqual(['reasoningEffort']);
    expect(other.authorization('k')).toEqual({ 'api-key': 'k' });
    expect(codec.authorization('k')).toEqual({ authorization: 'Bearer k' });
  });

  test('leaves out what has no place', () => {
    const request: CompletionRequest = requestOf({
      topK: 1,
      frequencyPenalty: 1,
      presencePenalty: 1,
      seed: 1,
      stop: ['x'],
      reasoningMaxTokens: 100,
      serviceTier: 'BATCH',
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Hi' },
            { type: 'audio', source: { kind: 'data', mediaType: 'audio/wav', base64: 'UklG' } },
          ],
        },
      ],
    });
    expect(new Set(unsupportedNames(codec, 'm', request))).toEqual(
      new Set([
        'topK',
        'frequencyPenalty',
        'presencePenalty',
        'seed',
        'stop',
        'audioData',
        'reasoningMaxTokens',
        'serviceTier',
      ]),
    );
    expect(encoded(codec, 'm', request).body).toEqual(encoded(codec, 'm', requestOf()).body);
  });
});
