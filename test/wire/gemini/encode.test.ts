import { describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { CONVERSATION, encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const codec = createGeminiCodec();
const FLASH = 'gemini-2.5-flash';

describe("a request in the words of Gemini's API", () => {
  test('at its smallest, streamed and not', () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
    expect(encoded(codec, FLASH, requestOf())).toEqual({
      path: '/v1beta/models/gemini-2.5-flash:generateContent',
      body,
      warnings: [],
    });
    expect(encoded(codec, `models/${FLASH}`, requestOf(), true)).toEqual({
      path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
      body,
      warnings: [],
    });
  });

  test('keeps odd model names inside the path', () => {
    expect(encoded(codec, 'a?key=b#c', requestOf()).path).toBe(
      '/v1beta/models/a%3Fkey%3Db%23c:generateContent',
    );
  });

  test('with every parameter', () => {
    const request = requestOf({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      stop: ['END'],
    });
    expect(unsupportedNames(codec, FLASH, request)).toEqual([]);
    expect(encoded(codec, FLASH, request).body).toMatchObject({
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        seed: 7,
        frequencyPenalty: 0.1,
        presencePenalty: 0.2,
        stopSequences: ['END'],
      },
    });
  });

  test('with messages of every role', () => {
    const { body, warnings } = encoded(codec, FLASH, requestOf({ messages: CONVERSATION }));
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [{ text: 'What is this?' }, { inlineData: { mimeType: 'image/png', data: 'iVBORw==' } }],
        },
        {
          role: 'model',
          parts: [
            { text: 'Let me look.', thoughtSignature: 'sig-1' },
            {
              functionCall: { id: 'call_a', name: 'weather', args: { city: 'Oslo' } },
              thoughtSignature: 'sig-2',
            },
            { functionCall: { id: 'call_b', name: 'weather', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'call_a', name: 'weather', response: { output: 'Rain' } } },
            { functionResponse: { id: 'call_b', name: 'weather', response: { error: 'No city' } } },
          ],
        },
        { role: 'user', parts: [{ text: 'Thanks' }] },
      ],
    });
    expect(warnings).toEqual([]);
  });

  test('finds the name of the nearest call of an id, and does not send ids that we made up', () => {
    const turn = (name: string) =>
      [
        { role: 'assistant', text: '', reasoning: [], toolCalls: [{ id: 'call_0', name, arguments: '{}' }] },
        { role: 'tool', toolCallId: 'call_0', text: 'ok', isError: false },
      ] as const;
    expect(
      encoded(codec, FLASH, requestOf({ messages: [...turn('first'), ...turn('second')] })).body,
    ).toEqual({
      contents: [
        { role: 'model', parts: [{ functionCall: { name: 'first', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'first', response: { output: 'ok' } } }] },
        { role: 'model', parts: [{ functionCall: { name: 'second', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'second', response: { output: 'ok' } } }] },
      ],
    });
  });

  test.each([
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'tool', name: 'weather' },
      { mode: 'ANY', allowedFunctionNames: ['weather'] },
    ],
  ] as const)('with tools and the choice %j', (toolChoice, functionCallingConfig) => {
    expect(encoded(codec, FLASH, requestOf({ tools: [WEATHER], toolChoice })).body).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            {
              name: 'weather',
              description: 'Tells the weather',
              parametersJsonSchema: WEATHER.parameters,
            },
          ],
        },
      ],
      toolConfig: { functionCallingConfig },
    });
  });

  test('with JSON for the answer', () => {
    const schema = { type: 'object' };
    const withSchema = requestOf({ output: { kind: 'jsonSchema', name: 'dog', schema } });
    expect(encoded(codec, FLASH, withSchema).body).toMatchObject({
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema },
    });
    expect(encoded(codec, FLASH, requestOf({ output: { kind: 'jsonObject' } })).body).toMatchObject({
      generationConfig: { responseMimeType: 'application/json' },
    });
  });

  test('lists what the API has no place for, and leaves it out', () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    const request = requestOf({
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }, image] }],
      parallelToolCalls: false,
      metadata: { a: 'b' },
      user: 'u-1',
    });
    expect(unsupportedNames(codec, FLASH, request)).toEqual([
      'imageUrl',
      'parallelToolCalls',
      'metadata',
      'user',
    ]);
    expect(encoded(codec, FLASH, request).body).toEqual(encoded(codec, FLASH, requestOf()).body);
  });
});

describe('reasoning', () => {
  test.each([
    [FLASH, { reasoningEffort: 'none' }, { thinkingBudget: 0 }],
    [FLASH, { reasoningEffort: 'low' }, { thinkingBudget: 1_024, includeThoughts: true }],
    [FLASH, { reasoningEffort: 'medium' }, { thinkingBudget: 8_192, includeThoughts: true }],
    [FLASH, { reasoningEffort: 'max' }, { thinkingBudget: 24_576, includeThoughts: true }],
    ['gemini-2.5-pro', { reasoningEffort: 'max' }, { thinkingBudget: 32_768, includeThoughts: true }],
    [
      FLASH,
      { reasoningEffort: 'low', reasoningMaxTokens: 500 },
      { thinkingBudget: 500, includeThoughts: true },
    ],
    ['gemini-3-pro-preview', { reasoningEffort: 'high' }, { thinkingLevel: 'high', includeThoughts: true }],
    ['gemini-3.1-pro-preview', { reasoningEffort: 'max' }, { thinkingLevel: 'high', includeThoughts: true }],
    [
      'gemini-3-flash-preview',
      { reasoningEffort: 'minimal' },
      { thinkingLevel: 'minimal', includeThoughts: true },
    ],
    ['gemini-3-pro-preview', { reasoningEffort: 'minimal' }, { thinkingLevel: 'low', includeThoughts: true }],
    ['gemini-flash-latest', { reasoningEffort: 'low' }, { thinkingLevel: 'low', includeThoughts: true }],
  ] as const)('of %s with %j is %j', (model, fields, thinkingConfig) => {
    expect(unsupportedNames(codec, model, requestOf(fields))).toEqual([]);
    expect(encoded(codec, model, requestOf(fields)).body).toMatchObject({
      generationConfig: { thinkingConfig },
    });
  });

  test.each([
    [
      'gemini-2.0-flash',
      { reasoningEffort: 'low', reasoningMaxTokens: 5 },
      ['reasoningEffort', 'reasoningMaxTokens'],
    ],
    ['gemini-2.0-flash', { reasoningEffort: 'none' }, []],
    ['gemini-2.5-pro', { reasoningEffort: 'none' }, ['reasoningEffort']],
    ['gemini-3-flash-preview', { reasoningEffort: 'none' }, ['reasoningEffort']],
    ['gemini-3-flash-preview', { reasoningMaxTokens: 5 }, ['reasoningMaxTokens']],
  ] as const)('%s with %j lacks %j', (model, fields: Partial<CompletionRequest>, names) => {
    expect(unsupportedNames(codec, model, requestOf(fields))).toEqual(names);
  });

  test('says what it adjusted', () => {
    expect(encoded(codec, FLASH, requestOf({ reasoningMaxTokens: 99_999 })).warnings).toEqual([
      expect.stringContaining('24576'),
    ]);
    expect(
      encoded(codec, 'gemini-3-pro-preview', requestOf({ reasoningEffort: 'minimal' })).warnings,
    ).toHaveLength(1);
  });
});

test('the key goes into a header, never into the address', () => {
  expect(codec.authorization('k-1')).toEqual({ 'x-goog-api-key': 'k-1' });
});
