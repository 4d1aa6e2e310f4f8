import { describe, expect, test } from 'vitest';
import type { OperationKind, OperationRequests } from '../../../src/domain/operation.ts';
import { decodeAnthropicError } from '../../../src/wire/anthropic/errors.ts';
import { decodeGeminiError } from '../../../src/wire/gemini/errors.ts';
import { decodeOpenAiError } from '../../../src/wire/openai/errors.ts';
import type { OperationCodec } from '../../../src/wire/operation-codec.ts';
import { anthropicTokenCount } from '../../../src/wire/operations/anthropic/token-count.ts';
import { geminiEmbeddings } from '../../../src/wire/operations/gemini/embeddings.ts';
import { geminiTokenCount } from '../../../src/wire/operations/gemini/token-count.ts';
import { openAiEmbeddings } from '../../../src/wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../src/wire/operations/openai/images.ts';
import { openAiTokenCount } from '../../../src/wire/operations/openai/token-count.ts';
import { openAiTranscription } from '../../../src/wire/operations/openai/transcription.ts';
import { commonRerank } from '../../../src/wire/operations/rerank.ts';
import { voyageEmbeddings, voyageRerank } from '../../../src/wire/operations/voyage.ts';
import {
  hasRecordings,
  listedRecordings,
  type RecordedExchange,
  titleWithRecordings,
} from '../../support/recordings.ts';
import { decodedBy, sentBy } from './calls.ts';
import { REPLAYED_OPERATIONS } from './recorded-files.ts';

const { body: read, exchange, unread } = listedRecordings(REPLAYED_OPERATIONS);
const sample = (name: string): RecordedExchange => exchange(`wire-samples/${name}.json`);

const resultOf = <Kind extends OperationKind>(
  codec: OperationCodec<Kind>,
  model: string,
  request: OperationRequests[Kind],
  body: unknown,
  contentType?: string,
) => {
  const decoded = decodedBy(codec, model, request, body, contentType);
  if (decoded.kind === 'FAILED') throw new Error(decoded.failure.message);
  return decoded;
};
const usedIn = (usage: object | undefined): object =>
  Object.fromEntries(Object.entries(usage ?? {}).filter(([, count]) => count > 0));

const TWO = { inputs: ['a', 'b'] };
const ONE = { inputs: ['Hello, world!'] };
const WAV = { mediaType: 'audio/wav', bytes: Buffer.from('RIFF') };
const floats = (base64: string): readonly number[] => {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return [...new Float32Array(bytes.buffer)];
};
const asked = (text: string) =>
  ({ messages: [{ role: 'user', parts: [{ type: 'text', text }] }], tools: [] }) as const;

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded operations'), () => {
  test.each([
    ['openai/embedding__openai-embedding', openAiEmbeddings()],
    ['voyage/voyage-embedding', voyageEmbeddings()],
  ])('the vectors of %s', (name, codec) => {
    const body = read(`vercel-ai/${name}.json`);
    const { result, usage, providerModel } = resultOf(codec, 'm', TWO, body);
    expect(result.vectors).toEqual(
      (body.data as readonly { embedding: unknown }[]).map((one) => one.embedding),
    );
    expect(usedIn(usage)).toEqual({ input: 12 });
    expect(providerModel).toBe(body.model);
  });

  test('the vectors of Vertex, counted text by text', () => {
    const body = read('vercel-ai/google-vertex/google-vertex-embedding.json');
    const { result, usage } = resultOf(geminiEmbeddings('vertex'), 'text-embedding-005', TWO, body);
    expect(result.vectors.map((vector) => vector.length)).toEqual([5, 5]);
    expect(result.vectors[0]?.[0]).toBe(-0.017999587580561638);
    expect(usedIn(usage)).toEqual({ input: 11 });
  });

  test.each([
    ['openai/openai-embeddings-30f0a0ee', openAiEmbeddings(), { ...ONE, dimensions: 128 }, 128, 4],
    [
      'voyage/voyage-embeddings-6f74de74',
      voyageEmbeddings(),
      { ...ONE, purpose: 'QUERY' as const },
      1024,
      undefined,
    ],
  ])(
    '%s: asked for as we do, but for the encoding, and read from base64',
    (name, codec, request, length, input) => {
      const recorded = sample(name);
      const model = String(recorded.request.body.model);
      const { encoding_format, ...members } = recorded.request.body;
      expect(encoding_format).toBe('base64');
      // What the recording sends as null is left out by us.
      const expected = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
      const sent = sentBy(codec, model, request);
      expect(sent.body).toEqual(expected);
      expect(recorded.request.path.endsWith(sent.path)).toBe(true);
      const { result, usage } = resultOf(codec, model, request, recorded.response.body);
      const answer = JSON.parse(recorded.response.body) as {
        data: [{ embedding: string }];
        usage: { total_tokens: number };
      };
      expect(result.vectors).toEqual([floats(answer.data[0].embedding)]);
      expect(result.vectors[0]).toHaveLength(length);
      expect(usedIn(usage)).toEqual({ input: input ?? answer.usage.total_tokens });
    },
  );

  test('google-embeddings: asked for as we do, and read', () => {
    const recorded = sample('google/google-embeddings-9b46e260');
    const request = { ...ONE, dimensions: 768, purpose: 'QUERY' as const };
    const sent = sentBy(geminiEmbeddings(), 'gemini-embedding-2-preview', request);
    expect(sent).toEqual({ path: recorded.request.path, body: recorded.request.body, warned: [] });
    const { result } = resultOf(geminiEmbeddings(), 'm', request, recorded.response.body);
    const answer = JSON.parse(recorded.response.body) as { embeddings: [{ values: unknown }] };
    expect(result.vectors).toEqual([answer.embeddings[0].values]);
    expect(result.vectors[0]).toHaveLength(768);
  });

  test('vertex-embeddings: read, and asked for at the same place', () => {
    const recorded = sample('vertex/vertex-embeddings-717b39c2');
    const codec = geminiEmbeddings('vertex');
    const sent = sentBy(codec, 'gemini-embedding-2', ONE);
    expect(recorded.request.path.endsWith(sent.path)).toBe(true);
    expect(sent.body).toEqual({ content: { parts: [{ text: 'Hello, world!' }] } });
    const answer = JSON.parse(recorded.response.body) as { embedding: { values: unknown } };
    const { result } = resultOf(codec, 'gemini-embedding-2', ONE, recorded.response.body);
    expect(result.vectors).toEqual([answer.embedding.values]);
  });

  test('images, with the prompt that was really used', () => {
    const body = read('vercel-ai/openai/image__openai-image.json');
    const request = { prompt: 'An otter', images: [], count: 2 };
    const { result, usage } = resultOf(openAiImages(), 'dall-e-2', request, body);
    const data = body.data as readonly { b64_json: string; revised_prompt?: string }[];
    expect(result.images).toEqual(
      data.map((one) => ({
        image: { mediaType: 'image/png', bytes: Buffer.from(one.b64_json, 'base64') },
        ...(one.revised_prompt === undefined ? {} : { revisedPrompt: one.revised_prompt }),
      })),
    );
    expect(usedIn(usage)).toEqual({ images: 2 });
  });

  test('an edit that does not say what it used', () => {
    const body = read('vercel-ai/openai/image__openai-image-edit.json');
    const decoded = resultOf(openAiImages(), 'gpt-image-1', { prompt: 'x', images: [] }, body);
    expect(decoded.result.images).toHaveLength(1);
    expect(decoded.usage).toBeUndefined();
  });

  test('what a model rejects is not sent to it', () => {
    const { error } = read('vercel-ai/openai/image__gpt-image-response-format-error.json');
    const { param } = error as { param: string };
    expect(sentBy(openAiImages(), 'gpt-image-1', { prompt: 'x', images: [] }).body).not.toHaveProperty(param);
    expect(sentBy(openAiImages(), 'dall-e-3', { prompt: 'x', images: [] }).body).toHaveProperty(param);
  });

  test('a transcription with its words, billed by the second', () => {
    const body = read('vercel-ai/openai/transcription__openai-transcription.json');
    const request = { audio: WAV, task: 'TRANSCRIBE', timestamps: 'WORD' } as const;
    const { result, usage } = resultOf(openAiTranscription(), 'whisper-1', request, body);
    const words = body.words as readonly { word: string; start: number; end: number }[];
    expect(result).toEqual({
      text: body.text,
      language: 'english',
      durationSeconds: body.duration,
      segments: [],
      words: words.map(({ word, start, end }) => ({ text: word, start, end })),
    });
    expect(usedIn(usage)).toEqual({ seconds: 37 });
  });

  test("Mistral's transcription, billed by the second though tokens are counted too", () => {
    const body = read('vercel-ai/mistral/mistral-transcription.json');
    const request = { audio: WAV, task: 'TRANSCRIBE', timestamps: 'SEGMENT' } as const;
    const codec = openAiTranscription({ answers: 'NONE', unsupported: ['prompt'] });
    const { result, usage } = resultOf(codec, 'voxtral-mini-latest', request, body);
    const segments = body.segments as readonly { text: string; start: number; end: number }[];
    expect(result.text).toBe(body.text);
    expect(result.segments).toEqual(segments.map(({ text, start, end }) => ({ text, start, end })));
    expect(usedIn(usage)).toEqual({ seconds: 36 });
  });

  test('a transcription that is nothing but text', () => {
    const { headers, body } = read('vercel-ai/groq/groq-transcription-text.json');
    const type = (headers as { 'content-type': string })['content-type'];
    const request = { audio: WAV, task: 'TRANSCRIBE' } as const;
    const decoded = resultOf(openAiTranscription(), 'whisper-large-v3', request, body, type);
    expect(decoded.result.text).toBe(body);
    expect(decoded.usage).toBeUndefined();
  });

  test.each([
    ['togetherai/reranking__togetherai-reranking.1', commonRerank(), [0, 5], { input: 2966 }],
    ['voyage/reranking__voyage-reranking.1', voyageRerank(), [1, 0], { input: 12 }],
  ])('the ranking of %s', (name, codec, order, used) => {
    const request = { query: 'q', documents: ['0', '1', '2', '3', '4', '5'] };
    const body = read(`vercel-ai/${name}.json`);
    const { result, usage } = resultOf(codec, 'm', request, body);
    const items = (body.results ?? body.data) as readonly { index: number; relevance_score: number }[];
    expect(result.ranking).toEqual(items.map(({ index, relevance_score: score }) => ({ index, score })));
    expect(result.ranking.map(({ index }) => index)).toEqual(order);
    expect(usedIn(usage)).toEqual(used);
  });

  test.each([
    [
      'anthropic/anthropic-count-tokens-5ee794b7',
      anthropicTokenCount(),
      'claude-sonnet-4-5',
      'What is 2 + 2?',
      16,
    ],
    [
      'google/google-count-tokens-30a13e48',
      geminiTokenCount(),
      'gemini-embedding-2-preview',
      'Hello, world!',
      5,
    ],
  ])('%s: asked for as we do, and read', (name, codec, model, text, count) => {
    const recorded = sample(name);
    const sent = sentBy(codec, model, asked(text));
    expect(sent).toEqual({ path: recorded.request.path, body: recorded.request.body, warned: [] });
    const { result } = resultOf(codec, model, asked(text), recorded.response.body);
    expect(result).toEqual({ inputTokens: count, method: 'PROVIDER' });
  });

  test("OpenAI's count: the same place, its text in parts where the recording has it bare, and read", () => {
    const recorded = sample('openai/openai-count-tokens-6c4cce1d');
    const text = 'The quick brown fox jumps over the lazy dog.';
    const sent = sentBy(openAiTokenCount(), 'gpt-4.1-mini', asked(text));
    expect(recorded.request.path.endsWith(sent.path)).toBe(true);
    expect(recorded.request.body).toEqual({
      model: 'gpt-4.1-mini',
      input: [{ role: 'user', content: text }],
    });
    expect(Object.keys(sent.body).sort()).toEqual(['input', 'model']);
    const { result } = resultOf(openAiTokenCount(), 'gpt-4.1-mini', asked(text), recorded.response.body);
    expect(result.inputTokens).toBe(18);
  });

  test("Vertex's count: what it takes of a prompt, and read", () => {
    const recorded = sample('vertex/vertex-count-tokens-5960bf64');
    const request = {
      ...asked('What is the capital of France?'),
      messages: [
        { role: 'system', text: 'You are a helpful chatbot.' },
        ...asked('What is the capital of France?').messages,
      ],
    } as const;
    const sent = sentBy(geminiTokenCount('vertex'), 'gemini-2.5-flash', request);
    expect(recorded.request.path.endsWith(sent.path)).toBe(true);
    expect(Object.keys(recorded.request.body)).toEqual(expect.arrayContaining(Object.keys(sent.body)));
    expect(sent.body).toMatchObject({
      systemInstruction: { parts: [{ text: 'You are a helpful chatbot.' }] },
    });
    const { result } = resultOf(geminiTokenCount('vertex'), 'm', request, recorded.response.body);
    expect(result.inputTokens).toBe(13);
  });

  test.each([
    ['openai/openai-embeddings-b9ee674c', decodeOpenAiError, 'MODEL_NOT_FOUND'],
    ['anthropic/anthropic-count-tokens-2cddd36e', decodeAnthropicError, 'MODEL_NOT_FOUND'],
    ['google/google-count-tokens-cceeead9', decodeGeminiError, 'MODEL_NOT_FOUND'],
    ['voyage/voyage-embeddings-54264e81', decodeOpenAiError, 'INVALID_REQUEST'],
  ])('the error %s', (name, decode, code) => {
    const { response } = sample(name);
    expect(decode(response.status, response.headers, response.body)).toMatchObject({
      code,
      status: response.status,
    });
  });

  test('every recording that is listed is read', () => {
    expect(unread()).toEqual([]);
  });
});
