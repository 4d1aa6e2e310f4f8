import { describe, expect, test } from 'vitest';
import { inputTokensOf, outputTokensOf, usageOf } from '../../../src/domain/usage.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { readGeminiUsage } from '../../../src/wire/gemini/usage.ts';
import { hasRecordings, titleWithRecordings } from '../../support/recordings.ts';
import { decodeStream, fold, sse } from '../fold.ts';
import { readRecordings } from '../recordings.ts';

const codec = createGeminiCodec();
const decode = (...responses: readonly unknown[]) => decodeStream(codec, sse(...responses));
const response = (parts: readonly object[], finishReason?: string, rest: object = {}) => ({
  responseId: 'r-1',
  modelVersion: 'gemini-x',
  candidates: [{ content: { role: 'model', parts }, ...(finishReason ? { finishReason } : {}), index: 0 }],
  ...rest,
});

const MADE_UP = expect.stringMatching(/^call_mg[0-9a-f]{32}$/);

describe('a stream of responses', () => {
  test('gives text, the latest usage and the end', () => {
    const usage = (candidatesTokenCount: number) => ({
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount, thoughtsTokenCount: 3 },
    });
    const events = decode(
      response([{ text: 'Hel' }], undefined, usage(1)),
      response([{ text: 'lo' }], undefined, usage(1)),
      response([{ text: '' }], 'STOP', usage(2)),
    );
    expect(events).toEqual([
      { type: 'answering', providerResponseId: 'r-1', providerModel: 'gemini-x' },
      { type: 'usageUpdated', usage: usageOf({ input: 5, output: 1, reasoning: 3 }) },
      { type: 'textDelta', text: 'Hel' },
      { type: 'textDelta', text: 'lo' },
      { type: 'usageUpdated', usage: usageOf({ input: 5, output: 2, reasoning: 3 }) },
      { type: 'completed', finishReason: 'STOP', rawFinishReason: 'STOP' },
    ]);
  });

  test('is whole with a finish reason, and truncated without', () => {
    expect(fold(decode(response([{ text: 'a' }], 'MAX_TOKENS'))).end).toEqual({
      type: 'completed',
      finishReason: 'LENGTH',
      rawFinishReason: 'MAX_TOKENS',
    });
    for (const responses of [[], [response([{ text: 'a' }])]]) {
      expect(fold(decode(...responses)).end).toMatchObject({ failure: { code: 'TRUNCATED' } });
    }
  });

  test.each([
    ['SAFETY', 'CONTENT_FILTER'],
    ['RECITATION', 'CONTENT_FILTER'],
    ['PROHIBITED_CONTENT', 'CONTENT_FILTER'],
    ['SPII', 'CONTENT_FILTER'],
    ['BLOCKLIST', 'CONTENT_FILTER'],
    ['LANGUAGE', 'CONTENT_FILTER'],
    ['OTHER', 'UNKNOWN'],
  ])('finishes with %s as %s', (raw, finishReason) => {
    expect(fold(decode(response([], raw))).end).toEqual({
      type: 'completed',
      finishReason,
      rawFinishReason: raw,
    });
  });

  test.each([
    ['MALFORMED_FUNCTION_CALL', 'SERVER_ERROR', 'HERE'],
    ['UNEXPECTED_TOOL_CALL', 'SERVER_ERROR', 'HERE'],
    ['TOO_MANY_TOOL_CALLS', 'SERVER_ERROR', 'HERE'],
    ['MALFORMED_RESPONSE', 'SERVER_ERROR', 'HERE'],
    ['MISSING_THOUGHT_SIGNATURE', 'INVALID_REQUEST', 'FINAL'],
  ])('that ends with %s is no answer but %s', (raw, code, retry) => {
    const end = { type: 'failed', failure: { code, retry, providerCode: raw } };
    expect(fold(decode(response([], raw))).end).toMatchObject(end);
    const whole = codec.decodeAnswer(JSON.stringify(response([], raw)));
    expect(fold(whole).end).toMatchObject(end);
    const candidates = [{ finishReason: raw, finishMessage: 'Malformed: print(' }];
    expect(fold(decode({ candidates })).end).toMatchObject({
      failure: { providerMessage: 'Malformed: print(' },
    });
  });

  test('gives log probabilities with the text that they are of', () => {
    const candidate = (text: string, tokens: readonly (readonly [string, number])[]) => ({
      candidates: [
        {
          content: { parts: text === '' ? [] : [{ text }] },
          finishReason: 'STOP',
          logprobsResult: {
            chosenCandidates: tokens.map(([token, logProbability]) => ({ token, logProbability })),
            topCandidates: tokens.map(([token, logProbability]) => ({
              candidates: [
                { token, logProbability },
                { token: 'x', logProbability: -9 },
              ],
            })),
          },
        },
      ],
    });
    const tokens = (...given: readonly (readonly [string, number])[]) =>
      given.map(([token, logprob]) => ({
        token,
        logprob,
        top: [
          { token, logprob },
          { token: 'x', logprob: -9 },
        ],
      }));
    const events = decode(
      candidate('Hello', [
        ['Hel', -0.1],
        ['lo', -0.2],
      ]),
      candidate('', [['!', -0.3]]),
    );
    expect(events.filter((event) => event.type === 'textDelta')).toEqual([
      { type: 'textDelta', text: 'Hello', logprobs: tokens(['Hel', -0.1], ['lo', -0.2]) },
      { type: 'textDelta', text: '', logprobs: tokens(['!', -0.3]) },
    ]);
  });

  test.each([
    [{ serviceTier: 'flex' }, 'FLEX'],
    [{ serviceTier: 'PRIORITY' }, 'PRIORITY'],
    [{ serviceTier: 'standard' }, 'STANDARD'],
    [{ trafficType: 'ON_DEMAND' }, 'STANDARD'],
    [{ trafficType: 'ON_DEMAND_FLEX' }, 'FLEX'],
    [{ trafficType: 'ON_DEMAND_PRIORITY' }, 'PRIORITY'],
    [{ trafficType: 'PROVISIONED_THROUGHPUT' }, undefined],
  ])('served as %j says so', (said, serviceTier) => {
    const usageMetadata = { promptTokenCount: 1, ...said };
    const { end } = fold(decode(response([{ text: 'a' }], 'STOP', { usageMetadata })));
    expect(end).toEqual({
      type: 'completed',
      finishReason: 'STOP',
      rawFinishReason: 'STOP',
      ...(serviceTier && { serviceTier }),
    });
  });

  test('gives thoughts and signatures', () => {
    const events = decode(
      response([{ text: 'Hm', thought: true }]),
      response([{ text: 'Yes', thoughtSignature: 's-1' }]),
      response([{ text: '', thoughtSignature: 's-2' }], 'STOP'),
    );
    expect(events.slice(1, -1)).toEqual([
      { type: 'reasoningDelta', text: 'Hm' },
      { type: 'textDelta', text: 'Yes' },
      { type: 'reasoningDelta', text: '', signature: 's-1' },
      { type: 'reasoningDelta', text: '', signature: 's-2' },
    ]);
  });

  test('gives whole function calls with their signature, and tells by them why it stopped', () => {
    const events = decode(
      response([{ functionCall: { name: 'f', args: { x: 1 } }, thoughtSignature: 's' }]),
      response([{ functionCall: { id: 'own', name: 'g' } }], 'STOP'),
    );
    expect(events.slice(1)).toEqual([
      { type: 'toolCallStarted', index: 0, id: MADE_UP, name: 'f' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: '{"x":1}' },
      { type: 'toolCallEnded', index: 0, id: MADE_UP, name: 'f', arguments: '{"x":1}', signature: 's' },
      { type: 'toolCallStarted', index: 1, id: 'own', name: 'g' },
      { type: 'toolCallDelta', index: 1, argumentsDelta: '{}' },
      { type: 'toolCallEnded', index: 1, id: 'own', name: 'g', arguments: '{}' },
      { type: 'completed', finishReason: 'TOOL_CALLS', rawFinishReason: 'STOP' },
    ]);
  });

  test('assembles arguments that come in pieces, hostile paths too', () => {
    const piece = (jsonPath: string, value: object) => ({
      functionCall: { partialArgs: [{ jsonPath, ...value }], willContinue: true },
    });
    const events = decode(
      response([{ functionCall: { name: 'f', willContinue: true }, thoughtSignature: 's' }]),
      response([piece('$.a[0].b', { stringValue: 'x', willContinue: true })]),
      response([piece('$.a[0].b', { stringValue: 'y' })]),
      response([piece('$.a[1]', { boolValue: true }), piece("$['c d']", { nullValue: null })]),
      response([piece('$.n', { numberValue: 0.5 }), piece('$.a[99999999]', { stringValue: 'z' })]),
      response([piece('$.__proto__.evil', { stringValue: 'z' }), piece('nonsense', { stringValue: 'z' })]),
      response([{ functionCall: {} }], 'STOP'),
    );
    expect(fold(events).toolCalls).toEqual([
      {
        id: MADE_UP,
        name: 'f',
        arguments: '{"a":[{"b":"xy"},true],"c d":null,"n":0.5,"__proto__":{"evil":"z"}}',
      },
    ]);
    expect(({} as { evil?: string }).evil).toBeUndefined();
  });

  test.each([0, 1, 2])('keeps the signature of a call in pieces, which came with piece %i', (signed) => {
    const pieces = [
      { functionCall: { name: 'f', willContinue: true } },
      { functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }], willContinue: true } },
      { functionCall: {} },
    ].map((piece, index) => response([index === signed ? { ...piece, thoughtSignature: 'sig' } : piece]));
    const events = decode(...pieces, response([], 'STOP'));
    expect(events).toContainEqual(expect.objectContaining({ type: 'toolCallEnded', signature: 'sig' }));
  });

  test("gives the words of retrieved documents, places on a map, and Vertex's citations", () => {
    const groundingChunks = [
      { retrievedContext: { uri: 'gs://b/doc', title: 'Doc', text: 'First words.' } },
      { retrievedContext: { uri: 'gs://b/doc', title: 'Doc', text: 'Other words.' } },
      { maps: { uri: 'https://maps.example', title: 'Place' } },
    ];
    const citations = [{ uri: 'https://c.example', title: 'C', startIndex: 0, endIndex: 9 }];
    const candidate = {
      content: { parts: [{ text: 'a' }] },
      groundingMetadata: { groundingChunks },
      citationMetadata: { citations },
      finishReason: 'STOP',
    };
    expect(decode({ candidates: [candidate] }).filter(({ type }) => type === 'source')).toEqual([
      { type: 'source', url: 'gs://b/doc', title: 'Doc', citedText: 'First words.' },
      { type: 'source', url: 'gs://b/doc', title: 'Doc', citedText: 'Other words.' },
      { type: 'source', url: 'https://maps.example', title: 'Place' },
      { type: 'source', url: 'https://c.example', title: 'C' },
    ]);
  });

  test('gives sources once each, and says what it cannot carry', () => {
    const candidate = {
      content: { parts: [{ inlineData: { mimeType: 'image/png', data: '' } }] },
      groundingMetadata: { groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }] },
      citationMetadata: { citationSources: [{ uri: 'https://b.example' }, { uri: 'https://a.example' }] },
      finishReason: 'STOP',
    };
    const events = decode({ candidates: [candidate] });
    expect(fold(events).sources).toEqual(['https://a.example', 'https://b.example']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning' }));
  });
});

describe('failures inside an answer', () => {
  test('are blocked prompts, streamed and not', () => {
    const blocked = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT', blockReasonMessage: 'No.' },
      usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
    };
    for (const events of [decode(blocked), codec.decodeAnswer(JSON.stringify(blocked))]) {
      expect(fold(events)).toMatchObject({
        usage: { input: 9 },
        end: {
          failure: {
            code: 'CONTENT_FILTERED',
            retry: 'FINAL',
            providerCode: 'PROHIBITED_CONTENT',
            providerMessage: 'No.',
          },
        },
      });
    }
  });

  test.each([
    ['plain', { error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } }],
    ['in a list', [{ error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } }]],
  ])('are errors in the middle, %s', (_name, error) => {
    expect(fold(decode(response([{ text: 'a' }]), error))).toMatchObject({
      text: 'a',
      end: { failure: { code: 'OVERLOADED', providerCode: 'UNAVAILABLE', providerMessage: 'Busy' } },
    });
  });

  test.each([[''], ['<html>'], ['{}'], ['[]'], ['{"candidates":[]}'], ['3']])(
    'are answers such as %s',
    (body) => {
      expect(codec.decodeAnswer(body).at(-1)).toMatchObject({
        type: 'failed',
        failure: { code: 'SERVER_ERROR' },
      });
    },
  );

  test.each([
    [null],
    [{ candidates: [null] }],
    [
      {
        candidates: [
          { content: { parts: [null, { functionCall: {} }, { functionCall: { name: 7 } }, { text: 7 }] } },
        ],
      },
    ],
    [{ candidates: [{ content: 'x', finishReason: 7, groundingMetadata: { groundingChunks: [1] } }] }],
    [{ usageMetadata: { promptTokenCount: '4', promptTokensDetails: [null] } }],
  ])('are never thrown, whatever comes: %j', (data) => {
    expect(decode(data).at(-1)?.type).toBe('failed');
  });
});

test('an answer that is a list of responses is one answer', () => {
  const body = JSON.stringify([response([{ text: 'a' }]), response([{ text: 'b' }], 'STOP')]);
  expect(fold(codec.decodeAnswer(body))).toMatchObject({ text: 'ab', end: { finishReason: 'STOP' } });
});

describe('usage', () => {
  test('is split by kind', () => {
    expect(
      readGeminiUsage({
        promptTokenCount: 1_000,
        cachedContentTokenCount: 600,
        candidatesTokenCount: 50,
        thoughtsTokenCount: 70,
        toolUsePromptTokenCount: 20,
        totalTokenCount: 1_140,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 700 },
          { modality: 'AUDIO', tokenCount: 200 },
          { modality: 'IMAGE', tokenCount: 100 },
        ],
        cacheTokensDetails: [
          { modality: 'AUDIO', tokenCount: 150 },
          { modality: 'TEXT', tokenCount: 450 },
        ],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 30 }],
      }),
    ).toEqual(
      usageOf({
        input: 270,
        cacheRead: 450,
        audioCacheRead: 150,
        audioInput: 50,
        imageInput: 100,
        output: 20,
        imageOutput: 30,
        reasoning: 70,
      }),
    );
  });

  test.each([-1, 1.5, 1e300, 2 ** 53, 'many'])('is absent, not 0, where a count is %j', (broken) => {
    const whole = { promptTokenCount: 5, candidatesTokenCount: 2, thoughtsTokenCount: 3 };
    for (const key of [...Object.keys(whole), 'toolUsePromptTokenCount'])
      expect(readGeminiUsage({ ...whole, [key]: broken })).toBeUndefined();
  });

  test('needs the count of the prompt; the others are left out where there is none', () => {
    expect(readGeminiUsage({ candidatesTokenCount: 2 })).toBeUndefined();
    expect(readGeminiUsage({ promptTokenCount: null, candidatesTokenCount: 2 })).toBeUndefined();
    expect(readGeminiUsage({ promptTokenCount: 5 })).toEqual(usageOf({ input: 5 }));
  });

  test('is absent where only the traffic type is told', () => {
    expect(readGeminiUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
  });

  test('never counts a token twice: the kinds add up to the total, whatever the parts say', () => {
    let state = 7;
    const draw = (limit: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    const details = () => ['AUDIO', 'IMAGE'].map((modality) => ({ modality, tokenCount: draw(600) }));
    for (let round = 0; round < 2_000; round++) {
      const [prompt, candidates, thoughts, tools] = [draw(1_000), draw(1_000), draw(1_000), draw(100)];
      const usage = readGeminiUsage({
        promptTokenCount: prompt,
        candidatesTokenCount: candidates,
        thoughtsTokenCount: thoughts,
        toolUsePromptTokenCount: tools,
        cachedContentTokenCount: draw(1_200),
        promptTokensDetails: details(),
        cacheTokensDetails: details(),
        candidatesTokensDetails: details(),
      });
      if (usage === undefined) throw new Error('there is usage');
      expect(inputTokensOf(usage)).toBe(prompt + tools);
      expect(outputTokensOf(usage)).toBe(candidates + thoughts);
      expect(Math.min(...Object.values(usage))).toBeGreaterThanOrEqual(0);
    }
  });
});

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded'), () => {
  test('an answer of the flex tier of Vertex says so', () => {
    const name = 'wire-samples/vertex/vertex-generateContent-670b7a2e.json';
    const recording = readRecordings().recordings.find((one) => one.name === name);
    expect(fold(decodeStream(createGeminiCodec('vertex'), recording?.body ?? '')).end).toEqual({
      type: 'completed',
      finishReason: 'STOP',
      rawFinishReason: 'STOP',
      serviceTier: 'FLEX',
    });
  });
});
