import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownProvider } from '../../../src/adapters/providers/registry.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { anthropicTextStream } from '../../fixtures/upstream/anthropic.ts';
import { bedrockError, bedrockText, bedrockTextStream } from '../../fixtures/upstream/bedrock.ts';
import {
  cohereEmbedding,
  cohereError,
  cohereText,
  cohereTextStream,
} from '../../fixtures/upstream/cohere.ts';
import { geminiTextStream } from '../../fixtures/upstream/gemini.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { jsonAnswer, type Script, startUpstream, type Upstream } from '../../support/upstream.ts';
import { type KnownConnections, startConnections } from './connect-known.ts';

let connections: KnownConnections;
let upstream: Upstream;
beforeAll(async () => {
  connections = await startConnections('a-key-0123456789');
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => connections.close());

type Pack = (body: Uint8Array) => Uint8Array;

/** The same answer with its body packed, however often it was in pieces. */
const packed = ({ body = [], headers, ...script }: Script, name: string, pack: Pack): Script => {
  const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
  const bytes = Buffer.concat(
    pieces.flatMap((piece) => (piece instanceof Promise ? [] : [Buffer.from(piece)])),
  );
  return { ...script, headers: { ...headers, 'content-encoding': name }, body: pack(bytes) };
};

const connect = (id: string) => {
  const known = knownProvider(id);
  if (known === undefined) throw new Error(`${id} is not known`);
  return connections.connect(known, upstream);
};

const ask = async (id: string, model: string, stream: boolean, script: Script) => {
  const provider = await connect(id);
  upstream.enqueue(script);
  const events: ProviderEvent[] = [];
  for await (const event of providerEvents(
    provider,
    {
      providerModelId: model,
      request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
      stream,
    },
    new AbortController().signal,
  ))
    events.push(event);
  return events;
};
const textOf = (events: readonly ProviderEvent[]): string =>
  events.map((event) => (event.type === 'textDelta' ? event.text : '')).join('');

const WORDS = ['Good', ' day'];
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

describe('a packed answer is read in every way in which providers are asked', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', true, anthropicTextStream(WORDS), 'br', brotliCompressSync],
    ['google', 'gemini-2.5-flash', true, geminiTextStream(WORDS), 'zstd', zstdCompressSync],
    ['bedrock', CLAUDE, true, bedrockTextStream(WORDS), 'gzip', gzipSync],
    ['bedrock', CLAUDE, false, bedrockText(WORDS), 'gzip', gzipSync],
    ['cohere', 'command-a-03-2025', true, cohereTextStream(WORDS), 'gzip', gzipSync],
    ['cohere', 'command-a-03-2025', false, cohereText(WORDS), 'br', brotliCompressSync],
  ] as const)('%s, %s, streamed: %s', async (id, model, stream, script, name, pack) => {
    const events = await ask(id, model, stream, packed(script, name, pack));
    expect(textOf(events)).toBe(WORDS.join(''));
    expect(events.at(-1)?.type).toBe('completed');
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('a stream by %s that comes byte by byte', async (name, pack) => {
    const script = packed(anthropicTextStream(WORDS), name, pack);
    const bytes = script.body instanceof Uint8Array ? script.body : new Uint8Array(0);
    const pieces = Array.from(bytes, (_, at) => [
      bytes.subarray(at, at + 1),
      new Promise(setImmediate),
    ]).flat();
    const events = await ask('anthropic', 'claude-sonnet-4-5', true, { ...script, body: pieces });
    expect(textOf(events)).toBe(WORDS.join(''));
  });

  test('an embedding', async () => {
    const provider = await connect('cohere');
    upstream.enqueue(packed(cohereEmbedding(), 'gzip', gzipSync));
    const outcome = await provider.operations.EMBEDDING?.perform(
      { providerModelId: 'embed-v4.0', request: { inputs: ['a', 'b'] } },
      new AbortController().signal,
    );
    expect(outcome?.kind).toBe('DONE');
  });

  test('a list of models', async () => {
    const provider = await connect('openai');
    upstream.enqueue(
      packed(
        jsonAnswer({ object: 'list', data: [{ id: 'gpt-x', object: 'model' }] }),
        'br',
        brotliCompressSync,
      ),
    );
    expect(await provider.listModels(new AbortController().signal)).toEqual({
      kind: 'LISTED',
      ids: ['gpt-x'],
    });
  });

  test.each([
    ['bedrock', CLAUDE, bedrockError(429, 'ThrottlingException', 'Too many requests')],
    ['cohere', 'command-a-03-2025', cohereError(429, 'Too many requests')],
  ] as const)('a limit of %s', async (id, model, script) => {
    const limited = packed(
      { ...script, headers: { ...script.headers, 'retry-after': '7' } },
      'gzip',
      gzipSync,
    );
    expect((await ask(id, model, true, limited)).at(-1)).toMatchObject({
      type: 'failed',
      failure: {
        code: 'RATE_LIMITED',
        retryAfterMs: 7_000,
        providerMessage: expect.stringContaining('Too many'),
      },
    });
  });
});
