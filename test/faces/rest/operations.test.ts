import OpenAI, { toFile } from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { wavOf } from '../../../src/wire/operations/wav.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
let client: OpenAI;
beforeAll(async () => {
  server = await plainServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.adminKey, maxRetries: 0 });
});

const model = 'sandbox/echo';
const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
const isPng = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(1, 4)).toString() === 'PNG';

/** Half a second of silence. */
const recording = () => toFile(wavOf(new Uint8Array(16_000), 16_000), 'quiet.wav', { type: 'audio/wav' });

const post = async (path: string, body: object | FormData, headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      ...(!(body instanceof FormData) && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body instanceof FormData ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

describe('an operation', () => {
  it('says in headers and in its body who did it and what it cost, as the ledger does', async () => {
    const { data, response } = await client.embeddings
      .create({ model, input: 'one two', user: 'u', dimensions: 8 })
      .withResponse();
    expect(data.data[0]?.embedding).toHaveLength(8);
    const id = response.headers.get('x-request-id');
    expect(id).toMatch(/^op_/);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-modelgraph-provider': 'sandbox',
      'x-modelgraph-offering': 'sandbox/echo',
      'x-modelgraph-attempts': '1',
      'x-modelgraph-cost': 'free',
    });
    expect(response.headers.has('x-modelgraph-warnings')).toBe(false);
    expect(data).toMatchObject({
      model: 'sandbox/echo',
      usage: { prompt_tokens: 2, total_tokens: 2, cost: 0 },
      modelgraph: { id, offering: 'sandbox/echo', attempts: 1, cost: { kind: 'FREE' }, warnings: [] },
    });
    const { body } = await server.post('query ($id: ID!) { operation(id: $id) { id kind user status } }', {
      id,
    });
    expect(body.data.operation).toMatchObject({ user: 'u', status: 'SUCCEEDED' });
  });

  it('warns of fields that nobody here knows, or refuses them where it is told to', async () => {
    const body = { model, input: 'one', truncate: 'END' };
    const passed = await post('/embeddings', body);
    expect(passed.status).toBe(200);
    expect(passed.headers.get('x-modelgraph-warnings')).toBe('1');
    expect(passed.body.modelgraph.warnings).toMatchObject([
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'truncate' },
    ]);
    const refused = await post('/embeddings', body, { 'x-modelgraph-unknown-fields': 'REFUSE' });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({ param: 'truncate', code: 'unknown_field' });
  });

  it('that is asked for wrongly says where, in the client’s words', async () => {
    const error = await client.embeddings.create({ model, input: ['a', ''] }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'input[1]', type: 'invalid_request_error' });
    expect(error.message).toContain('input[1]: is empty.');
    const tokens = await post('/embeddings', { model, input: [[1, 2]] });
    expect(tokens.body.error).toMatchObject({ param: 'input', message: expect.stringContaining('texts') });
  });
});

describe('images', () => {
  it('lie where their address says', async () => {
    const { data } = await client.images.generate({ model, prompt: 'dawn', n: 2, response_format: 'url' });
    expect(data).toHaveLength(2);
    for (const { url, b64_json } of data ?? []) {
      expect(b64_json).toBeUndefined();
      const found = await fetch(url ?? '');
      expect(found.headers.get('content-type')).toBe('image/png');
      expect(isPng(new Uint8Array(await found.arrayBuffer()))).toBe(true);
    }
  });

  it('come as events', async () => {
    const stream = await client.images.generate({ model, prompt: 'dawn', stream: true });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([{ type: 'image_generation.completed', output_format: 'png' }]);
  });

  it('are changed as a form and as JSON; what the provider cannot is a warning', async () => {
    const image = await toFile(PNG, 'a.png', { type: 'image/png' });
    const mask = await toFile(PNG, 'm.png', { type: 'image/png' });
    const formed = await client.images.edit({ model, prompt: 'a hat', image, mask });
    expect(isPng(Buffer.from(formed.data?.[0]?.b64_json ?? '', 'base64'))).toBe(true);
    expect(formed).toMatchObject({ modelgraph: { warnings: [{ parameter: 'mask' }] } });
    const url = `data:image/png;base64,${PNG.toString('base64')}`;
    const { status, body } = await post('/images/edits', {
      model,
      prompt: 'a hat',
      images: [{ image_url: url }],
    });
    expect(status).toBe(200);
    expect(body.data).toHaveLength(1);
    const strict = await post(
      '/images/edits',
      { model, prompt: 'a hat', images: [{ image_url: url }], mask: url },
      { 'x-modelgraph-unsupported': 'ERROR' },
    );
    expect(strict.status).toBe(400);
    expect(strict.body.error.message).toContain('mask');
  });
});

describe('audio', () => {
  it('is what its type says, whatever was asked for', async () => {
    const spoken = await client.audio.speech.create({ model, input: 'hello there', voice: 'alloy' });
    expect(spoken.headers.get('content-type')).toBe('audio/wav');
    expect(spoken.headers.get('x-modelgraph-warnings')).toBe('1');
    const bytes = Buffer.from(await spoken.arrayBuffer());
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');

    const file = await toFile(bytes, 'hello.wav', { type: 'audio/wav' });
    const { text } = await client.audio.transcriptions.create({ model, file });
    expect(text).toMatch(/^The sandbox heard \d+\.\d\d seconds of audio\.$/);
  });

  it('comes as events', async () => {
    const spoken = await client.audio.speech.create({
      model,
      input: 'hello',
      voice: 'alloy',
      response_format: 'wav',
      stream_format: 'sse',
    });
    expect(spoken.headers.get('content-type')).toContain('text/event-stream');
    const types = [...(await spoken.text()).matchAll(/"type":"([^"]+)"/g)].map(([, type]) => type);
    expect(types).toEqual(['speech.audio.delta', 'speech.audio.done']);
  });

  const heard = 'The sandbox heard 0.50 seconds of audio.';
  const transcribe = async (more: object) =>
    client.audio.transcriptions.create({ model, file: await recording(), ...more });

  it('is written down in every form', async () => {
    expect(await transcribe({ response_format: 'text' })).toBe(`${heard}\n`);
    expect(await transcribe({ response_format: 'srt' })).toBe(
      `1\n00:00:00,000 --> 00:00:00,500\n${heard}\n\n`,
    );
    expect(await transcribe({ response_format: 'vtt' })).toBe(
      `WEBVTT\n\n00:00:00.000 --> 00:00:00.500\n${heard}\n\n`,
    );
    const verbose = { response_format: 'verbose_json' };
    expect(await transcribe(verbose)).toMatchObject({
      text: heard,
      duration: 0.5,
      segments: [{ id: 0, start: 0, end: 0.5, text: heard }],
    });
    expect(await transcribe({ ...verbose, timestamp_granularities: ['word'] })).toMatchObject({
      words: expect.arrayContaining([expect.objectContaining({ word: 'The', start: 0 })]),
    });
    const stream = await client.audio.transcriptions.create({ model, file: await recording(), stream: true });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { type: 'transcript.text.delta', delta: heard },
      { type: 'transcript.text.done', text: heard, usage: { type: 'duration', seconds: 0.5 } },
    ]);
  });

  it('tells this server itself what is wanted in a field of the form', async () => {
    const form = new FormData();
    form.set('file', await recording());
    form.set('model', model);
    form.set('modelgraph', JSON.stringify({ tags: { team: 'search' } }));
    const { status, body } = await post('/audio/transcriptions', form);
    expect(status).toBe(200);
    expect(body.modelgraph.warnings).toEqual([]);
    const query = 'query ($id: ID!) { operation(id: $id) { metadata } }';
    const ledger = await server.post(query, { id: body.modelgraph.id });
    expect(ledger.body.data.operation.metadata).toEqual({ team: 'search' });
  });

  it('cannot be told apart by who speaks', async () => {
    const error = await transcribe({ response_format: 'diarized_json' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'response_format' });
  });
});

describe('judgement', () => {
  it('is passed on each text, or on the parts of one whole', async () => {
    const each = await client.moderations.create({ model, input: ['I will kill you', 'Good morning.'] });
    expect(each.results.map(({ flagged }) => flagged)).toEqual([true, false]);
    const whole = await client.moderations.create({
      model,
      input: [
        { type: 'text', text: 'Good morning.' },
        { type: 'text', text: 'I will kill you' },
      ],
    });
    expect(whole.results).toMatchObject([{ flagged: true }]);
  });

  it('orders documents', async () => {
    const { body } = await post('/rerank', {
      model,
      query: 'Paris',
      documents: ['Rain is wet.', { text: 'Paris is in France.' }],
      return_documents: true,
    });
    expect(body).toMatchObject({
      results: [{ index: 1, document: { text: 'Paris is in France.' } }, { index: 0 }],
      meta: { billed_units: { search_units: 1 } },
      usage: { cost: 0 },
    });
  });
});
