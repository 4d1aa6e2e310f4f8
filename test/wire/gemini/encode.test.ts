import { describe, expect, test } from 'vitest';
import type { CompletionRequest, UserPart } from '../../../src/domain/completion-request.ts';
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
    const model = 'gemini-3-flash-preview';
    expect(unsupportedNames(codec, model, request)).toEqual([]);
    expect(encoded(codec, model, request).body).toMatchObject({
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
    const request = requestOf({
      parallelToolCalls: false,
      metadata: { a: 'b' },
      frequencyPenalty: 1,
      presencePenalty: 1,
      serviceTier: 'FAST',
      user: 'u-1',
    });
    expect(unsupportedNames(codec, FLASH, request)).toEqual([
      'parallelToolCalls',
      'metadata',
      'frequencyPenalty',
      'presencePenalty',
      'serviceTier',
      'user',
    ]);
    expect(encoded(codec, FLASH, request).body).toEqual(encoded(codec, FLASH, requestOf()).body);
  });
});

describe('media', () => {
  const of = (...parts: readonly UserPart[]) => requestOf({ messages: [{ role: 'user', parts }] });
  const data = (mediaType: string) => ({ kind: 'data', mediaType, base64: 'eA==' }) as const;
  const url = (address: string) => ({ kind: 'url', url: address }) as const;

  test('of every kind go in as data and by address', () => {
    const request = of(
      { type: 'image', source: data('image/png') },
      { type: 'audio', source: data('audio/wav') },
      { type: 'file', source: data('application/pdf') },
      { type: 'image', source: url('https://example.com/a.JPG?size=2') },
      { type: 'audio', source: url('https://example.com/a.mp3') },
      { type: 'file', source: url('https://example.com/a.pdf') },
    );
    expect(unsupportedNames(codec, FLASH, request)).toEqual([]);
    expect(encoded(codec, FLASH, request)).toMatchObject({
      warnings: [],
      body: {
        contents: [
          {
            parts: [
              { inlineData: { mimeType: 'image/png', data: 'eA==' } },
              { inlineData: { mimeType: 'audio/wav', data: 'eA==' } },
              { inlineData: { mimeType: 'application/pdf', data: 'eA==' } },
              { fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/a.JPG?size=2' } },
              { fileData: { mimeType: 'audio/mp3', fileUri: 'https://example.com/a.mp3' } },
              { fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/a.pdf' } },
            ],
          },
        ],
      },
    });
  });

  test('by address need a known ending, and only those without are left out', () => {
    const request = of(
      { type: 'image', source: url('https://example.com/image?id=1') },
      { type: 'image', source: url('https://example.com/a.png') },
      { type: 'file', source: url('not an address') },
    );
    expect(unsupportedNames(codec, FLASH, request)).toEqual(['imageUrl', 'fileUrl']);
    expect(encoded(codec, FLASH, request).body).toMatchObject({
      contents: [{ parts: [{ fileData: { fileUri: 'https://example.com/a.png' } }] }],
    });
  });

  test('by address are beyond older models', () => {
    const request = of(
      { type: 'text', text: 'Hi' },
      { type: 'image', source: url('https://example.com/a.png') },
      { type: 'audio', source: url('https://example.com/a.mp3') },
    );
    expect(unsupportedNames(codec, 'gemini-2.0-flash', request)).toEqual(['imageUrl', 'audioUrl']);
    expect(encoded(codec, 'gemini-2.0-flash', request).body).toEqual(
      encoded(codec, 'gemini-2.0-flash', requestOf()).body,
    );
    expect(unsupportedNames(createGeminiCodec('vertex'), 'gemini-2.0-flash', request)).toEqual([]);
  });

  test('keep their names on Vertex; on the Gemini API a warning says that they are left out', () => {
    const request = of({ type: 'file', source: data('application/pdf'), name: 'report.pdf' });
    expect(encoded(codec, FLASH, request).warnings).toEqual([expect.stringContaining('without their names')]);
    expect(encoded(createGeminiCodec('vertex'), FLASH, request)).toMatchObject({
      warnings: [],
      body: { contents: [{ parts: [{ inlineData: { displayName: 'report.pdf' } }] }] },
    });
  });
});

describe('what came later', () => {
  test('log probabilities', () => {
    const config = (top: number) => encoded(codec, FLASH, requestOf({ logprobs: { top } })).body;
    expect(config(3)).toMatchObject({ generationConfig: { responseLogprobs: true, logprobs: 3 } });
    expect(config(0)).toMatchObject({ generationConfig: { responseLogprobs: true } });
    expect(JSON.stringify(config(0))).not.toContain('"logprobs"');
  });

  test.each([
    ['STANDARD', 'standard'],
    ['FLEX', 'flex'],
    ['PRIORITY', 'priority'],
  ] as const)('the service tier %s is in the body, on Vertex in a header', (serviceTier, word) => {
    const request = requestOf({ serviceTier });
    expect(unsupportedNames(codec, FLASH, request)).toEqual([]);
    expect(encoded(codec, FLASH, request).body).toMatchObject({ serviceTier: word });
    const { call } = createGeminiCodec('vertex').encode(FLASH, request, false);
    expect(call.headers).toMatchObject({ 'x-vertex-ai-llm-shared-request-type': word });
    expect(call.body).not.toContain('serviceTier');
  });

  test('strict tools are kept to their schemas', () => {
    const strict = { ...WEATHER, strict: true };
    const of = (fields: Partial<CompletionRequest>) => encoded(codec, FLASH, requestOf(fields));
    const validated = { toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } };
    expect(of({ tools: [strict] })).toMatchObject({ body: validated, warnings: [] });
    expect(of({ tools: [strict], toolChoice: { kind: 'auto' } }).body).toMatchObject(validated);
    expect(of({ tools: [strict, { ...WEATHER, name: 'b' }] }).warnings).toEqual([
      expect.stringContaining('of all tools'),
    ]);
  });

  test('tools and JSON in one request are beyond models before 3', () => {
    const schema = { type: 'object' };
    const request = requestOf({ tools: [WEATHER], output: { kind: 'jsonSchema', name: 'dog', schema } });
    expect(unsupportedNames(codec, FLASH, request)).toEqual(['output']);
    expect(unsupportedNames(codec, 'gemini-3-pro-preview', request)).toEqual([]);
    expect(encoded(codec, 'gemini-3-pro-preview', request).body).toMatchObject({
      tools: [{ functionDeclarations: [{ name: 'weather' }] }],
      generationConfig: { responseJsonSchema: schema },
    });
  });

  test('cache marks need nothing, as Gemini caches by itself', () => {
    const marked = requestOf({
      tools: [{ ...WEATHER, cache: '1h' }],
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi', cache: '5m' }] }],
    });
    expect(unsupportedNames(codec, FLASH, marked)).toEqual([]);
    expect(encoded(codec, FLASH, marked)).toEqual(encoded(codec, FLASH, requestOf({ tools: [WEATHER] })));
  });
});

test('Gemma before 4 knows neither system messages nor tools nor a JSON mode', () => {
  const model = 'gemma-3-27b-it';
  const request = requestOf({
    messages: [
      { role: 'system', text: 'Be brief.' },
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ],
    tools: [WEATHER],
    output: { kind: 'jsonObject' },
  });
  expect(unsupportedNames(codec, model, request)).toEqual(['tools', 'output']);
  expect(encoded(codec, model, request)).toMatchObject({
    body: { contents: [{ role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Hi' }] }] },
    warnings: [expect.stringContaining('no system messages')],
  });
  expect(encoded(codec, 'gemma-4-31b-it', request).body).toHaveProperty('systemInstruction');
});

describe('on Vertex', () => {
  const vertex = createGeminiCodec('vertex');

  test('paths are below the location, and a token goes into a header', () => {
    expect(encoded(vertex, FLASH, requestOf(), true).path).toBe(
      '/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    );
    expect(encoded(vertex, `publishers/google/models/${FLASH}`, requestOf()).path).toBe(
      '/publishers/google/models/gemini-2.5-flash:generateContent',
    );
    expect(vertex.authorization('ya29')).toEqual({ authorization: 'Bearer ya29' });
  });

  test('tags are labels where they may be', () => {
    const request = requestOf({ metadata: { team: 'search-1' } });
    expect(unsupportedNames(vertex, FLASH, request)).toEqual([]);
    expect(encoded(vertex, FLASH, request).body).toMatchObject({ labels: { team: 'search-1' } });
    for (const metadata of [{ Team: 'x' }, { team: 'Two words' }, { '': '' }])
      expect(unsupportedNames(vertex, FLASH, requestOf({ metadata }))).toEqual(['metadata']);
  });

  test('calls have no ids', () => {
    const { body } = encoded(vertex, FLASH, requestOf({ messages: CONVERSATION }));
    expect(JSON.stringify(body)).not.toContain('call_a');
    expect(unsupportedNames(vertex, FLASH, requestOf({ frequencyPenalty: 1 }))).toEqual([]);
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
