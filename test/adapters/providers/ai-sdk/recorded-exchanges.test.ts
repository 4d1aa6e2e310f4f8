import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import { deepgram } from '../../../../src/adapters/providers/known/deepgram.ts';
import { elevenlabs } from '../../../../src/adapters/providers/known/elevenlabs.ts';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import { hasRecordings, listedRecordings, titleWithRecordings } from '../../../support/recordings.ts';
import { jsonAnswer } from '../../../support/upstream.ts';
import { type Connected, connected } from './connected.ts';
import { REPLAYED_EXCHANGES } from './recorded-files.ts';

const { body: bodyOf, exchange, unread } = listedRecordings(REPLAYED_EXCHANGES);
const sample = (name: string) => exchange(`wire-samples/${name}.json`);

let side: Connected | undefined;
afterEach(() => side?.close());
const using = async (known: Parameters<typeof connected>[0], path = '') => {
  side = await connected(known, { variables: { AWS_REGION: 'us-east-1' }, path });
  return side;
};

const AUDIO = { mediaType: 'audio/mpeg', bytes: new Uint8Array([1, 2, 3]) };
const user = (text: string): CompletionRequest['messages'][number] => ({
  role: 'user',
  parts: [{ type: 'text', text }],
});
const tool = (name: string, description: string, member: string, of: string) => ({
  name,
  description,
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: { [member]: { type: 'string', title: of, description: `The ${member} name.` } },
    required: [member],
  },
});

/** A body without members that mean nothing to these providers: null, empty, or that a tool did not fail. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !['null', '{}', '[]'].includes(JSON.stringify(member)))
      .filter(([name, member]) => !(name === 'status' && member === 'success'))
      .map(([name, member]) => [name, plain(member)]),
  );
};

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded requests of completions'), () => {
  test.each([
    {
      name: 'bedrock/bedrock-converse-cb41b930',
      known: bedrock,
      path: '',
      model: 'us.mistral.pixtral-large-2502-v1:0',
      stream: false,
      request: {
        messages: [user('Call the `get_file` tool, then briefly describe what you received.')],
        tools: [
          { name: 'get_file', parameters: { type: 'object', properties: {}, additionalProperties: false } },
        ],
      },
    },
    {
      name: 'bedrock/bedrock-converse-6e00ff56',
      known: bedrock,
      path: '',
      model: 'us.amazon.nova-micro-v1:0',
      stream: true,
      request: {
        topP: 0.5,
        tools: [
          tool('get_capital', 'Get the capital of a country.', 'country', 'Country'),
          tool('get_temperature', 'Get the temperature in a city.', 'city', 'City'),
        ],
        messages: [
          { role: 'system', text: 'You are a helpful chatbot.' },
          user('What is the temperature of the capital of France?'),
          {
            role: 'assistant',
            text: '<thinking> To find the temperature of the capital of France, I need to first determine the capital of France and then get the current temperature in that city. The capital of France is Paris. I will use the "get_temperature" tool to find the current temperature in Paris.</thinking>\n',
            reasoning: [],
            toolCalls: [
              {
                id: 'tooluse_lAG_zP8QRHmSYOwZzzaCqA',
                name: 'get_temperature',
                arguments: '{"city":"Paris"}',
              },
            ],
          },
          { role: 'tool', toolCallId: 'tooluse_lAG_zP8QRHmSYOwZzzaCqA', text: '30°C', isError: false },
        ],
      },
    },
    {
      name: 'cohere/cohere-chat-a6428753',
      known: cohere,
      path: '/v2',
      model: 'command-r7b-12-2024',
      stream: false,
      request: {
        messages: [user("What's the weather in Paris?")],
        tools: [
          {
            name: 'get_weather',
            description: 'Get the current weather for a city.',
            parameters: {
              type: 'object',
              additionalProperties: false,
              properties: { city: { type: 'string' } },
              required: ['city'],
            },
          },
        ],
      },
    },
  ] as const)('$name: as ours is', async ({ name, known, path, model, stream, request }) => {
    const recorded = sample(name);
    const { complete, upstream } = await using(known, path);
    // What it gives is replayed elsewhere: here it is what was sent that counts.
    upstream.enqueue(jsonAnswer({}));
    await complete(model, request, stream);
    const [sent, ...others] = upstream.requests;
    expect(others).toEqual([]);
    expect(sent?.path.toLowerCase()).toBe(recorded.request.path.toLowerCase());
    const expected = { ...recorded.request.body };
    // Not streaming is the default.
    if (!stream) delete expected.stream;
    expect(plain(sent?.body)).toEqual(plain(expected));
  });

  test('a model that Bedrock does not know', async () => {
    const { request, response } = sample('bedrock/bedrock-converse-57ac77b2');
    const { complete, upstream } = await using(bedrock);
    upstream.enqueue({ status: response.status, headers: response.headers, body: response.body });
    const events = await complete('us.amazon.nova-micro-v1:O', { messages: [user('hello')] }, false);
    expect(upstream.requests[0]).toMatchObject({ path: request.path });
    expect(plain(upstream.requests[0]?.body)).toEqual(plain(request.body));
    expect(events).toMatchObject([{ type: 'failed', failure: { code: 'MODEL_NOT_FOUND', status: 400 } }]);
  });
});

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded operations'), () => {
  test("Bedrock's vectors: asked for as we do, but for the purpose, and read", async () => {
    const { request, response } = sample('bedrock/bedrock-embeddings-dd002fa0');
    const { perform, upstream } = await using(bedrock);
    upstream.enqueue({ headers: response.headers, body: response.body });
    const inputs = ['Test Nova dimensions'];
    const asked = { inputs, dimensions: 256, purpose: 'QUERY' } as const;
    const outcome = await perform('EMBEDDING', 'amazon.nova-2-multimodal-embeddings-v1:0', asked);
    const {
      embeddings: [{ embedding }],
    } = JSON.parse(response.body) as { embeddings: [{ embedding: readonly number[] }] };
    expect(outcome).toMatchObject({
      kind: 'DONE',
      result: { vectors: [embedding] },
      usage: usageOf({ input: 18 }),
    });
    expect(upstream.requests[0]?.path).toBe(request.path);
    // The recording's purpose is for what is searched among texts, images and sounds; ours embeds texts alone.
    const ours = JSON.stringify(upstream.requests[0]?.body).replace('TEXT_RETRIEVAL', 'GENERIC_RETRIEVAL');
    expect(JSON.parse(ours)).toEqual(request.body);
  });

  test("Cohere's vectors: asked for as we do, and read", async () => {
    const { request, response } = sample('cohere/cohere-embeddings-1489b206');
    const { perform, upstream } = await using(cohere, '/v2');
    upstream.enqueue({ headers: response.headers, body: response.body });
    const asked = { inputs: ['Hello, world!'], purpose: 'QUERY' } as const;
    const outcome = await perform('EMBEDDING', 'embed-v4.0', asked);
    const { embeddings, meta } = JSON.parse(response.body) as {
      embeddings: { float: readonly (readonly number[])[] };
      meta: { billed_units: { input_tokens: number } };
    };
    expect(outcome).toMatchObject({
      kind: 'DONE',
      result: { vectors: embeddings.float },
      usage: usageOf({ input: meta.billed_units.input_tokens }),
    });
    expect(upstream.requests[0]?.path).toBe(request.path);
    expect(plain(upstream.requests[0]?.body)).toEqual(plain(request.body));
  });

  test("Cohere's vectors of two texts", async () => {
    const body = bodyOf('vercel-ai/cohere/cohere-embedding.json');
    const { perform, upstream } = await using(cohere);
    upstream.enqueue(jsonAnswer(body));
    const inputs = ['sunny day at the beach', 'rainy day in the city'];
    expect(await perform('EMBEDDING', 'embed-english-v3.0', { inputs })).toMatchObject({
      kind: 'DONE',
      result: { vectors: (body.embeddings as { float: unknown }).float },
      usage: usageOf({ input: 10 }),
    });
  });

  test('a model that Cohere does not know', async () => {
    const { response } = sample('cohere/cohere-embeddings-18a9f15f');
    const { perform, upstream } = await using(cohere);
    upstream.enqueue({ status: response.status, headers: response.headers, body: response.body });
    expect(await perform('EMBEDDING', 'nonexistent', { inputs: ['Hello, world!'] })).toMatchObject({
      kind: 'FAILED',
      failure: {
        code: 'MODEL_NOT_FOUND',
        status: 404,
        providerRequestId: '8bd5b608-887c-49f7-a6b3-d3bd5830c3de',
      },
    });
  });

  test.each([
    {
      name: 'cohere/reranking__cohere-reranking.1',
      known: cohere,
      model: 'rerank-v3.5',
      ranking: [
        { index: 1, score: 0.10183054 },
        { index: 0, score: 0.03762639 },
      ],
    },
    {
      name: 'amazon-bedrock/reranking__amazon-bedrock-reranking.1',
      known: bedrock,
      model: 'cohere.rerank-v3-5:0',
      ranking: [
        { index: 0, score: 0.5110583305358887 },
        { index: 5, score: 0.30241215229034424 },
      ],
    },
  ])('the ranking of $name', async ({ name, known, model, ranking }) => {
    const { perform, upstream } = await using(known);
    upstream.enqueue(jsonAnswer(bodyOf(`vercel-ai/${name}.json`)));
    const documents = ['0', '1', '2', '3', '4', '5'];
    expect(await perform('RERANK', model, { query: 'q', documents, topN: 2 })).toMatchObject({
      kind: 'DONE',
      result: { ranking },
      usage: usageOf({ requests: 1 }),
    });
  });

  test("Bedrock's count: asked for as we do, and read", async () => {
    const { request, response } = sample('bedrock/bedrock-count-tokens-58e1e04d');
    const { perform, upstream } = await using(bedrock);
    upstream.enqueue({ headers: response.headers, body: response.body });
    const asked = { messages: [user('The quick brown fox jumps over the lazydog.')], tools: [] };
    const model = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
    expect(await perform('TOKEN_COUNT', model, asked)).toMatchObject({
      kind: 'DONE',
      result: { inputTokens: 19, method: 'PROVIDER' },
    });
    expect(upstream.requests[0]?.path).toBe(request.path);
    expect(plain(upstream.requests[0]?.body)).toEqual(plain(request.body));
  });

  test('a count for a model that Bedrock does not know', async () => {
    const { response } = sample('bedrock/bedrock-count-tokens-260fbf30');
    const { perform, upstream } = await using(bedrock);
    upstream.enqueue({ status: response.status, headers: response.headers, body: response.body });
    const asked = { messages: [user('hello')], tools: [] };
    expect(await perform('TOKEN_COUNT', 'anthropic.claude-none-v1:0', asked)).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'MODEL_NOT_FOUND', status: 400 },
    });
  });

  test('a transcript of ElevenLabs', async () => {
    const heard = bodyOf('vercel-ai/elevenlabs/elevenlabs-transcription.json');
    const { perform, upstream } = await using(elevenlabs);
    upstream.enqueue(jsonAnswer(heard));
    const asked = { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD' } as const;
    const outcome = await perform('TRANSCRIPTION', 'scribe_v1', asked);
    expect(outcome).toMatchObject({
      kind: 'DONE',
      result: { text: heard.text, language: 'eng', durationSeconds: 2.479 },
    });
    const spoken = (heard.words as readonly { type: string }[]).filter(({ type }) => type === 'word');
    expect(outcome.kind === 'DONE' && outcome.result.words).toHaveLength(spoken.length);
  });

  test('a transcript of Deepgram', async () => {
    const said = bodyOf('vercel-ai/deepgram/deepgram-transcription.json');
    const { perform, upstream } = await using(deepgram);
    upstream.enqueue(jsonAnswer(said));
    const asked = { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD' } as const;
    const outcome = await perform('TRANSCRIPTION', 'nova-3', asked);
    const {
      channels: [{ alternatives }],
    } = said.results as { channels: [{ alternatives: [{ transcript: string; words: unknown[] }] }] };
    expect(outcome).toMatchObject({
      kind: 'DONE',
      result: { text: alternatives[0].transcript, durationSeconds: 36.744 },
      usage: usageOf({ seconds: 36.744 }),
    });
    expect(outcome.kind === 'DONE' && outcome.result.words).toHaveLength(alternatives[0].words.length);
  });

  test('every recording that is listed is read', () => {
    expect(unread()).toEqual([]);
  });
});
