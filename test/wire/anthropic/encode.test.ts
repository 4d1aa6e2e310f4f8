import { describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { CONVERSATION, encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const codec = createAnthropicCodec();
const NEWER = 'claude-opus-4-6';
const OLDER = 'claude-sonnet-4-5-20250929';

describe("a request in the words of Anthropic's API", () => {
  test('at its smallest', () => {
    const { call, warnings } = codec.encode(OLDER, requestOf(), true);
    expect(call).toEqual({
      path: '/v1/messages',
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: expect.any(String),
    });
    expect(JSON.parse(call.body)).toEqual({
      model: OLDER,
      max_tokens: 32_000,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: true,
    });
    expect(warnings).toEqual([]);
  });

  test.each([
    ['claude-3-haiku-20240307', 4_096],
    ['claude-3-opus-latest', 4_096],
    ['claude-3-5-sonnet-20241022', 8_192],
    ['claude-3.5-haiku', 8_192],
    ['claude-3-7-sonnet-20250219', 32_000],
    ['claude-sonnet-4-20250514', 32_000],
    ['claude-opus-4-1-20250805', 32_000],
    ['anthropic.claude-haiku-4-5-v1:0', 32_000],
    ['claude-opus-5', 32_000],
  ])('always has an output limit: %s gets %i', (model, max_tokens) => {
    expect(encoded(codec, model, requestOf()).body).toMatchObject({ max_tokens });
    expect(encoded(codec, model, requestOf({ maxOutputTokens: 5 })).body).toMatchObject({ max_tokens: 5 });
  });

  test('with messages of every role', () => {
    const { body, warnings } = encoded(codec, OLDER, requestOf({ messages: CONVERSATION }));
    expect(body).toMatchObject({
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'A picture.', signature: 'sig-1' },
            { type: 'text', text: 'Let me look.' },
            { type: 'tool_use', id: 'call_a', name: 'weather', input: { city: 'Oslo' } },
            { type: 'tool_use', id: 'call_b', name: 'weather', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_a', content: 'Rain' },
            { type: 'tool_result', tool_use_id: 'call_b', content: 'No city', is_error: true },
            { type: 'text', text: 'Thanks' },
          ],
        },
      ],
    });
    expect(warnings).toEqual([]);
  });

  test('with what needs care: images by address, redacted and unsigned reasoning, malformed arguments, late system text', () => {
    const { body, warnings } = encoded(
      codec,
      OLDER,
      requestOf({
        messages: [
          {
            role: 'user',
            parts: [{ type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }],
          },
          {
            role: 'assistant',
            text: '',
            reasoning: [{ text: '', signature: 'opaque', redacted: true }, { text: 'unsigned' }],
            toolCalls: [{ id: 'c', name: 'f', arguments: '{"x' }],
          },
          { role: 'system', text: 'Late.' },
        ],
      }),
    );
    expect(body).toMatchObject({
      system: 'Late.',
      messages: [
        { content: [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }] },
        {
          content: [
            { type: 'redacted_thinking', data: 'opaque' },
            { type: 'tool_use', id: 'c', name: 'f', input: { arguments: '{"x' } },
          ],
        },
      ],
    });
    expect(warnings).toEqual([
      expect.stringContaining('no JSON object'),
      expect.stringContaining('moved to the front'),
      expect.stringContaining('without a signature'),
    ]);
  });

  test.each([
    [{ kind: 'auto' }, undefined, { type: 'auto' }],
    [{ kind: 'none' }, false, { type: 'none' }],
    [{ kind: 'required' }, undefined, { type: 'any' }],
    [
      { kind: 'tool', name: 'weather' },
      false,
      { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
    ],
    [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
  ] as const)('with tools, the choice %j and parallel %j', (toolChoice, parallelToolCalls, expected) => {
    const request = requestOf({
      tools: [WEATHER],
      ...(toolChoice === undefined ? {} : { toolChoice }),
      ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
    });
    expect(encoded(codec, OLDER, request).body).toMatchObject({
      tools: [{ name: 'weather', description: 'Tells the weather', input_schema: WEATHER.parameters }],
      tool_choice: expected,
    });
  });

  test('with the parameters that it takes', () => {
    const request = requestOf({ temperature: 0.5, topK: 40, stop: ['END'], user: 'u-1' });
    expect(unsupportedNames(codec, OLDER, request)).toEqual([]);
    expect(encoded(codec, OLDER, request).body).toMatchObject({
      temperature: 0.5,
      top_k: 40,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
    });
  });

  test('with a schema for the answer, as recorded', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const request = requestOf({ output: { kind: 'jsonSchema', name: 'dog', schema } });
    expect(encoded(codec, NEWER, request).body).toMatchObject({
      output_config: { format: { type: 'json_schema', schema } },
    });
  });

  test('leaves out a temperature of 1, the usual one, where the model refuses any', () => {
    const { body, warnings } = encoded(codec, 'claude-opus-5', requestOf({ temperature: 1 }));
    expect(body).not.toHaveProperty('temperature');
    expect(warnings).toEqual([]);
  });

  test('lowers a temperature above 1 and says so', () => {
    const { body, warnings } = encoded(codec, OLDER, requestOf({ temperature: 1.7 }));
    expect(body).toMatchObject({ temperature: 1 });
    expect(warnings).toEqual([expect.stringContaining('lowered to 1')]);
  });

  test('lists what the API has no place for, and leaves it out', () => {
    const request = requestOf({ seed: 1, frequencyPenalty: 1, presencePenalty: 1, metadata: { a: 'b' } });
    expect(unsupportedNames(codec, OLDER, request)).toEqual([
      'seed',
      'frequencyPenalty',
      'presencePenalty',
      'metadata',
    ]);
    expect(encoded(codec, OLDER, request).body).toEqual(encoded(codec, OLDER, requestOf()).body);
  });

  test.each([
    [OLDER, { temperature: 0.5, topP: 0.5 }, ['topP']],
    ['claude-3-5-sonnet-20241022', { temperature: 0.5, topP: 0.5 }, []],
    ['claude-opus-4-7', { temperature: 0.5, topP: 0.5, topK: 4 }, ['temperature', 'topP', 'topK']],
    ['claude-opus-5', { temperature: 1 }, []],
  ] as const)('sampling of %s with %j lacks %j', (model, fields, names) => {
    expect(unsupportedNames(codec, model, requestOf(fields))).toEqual(names);
  });
});

describe('reasoning', () => {
  const body = (model: string, fields: Partial<CompletionRequest>) =>
    encoded(codec, model, requestOf(fields));

  test.each([
    ['minimal', 1_024],
    ['low', 2_048],
    ['medium', 8_192],
    ['high', 16_384],
    ['max', 24_576],
  ] as const)(
    'of effort %s is a budget of %i tokens, below the output limit',
    (reasoningEffort, budget_tokens) => {
      expect(body(OLDER, { reasoningEffort }).body).toMatchObject({
        max_tokens: 32_000,
        thinking: { type: 'enabled', budget_tokens },
      });
    },
  );

  test.each([
    ['minimal', 'low'],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
    ['max', 'max'],
  ] as const)('of effort %s is adaptive with effort %s from 4.6 on', (reasoningEffort, effort) => {
    expect(body(NEWER, { reasoningEffort }).body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort },
    });
  });

  test('is off unless asked for', () => {
    for (const model of [OLDER, NEWER]) {
      expect(body(model, {}).body).not.toHaveProperty('thinking');
      expect(body(model, { reasoningEffort: 'none' }).body).not.toHaveProperty('thinking');
    }
  });

  test('takes a number where the model does, and raises the output limit above it if that is ours', () => {
    expect(body(OLDER, { reasoningEffort: 'low', reasoningMaxTokens: 50_000 }).body).toMatchObject({
      max_tokens: 54_096,
      thinking: { budget_tokens: 50_000 },
    });
    expect(unsupportedNames(codec, NEWER, requestOf({ reasoningMaxTokens: 5_000 }))).toEqual([
      'reasoningMaxTokens',
    ]);
  });

  test("is fitted below the caller's output limit", () => {
    const fitted = body(OLDER, { reasoningEffort: 'high', maxOutputTokens: 8_000 });
    expect(fitted.body).toMatchObject({ max_tokens: 8_000, thinking: { budget_tokens: 4_000 } });
    expect(fitted.warnings).toEqual([expect.stringContaining('4000 tokens')]);
    const off = body(OLDER, { reasoningEffort: 'low', maxOutputTokens: 1_000 });
    expect(off.body).toMatchObject({ max_tokens: 1_000 });
    expect(off.body).not.toHaveProperty('thinking');
    expect(off.warnings).toEqual([expect.stringContaining('turned off')]);
    expect(body(OLDER, { reasoningMaxTokens: 10 }).body).toMatchObject({
      thinking: { budget_tokens: 1_024 },
    });
  });

  describe('in the middle of a turn', () => {
    const turn = (signature: string | undefined): CompletionRequest['messages'] => [
      { role: 'user', parts: [{ type: 'text', text: 'How is the weather?' }] },
      {
        role: 'assistant',
        text: '',
        reasoning: [{ text: 'I must look.', ...(signature !== undefined && { signature }) }],
        toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' }],
      },
      { role: 'tool', toolCallId: 'call_a', text: 'Rain', isError: false },
    ];
    const asked = { tools: [WEATHER], reasoningEffort: 'low' } as const;

    test('goes on where it began with reasoning', () => {
      const { body: sent, warnings } = body(OLDER, { ...asked, messages: turn('sig-1') });
      expect(sent).toMatchObject({ thinking: { type: 'enabled' } });
      expect(JSON.stringify(sent)).toContain('sig-1');
      expect(warnings).toEqual([]);
    });

    test('cannot begin, which the API rejects: it is turned off and told of', () => {
      const { body: sent, warnings } = body(OLDER, { ...asked, messages: turn(undefined) });
      expect(sent).not.toHaveProperty('thinking');
      expect(sent).toMatchObject({ max_tokens: 32_000 });
      expect(warnings).toEqual(
        [
          expect.stringContaining('Reasoning was turned off'),
          expect.stringContaining('without a signature'),
        ].toReversed(),
      );
    });

    test('can begin where the model decides for itself', () => {
      const { body: sent } = body(NEWER, { ...asked, messages: turn(undefined) });
      expect(sent).toMatchObject({ thinking: { type: 'adaptive' } });
    });

    test('can begin with the next turn', () => {
      const messages = [
        ...turn(undefined),
        { role: 'user', parts: [{ type: 'text', text: 'And in Rome?' }] },
      ] as const;
      expect(body(OLDER, { ...asked, messages }).body).toMatchObject({ thinking: { type: 'enabled' } });
    });

    test('cannot end: what was reasoned is left out where it is no longer asked for, and told of', () => {
      const { body: sent, warnings } = body(OLDER, { tools: [WEATHER], messages: turn('sig-1') });
      expect(sent).not.toHaveProperty('thinking');
      expect(JSON.stringify(sent)).not.toContain('sig-1');
      expect(warnings).toEqual([expect.stringContaining('Reasoning of the turn under way was left out')]);
    });
  });

  test('is turned off by name where the model would reason by itself', () => {
    expect(body('claude-opus-5', { reasoningEffort: 'none' }).body).toMatchObject({
      thinking: { type: 'disabled' },
    });
    expect(body('claude-opus-5', {}).body).not.toHaveProperty('thinking');
  });

  test.each([
    ['claude-opus-5-5', { reasoningEffort: 'none' }, ['reasoningEffort']],
    ['claude-fable-5', { reasoningEffort: 'none' }, ['reasoningEffort']],
    ['claude-sonnet-5-5', { tools: [WEATHER], toolChoice: { kind: 'required' } }, ['toolChoice']],
    [
      'claude-opus-5-5',
      { tools: [WEATHER], toolChoice: { kind: 'required' }, reasoningEffort: 'low' },
      ['toolChoice'],
    ],
    ['claude-opus-5', { tools: [WEATHER], toolChoice: { kind: 'required' } }, []],
    [
      'claude-3-5-sonnet-20241022',
      { reasoningEffort: 'low', reasoningMaxTokens: 9 },
      ['reasoningEffort', 'reasoningMaxTokens'],
    ],
    ['claude-3-haiku-20240307', { reasoningEffort: 'none' }, []],
    [OLDER, { reasoningEffort: 'low', temperature: 0.5 }, ['temperature']],
    [OLDER, { reasoningEffort: 'low', temperature: 1 }, []],
    [OLDER, { reasoningEffort: 'low', topK: 3, topP: 0.5 }, ['topP', 'topK']],
    [OLDER, { reasoningEffort: 'low', topP: 0.96 }, []],
    [OLDER, { reasoningEffort: 'none', temperature: 0.5 }, []],
    [
      OLDER,
      { reasoningEffort: 'low', tools: [WEATHER], toolChoice: { kind: 'required' }, temperature: 0.5 },
      ['reasoningEffort'],
    ],
  ] as const)('%s with %j lacks %j', (model, fields, names) => {
    expect(unsupportedNames(codec, model, requestOf(fields))).toEqual(names);
  });
});

test('the key goes into a header', () => {
  expect(codec.authorization('sk-1')).toEqual({ 'x-api-key': 'sk-1' });
});
