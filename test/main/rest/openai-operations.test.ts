import OpenAI, { toFile } from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RestServer, restServer, upstreamsWith } from './rest-server.ts';

let rest: RestServer;
let client: OpenAI;
beforeAll(async () => {
  rest = await restServer();
  client = new OpenAI({ baseURL: rest.base, apiKey: rest.key, maxRetries: 0 });
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
/** A tenth of a second of silence. */
const WAV = (() => {
  const bytes = Buffer.alloc(44 + 3_200);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 3_200, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(16_000, 24);
  bytes.writeUInt32LE(32_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(3_200, 40);
  return bytes;
})();
const recording = () => toFile(WAV, 'said.wav', { type: 'audio/wav' });

describe.each(upstreamsWith('embeddings'))('embeddings by $name', ({ model, name }) => {
  // The client asks for base64 by itself and reads it.
  it.each([undefined, 'float'] as const)('of two texts, as %s', async (encoding_format) => {
    const { data, response } = await client.embeddings
      .create({ model, input: ['One.', 'Two.'], ...(encoding_format && { encoding_format }) })
      .withResponse();
    expect(data.object).toBe('list');
    expect(data.data.map(({ index, object }) => [index, object])).toEqual([
      [0, 'embedding'],
      [1, 'embedding'],
    ]);
    for (const { embedding } of data.data) {
      expect(embedding.length).toBeGreaterThan(1);
      expect(embedding.every((number) => Number.isFinite(number) && Math.abs(number) <= 1)).toBe(true);
    }
    // Google does not say what vectors used, and what is not known is not there.
    if (name !== 'Gemini')
      expect(data.usage).toMatchObject({
        prompt_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      });
    expect(response.headers.get('x-modelgraph-offering')).toBe(model);
  });

  it('of one text', async () => {
    const { data } = await client.embeddings.create({ model, input: 'One.' });
    expect(data).toHaveLength(1);
  });
});

describe.each(upstreamsWith('images'))('images by $name', ({ model, name }) => {
  it('are made', async () => {
    const { data, created } = await client.images.generate({ model, prompt: 'A fox', n: 1 });
    expect(created).toBeGreaterThan(1_600_000_000);
    expect(data).toHaveLength(1);
    const bytes = Buffer.from(data?.[0]?.b64_json ?? '', 'base64');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  // Imagen of Google's API makes images only.
  const changing = name === 'Gemini' ? [] : [model];
  it.each(changing)('are changed by %s', async (model) => {
    const { data } = await client.images.edit({
      model,
      prompt: 'A red fox',
      image: await toFile(PNG, 'fox.png', { type: 'image/png' }),
    });
    expect(data).toMatchObject([{ b64_json: expect.stringMatching(/^iVBOR/) }]);
  });
});

describe.each(upstreamsWith('speech'))('speech by $name', ({ model, name }) => {
  it('is bytes of audio', async () => {
    const response = await client.audio.speech.create({
      model,
      voice: name === 'Gemini' ? 'Kore' : 'alloy',
      input: 'Hello.',
      ...(name === 'the sandbox' && { response_format: 'wav' as const }),
    });
    expect(response.headers.get('content-type')).toMatch(/^audio\//);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(3);
  });
});

describe.each(upstreamsWith('transcription'))('transcription by $name', ({ model, name }) => {
  it('as JSON and as text', async () => {
    const { text } = await client.audio.transcriptions.create({ model, file: await recording() });
    expect(text).toMatch(/\S/);
    const plain = await client.audio.transcriptions.create({
      model,
      file: await recording(),
      response_format: 'text',
    });
    expect(String(plain).trim()).toBe(text.trim());
  });

  // Google's API says what was spoken, not when.
  const timing = name === 'Gemini' ? [] : [model];
  it.each(timing)('with its segments, by %s', async (model) => {
    const verbose = await client.audio.transcriptions.create({
      model,
      file: await recording(),
      response_format: 'verbose_json',
    });
    expect(verbose).toMatchObject({ text: expect.stringMatching(/\S/), duration: expect.any(Number) });
  });

  it('translated', async () => {
    const { text } = await client.audio.translations.create({ model, file: await recording() });
    expect(text).toMatch(/\S/);
  });
});

describe.each(upstreamsWith('moderation'))('moderation by $name', ({ model }) => {
  it('of one text and of several', async () => {
    const { results } = await client.moderations.create({ model, input: 'I will kill you' });
    expect(results).toMatchObject([{ flagged: true, categories: { violence: true } }]);
    const calm = await client.moderations.create({ model, input: 'Good morning.' });
    expect(calm.results).toMatchObject([{ flagged: false }]);
  });
});

describe.each(upstreamsWith('rerank'))('rerank by $name', ({ model }) => {
  it('puts what fits first', async () => {
    const answer = await client.post<object>('/rerank', {
      body: {
        model,
        query: 'where is Paris',
        documents: ['Rain is wet.', 'Paris is in France.'],
        top_n: 1,
        return_documents: true,
      },
    });
    expect(answer).toMatchObject({
      results: [{ index: 1, relevance_score: expect.any(Number), document: { text: 'Paris is in France.' } }],
    });
  });
});

it.each([
  ['embeddings', () => client.embeddings.create({ model: 'anthropic/claude-sonnet-4-5', input: 'One.' })],
  ['images', () => client.images.generate({ model: 'anthropic/claude-sonnet-4-5', prompt: 'A fox' })],
])('%s by a model that cannot are refused as a wrong request', async (_operation, call) => {
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ code: 'unsupported_operation', type: 'invalid_request_error' });
});
