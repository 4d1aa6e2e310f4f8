import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import { deepgram } from '../../../../src/adapters/providers/known/deepgram.ts';
import { elevenlabs } from '../../../../src/adapters/providers/known/elevenlabs.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import {
  bedrockEmbedding,
  bedrockError,
  bedrockImage,
  bedrockRanking,
} from '../../../fixtures/upstream/bedrock.ts';
import { cohereEmbedding, cohereError, cohereRanking } from '../../../fixtures/upstream/cohere.ts';
import { deepgramError, deepgramSpeech, deepgramTranscript } from '../../../fixtures/upstream/deepgram.ts';
import {
  elevenLabsError,
  elevenLabsSpeech,
  elevenLabsTranscript,
} from '../../../fixtures/upstream/elevenlabs.ts';
import { jsonAnswer, type Script } from '../../../support/upstream.ts';
import { type Connected, connected, KEY } from './connected.ts';

let side: Connected | undefined;
afterEach(() => side?.close());

const using = async (known: Parameters<typeof connected>[0], ...scripts: readonly Script[]) => {
  side = await connected(known, { variables: { AWS_REGION: 'us-east-1' } });
  side.upstream.enqueue(...scripts);
  return side;
};
const AUDIO = { mediaType: 'audio/mpeg', bytes: new Uint8Array([1, 2, 3]) };

describe('vectors', () => {
  test('of Cohere: in order, with what is billed', async () => {
    const { perform, upstream } = await using(cohere, cohereEmbedding());
    const outcome = await perform('EMBEDDING', 'embed-v4.0', {
      inputs: ['one', 'two'],
      purpose: 'QUERY',
      dimensions: 256,
    });
    expect(outcome).toMatchObject({
      kind: 'DONE',
      result: {
        vectors: [
          [0.25, -0.5],
          [0.125, 1],
        ],
      },
      usage: usageOf({ input: 4 }),
    });
    expect(upstream.requests[0]?.body).toMatchObject({
      input_type: 'search_query',
      output_dimension: 256,
      truncate: 'NONE',
    });
    expect(upstream.requests).toHaveLength(1);
  });

  test('of Bedrock: one text a call, and a failure that says so for more', async () => {
    const { perform, upstream } = await using(bedrock, bedrockEmbedding());
    const model = 'amazon.titan-embed-text-v2:0';
    expect(await perform('EMBEDDING', model, { inputs: ['one'] })).toMatchObject({
      kind: 'DONE',
      result: { vectors: [[0.25, -0.5]] },
      usage: usageOf({ input: 4 }),
    });
    expect(await perform('EMBEDDING', model, { inputs: ['one', 'two'] })).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'INVALID_REQUEST', retry: 'ELSEWHERE' },
    });
    expect(upstream.requests.map(({ path }) => path)).toEqual([`/model/${encodeURIComponent(model)}/invoke`]);
  });

  test('lengths and purposes that a model does not know are told beforehand', async () => {
    const { provider } = await using(cohere);
    const names = provider.operations.EMBEDDING?.unsupported('embed-english-v3.0', {
      inputs: ['one'],
      dimensions: 256,
      purpose: 'SIMILARITY',
    });
    expect(names?.map(({ name }) => name)).toEqual(['dimensions', 'purpose']);
  });
});

describe('rankings', () => {
  test.each([
    { known: cohere, script: cohereRanking(), model: 'rerank-v3.5' },
    { known: bedrock, script: bedrockRanking(), model: 'cohere.rerank-v3-5:0' },
  ])('of $known.name: best first, with the searches billed', async ({ known, script, model }) => {
    const { perform } = await using(known, script);
    expect(await perform('RERANK', model, { query: 'q', documents: ['a', 'b'], topN: 2 })).toMatchObject({
      kind: 'DONE',
      result: {
        ranking: [
          { index: 1, score: 0.9 },
          { index: 0, score: 0.1 },
        ],
      },
      usage: usageOf({ requests: 1 }),
    });
  });
});

describe('images of Bedrock', () => {
  test('come as bytes and are counted', async () => {
    const { perform, upstream } = await using(bedrock, bedrockImage());
    const outcome = await perform('IMAGE_GENERATION', 'amazon.nova-canvas-v1:0', {
      prompt: 'a cat',
      size: '512x512',
      style: 'PHOTOREALISM',
      images: [],
    });
    expect(outcome).toMatchObject({ kind: 'DONE', usage: usageOf({ images: 1 }) });
    expect(outcome.kind === 'DONE' && outcome.result.images[0]?.image).toMatchObject({
      mediaType: 'image/png',
    });
    expect(upstream.requests[0]?.body).toMatchObject({
      textToImageParams: { text: 'a cat', style: 'PHOTOREALISM' },
      imageGenerationConfig: { width: 512, height: 512, numberOfImages: 1 },
    });
  });

  test('that the filter stopped are CONTENT_FILTERED', async () => {
    const { perform } = await using(bedrock, jsonAnswer({ images: [], error: 'All images were blocked.' }));
    expect(
      await perform('IMAGE_GENERATION', 'amazon.nova-canvas-v1:0', { prompt: 'x', images: [] }),
    ).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'CONTENT_FILTERED' },
    });
  });
});

describe('speech', () => {
  test('of ElevenLabs', async () => {
    const { perform, upstream } = await using(elevenlabs, elevenLabsSpeech());
    const outcome = await perform('SPEECH', 'eleven_flash_v2_5', {
      text: 'Hello.',
      voice: 'abc123',
      format: 'OPUS',
    });
    expect(outcome).toMatchObject({
      kind: 'DONE',
      result: { audio: { mediaType: 'audio/mpeg' } },
      usage: usageOf({ characters: 7 }),
      providerResponseId: 'q1w2e3r4',
    });
    expect(upstream.requests[0]?.path).toBe('/v1/text-to-speech/abc123?output_format=opus_48000_128');
  });

  test('with a voice that would lead elsewhere sends nothing', async () => {
    const { perform, upstream } = await using(elevenlabs);
    expect(await perform('SPEECH', 'eleven_v3', { text: 'x', voice: '../../v1/user' })).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'INVALID_REQUEST' },
    });
    expect(upstream.requests).toEqual([]);
  });

  test('of Deepgram: voice and language make the name of the model', async () => {
    const { perform, upstream } = await using(deepgram, deepgramSpeech());
    const outcome = await perform('SPEECH', 'aura-2', { text: 'Hello.', voice: 'thalia', language: 'en' });
    expect(outcome).toMatchObject({
      kind: 'DONE',
      usage: usageOf({ characters: 7 }),
      providerModel: 'aura-2-thalia-en',
    });
    expect(upstream.requests[0]?.path).toContain('model=aura-2-thalia-en');
    expect(await perform('SPEECH', 'aura-2', { text: 'Hello.' })).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'INVALID_REQUEST' },
    });
  });
});

describe('transcripts', () => {
  test.each([
    { known: elevenlabs, script: elevenLabsTranscript(), model: 'scribe_v2', language: 'eng' },
    { known: deepgram, script: deepgramTranscript(), model: 'nova-3', language: 'en' },
  ])('of $known.name: text, words in their place, seconds', async ({ known, script, model, language }) => {
    const { perform } = await using(known, script);
    expect(
      await perform('TRANSCRIPTION', model, { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD' }),
    ).toMatchObject({
      kind: 'DONE',
      result: {
        text: 'Hello there.',
        language,
        durationSeconds: 1.5,
        words: [
          { text: 'Hello', start: 0.1, end: 0.4 },
          { text: 'there.', start: 0.5, end: 1.2 },
        ],
      },
      usage: usageOf({ seconds: 1.5 }),
    });
  });

  test('of Deepgram in segments', async () => {
    const { perform, upstream } = await using(deepgram, deepgramTranscript());
    const outcome = await perform('TRANSCRIPTION', 'nova-3', {
      audio: AUDIO,
      task: 'TRANSCRIBE',
      timestamps: 'SEGMENT',
    });
    expect(outcome).toMatchObject({ result: { segments: [{ text: 'Hello there.', start: 0.1, end: 1.2 }] } });
    expect(upstream.requests[0]?.path).toContain('utterances=true');
  });

  test('what cannot be asked is told beforehand', async () => {
    const { provider } = await using(elevenlabs);
    const names = provider.operations.TRANSCRIPTION?.unsupported('scribe_v2', {
      audio: AUDIO,
      task: 'TRANSLATE',
      prompt: 'names',
      temperature: 0,
      timestamps: 'SEGMENT',
    });
    expect(names?.map(({ name }) => name)).toEqual(['task', 'prompt', 'temperature', 'timestamps']);
  });
});

describe('failures of operations', () => {
  const CASES = [
    {
      known: cohere,
      script: cohereError(429, 'You are using a Trial key, which is limited to 1000 API calls / month.'),
      code: 'QUOTA_EXHAUSTED',
    },
    { known: cohere, script: cohereError(404, "model 'nonexistent' not found"), code: 'MODEL_NOT_FOUND' },
    { known: cohere, script: cohereError(401, `invalid api token ${KEY}`), code: 'AUTHENTICATION' },
    {
      known: bedrock,
      script: bedrockError(403, 'AccessDeniedException', 'You do not have access.'),
      code: 'PERMISSION',
    },
  ] as const;
  test.each(CASES)('of $known.name: $code', async ({ known, script, code }) => {
    const { perform } = await using(known, script);
    const outcome = await perform('EMBEDDING', 'embed', { inputs: ['one'] });
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  });

  test.each([
    {
      known: elevenlabs,
      script: elevenLabsError(401, 'quota_exceeded', 'You have 0 credits left.'),
      code: 'QUOTA_EXHAUSTED',
    },
    {
      known: elevenlabs,
      script: elevenLabsError(401, 'invalid_api_key', 'Invalid API key'),
      code: 'AUTHENTICATION',
    },
    { known: elevenlabs, script: elevenLabsError(429, 'system_busy', 'Try again.'), code: 'OVERLOADED' },
    {
      known: elevenlabs,
      script: elevenLabsError(
        401,
        'detected_unusual_activity',
        'Unusual activity detected. Free Tier usage disabled.',
      ),
      code: 'PERMISSION',
    },
    {
      known: deepgram,
      script: deepgramError(402, 'ASR_PAYMENT_REQUIRED', 'Insufficient credits.'),
      code: 'QUOTA_EXHAUSTED',
    },
    {
      known: deepgram,
      script: deepgramError(401, 'INVALID_AUTH', 'Invalid credentials.'),
      code: 'AUTHENTICATION',
    },
    {
      known: deepgram,
      script: deepgramError(429, 'TOO_MANY_REQUESTS', 'Too many requests.'),
      code: 'RATE_LIMITED',
    },
  ])('of $known.name: $code', async ({ known, script, code }) => {
    const { perform, upstream } = await using(known, script);
    const outcome = await perform('TRANSCRIPTION', 'm', { audio: AUDIO, task: 'TRANSCRIBE' });
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { code } });
    expect(upstream.requests, 'nothing is tried twice').toHaveLength(1);
  });
});
