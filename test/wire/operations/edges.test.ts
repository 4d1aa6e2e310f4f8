import { describe, expect, test } from 'vitest';
import { geminiEmbeddings } from '../../../src/wire/operations/gemini/embeddings.ts';
import { geminiImages } from '../../../src/wire/operations/gemini/images.ts';
import { geminiSpeech } from '../../../src/wire/operations/gemini/speech.ts';
import { geminiTranscription } from '../../../src/wire/operations/gemini/transcription.ts';
import { openAiEmbeddings } from '../../../src/wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../src/wire/operations/openai/images.ts';
import { openAiModeration } from '../../../src/wire/operations/openai/moderation.ts';
import { openAiSpeech } from '../../../src/wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../src/wire/operations/openai/transcription.ts';
import { commonRerank } from '../../../src/wire/operations/rerank.ts';
import { decodedBy, sentBy } from './calls.ts';

const PNG = { mediaType: 'image/png', bytes: Buffer.from('\x89PNG', 'latin1') };
const WAV = { mediaType: 'audio/wav', bytes: Buffer.from('RIFF') };
const FOX = { prompt: 'A fox', images: [] };
const SAID = { audio: WAV, task: 'TRANSCRIBE' } as const;

describe('what is sent differently is said', () => {
  test('a voice that the caller left out', () => {
    const sent = sentBy(openAiSpeech(), 'tts-1', { text: 'Hi' });
    expect(sent).toMatchObject({ body: { voice: 'alloy' }, warned: ['voice'] });
    expect(sentBy(openAiSpeech(), 'kokoro', { text: 'Hi' }).body).not.toHaveProperty('voice');
  });

  test('a purpose that is written before the text', () => {
    const sent = sentBy(geminiEmbeddings(), 'gemini-embedding-2', { inputs: ['fox'], purpose: 'QUERY' });
    expect(sent.warned).toEqual(['purpose']);
    expect(JSON.stringify(sent.body)).toContain('task: search result | query: fox');
  });

  test('a transcription that is asked for in words', () => {
    expect(sentBy(geminiTranscription(), 'gemini-2.5-flash', SAID).warned).toEqual(['task']);
  });
});

describe('what is sent', () => {
  test('a mask goes where masks go, beside the images', () => {
    const request = { prompt: 'A hat', images: [PNG], mask: { ...PNG, name: 'hole.png' } };
    expect(sentBy(openAiImages(), 'gpt-image-1', request).body).toMatchObject({
      'image[]': 'image/png image-1.png',
      mask: 'image/png hole.png',
    });
  });

  test('Vertex is told not to cut texts that are too long', () => {
    const sent = sentBy(geminiEmbeddings('vertex'), 'text-embedding-005', { inputs: ['a'], dimensions: 64 });
    expect(sent.body.parameters).toEqual({ autoTruncate: false, outputDimensionality: 64 });
  });
});

describe('an answer for less than was asked says so', () => {
  const asked = { inputs: ['One', 'Two'] };
  test.each([
    [
      'of OpenAI',
      decodedBy(openAiEmbeddings(), 'm', asked, { data: [{ index: 0, embedding: [1] }], model: 'm' }),
    ],
    ['of Gemini', decodedBy(geminiEmbeddings(), 'gemini-embedding-001', asked, { embeddings: [] })],
  ])('%s', (_name, decoded) => {
    expect(decoded).toMatchObject({
      kind: 'FAILED',
      failure: {
        code: 'SERVER_ERROR',
        message: expect.stringContaining("The provider's answer lacks what was asked for: {"),
      },
    });
  });
});

describe('what a filter stopped is a failure, though its status is 200', () => {
  test.each([
    ['a blocked prompt', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
    ['a blocked image', { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }],
  ])('%s', (_name, body) => {
    expect(decodedBy(geminiImages(), 'gemini-2.5-flash-image', FOX, body)).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'CONTENT_FILTERED' },
    });
  });

  test("all of Imagen's images; and if only some, a warning", () => {
    const filtered = { raiFilteredReason: 'It was filtered.' };
    const decode = (predictions: readonly object[]) =>
      decodedBy(geminiImages(), 'imagen-4.0-generate-001', FOX, { predictions });
    expect(decode([filtered])).toMatchObject({ kind: 'FAILED', failure: { code: 'CONTENT_FILTERED' } });
    const image = { bytesBase64Encoded: PNG.bytes.toString('base64'), mimeType: 'image/png' };
    expect(decode([image, filtered])).toMatchObject({
      kind: 'DONE',
      usage: { images: 1 },
      warnings: [{ code: 'PROVIDER_WARNING' }],
    });
  });
});

test('a transcription that ran out of room is no success', () => {
  const body = { candidates: [{ content: { parts: [{ text: 'Hel' }] }, finishReason: 'MAX_TOKENS' }] };
  expect(decodedBy(geminiTranscription(), 'gemini-2.5-flash', SAID, body)).toMatchObject({
    kind: 'FAILED',
    failure: { code: 'TRUNCATED' },
  });
});

test('samples become a WAV file where one was asked for', () => {
  const samples = Buffer.from([1, 0, 2, 0]);
  const inlineData = { mimeType: 'audio/L16;codec=pcm;rate=16000', data: samples.toString('base64') };
  const body = { candidates: [{ content: { parts: [{ inlineData }] }, finishReason: 'STOP' }] };
  const decoded = decodedBy(geminiSpeech(), 'gemini-tts', { text: 'Hi', format: 'WAV' }, body);
  if (decoded.kind === 'FAILED') throw new Error(decoded.failure.message);
  const file = Buffer.from(decoded.result.audio.bytes);
  expect(decoded.result.audio.mediaType).toBe('audio/wav');
  expect(file.toString('latin1', 0, 4)).toBe('RIFF');
  expect(file.readUInt32LE(4)).toBe(file.byteLength - 8);
  expect(file.readUInt32LE(24)).toBe(16_000);
  expect(file.subarray(44)).toEqual(samples);
});

test('speech without a count: characters where these are billed, nothing where tokens are', () => {
  const decode = (model: string) => decodedBy(openAiSpeech(), model, { text: 'Hi' }, 'x', 'audio/mpeg');
  expect(decode('tts-1')).toMatchObject({ kind: 'DONE', usage: { characters: 2 } });
  expect(decode('gpt-4o-mini-tts')).not.toHaveProperty('usage');
});

test('speech bills a character as one, however many units it is written in', () => {
  const decoded = decodedBy(openAiSpeech(), 'tts-1', { text: 'Hi 👋' }, 'x', 'audio/mpeg');
  expect(decoded).toMatchObject({ usage: { characters: 4 } });
});

test('a transcription bills its length only where nothing is said of usage: what cannot be read is unknown', () => {
  const decode = (facts: object) => decodedBy(openAiTranscription(), 'm', SAID, { text: 'Hi', ...facts });
  expect(decode({ duration: 3 })).toMatchObject({ kind: 'DONE', usage: { seconds: 3 } });
  const unread = decode({ duration: 3, usage: { type: 'tokens', input_tokens: null } });
  expect(unread.kind).toBe('DONE');
  expect(unread).not.toHaveProperty('usage');
});

describe('moderation', () => {
  const inputs = [
    { kind: 'text', text: 'Hello' },
    { kind: 'image', image: PNG },
  ] as const;
  const result = { categories: { violence: true, illicit: null }, category_scores: { violence: 0.5 } };

  test('judges texts and images together', () => {
    const sent = sentBy(openAiModeration(), 'omni-moderation-latest', { inputs });
    expect(sent.body.input).toMatchObject([{ type: 'text' }, { type: 'image_url' }]);
    const decoded = decodedBy(
      openAiModeration(),
      'omni-moderation-latest',
      { inputs },
      { results: [result] },
    );
    expect(decoded).toMatchObject({ kind: 'DONE', result: { verdicts: [{ flagged: true }] } });
  });

  test('is flagged if any category is, where nothing is said of the whole', () => {
    const request = { inputs: [inputs[0]] };
    expect(
      decodedBy(openAiModeration(), 'mistral-moderation-latest', request, { results: [result] }),
    ).toMatchObject({
      kind: 'DONE',
      result: {
        verdicts: [{ flagged: true, categories: [{ name: 'violence', flagged: true, score: 0.5 }] }],
      },
    });
  });
});

describe('answers that are not whole are failures', () => {
  test.each([
    ['too few vectors', { data: [{ embedding: [1], index: 0 }] }],
    [
      'a vector with a gap',
      {
        data: [
          { embedding: [1], index: 0 },
          { embedding: [null], index: 1 },
        ],
      },
    ],
    [
      'one vector twice',
      {
        data: [
          { embedding: [1], index: 0 },
          { embedding: [1], index: 0 },
        ],
      },
    ],
    [
      'half a float',
      {
        data: [
          { embedding: 'AAAAAAA=', index: 0 },
          { embedding: [1], index: 1 },
        ],
      },
    ],
    ['an error with status 200', { error: { message: 'No', code: 500 } }],
  ])('%s', (_name, body) => {
    expect(decodedBy(openAiEmbeddings(), 'm', { inputs: ['a', 'b'] }, body)).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'SERVER_ERROR' },
    });
  });

  test.each([
    ['a document that was not asked about', [{ index: 2, relevance_score: 1 }]],
    [
      'a document twice',
      [
        { index: 0, relevance_score: 1 },
        { index: 0, relevance_score: 0.5 },
      ],
    ],
    ['no score', [{ index: 0 }]],
  ])('%s', (_name, results) => {
    const request = { query: 'q', documents: ['a', 'b'] };
    expect(decodedBy(commonRerank(), 'm', request, { results })).toMatchObject({ kind: 'FAILED' });
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'ftp://x.example/y.png'])(
    'an image at %s',
    (url) => {
      expect(decodedBy(openAiImages(), 'm', FOX, { data: [{ url }] })).toMatchObject({ kind: 'FAILED' });
    },
  );
});
