import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { llamacpp } from '../../../src/adapters/providers/known/llamacpp.ts';
import { lmstudio } from '../../../src/adapters/providers/known/lmstudio.ts';
import { ollama } from '../../../src/adapters/providers/known/ollama.ts';
import { vllm } from '../../../src/adapters/providers/known/vllm.ts';
import type { KnownProvider, LocalServer } from '../../../src/adapters/providers/known-provider.ts';
import { discoverLocalModels } from '../../../src/adapters/providers/local-discovery.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { jsonAnswer, NEVER, type Script, startUpstream, type Upstream } from '../../support/upstream.ts';

const dispatcher = createDispatcher();
let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => dispatcher.destroy());

const listOf = (...data: readonly object[]): Script => jsonAnswer({ object: 'list', data });

/** What each of them answers, and under which path. */
const SERVERS: readonly {
  readonly known: KnownProvider;
  readonly path: string;
  readonly list: Script;
  readonly names: readonly string[];
}[] = [
  {
    known: ollama,
    path: '/api/tags',
    list: jsonAnswer({
      models: [
        { name: 'llama3.2:latest', model: 'llama3.2:latest', size: 2019393189 },
        { name: 'qwen3:8b', model: 'qwen3:8b', size: 5225387677 },
      ],
    }),
    names: ['llama3.2:latest', 'qwen3:8b'],
  },
  {
    known: vllm,
    path: '/v1/models',
    list: listOf({
      id: 'Qwen/Qwen3-8B',
      object: 'model',
      created: 1,
      owned_by: 'vllm',
      max_model_len: 40960,
    }),
    names: ['Qwen/Qwen3-8B'],
  },
  {
    known: lmstudio,
    path: '/api/v0/models',
    list: listOf(
      { id: 'qwen3-8b', object: 'model', type: 'llm', compatibility_type: 'gguf', state: 'loaded' },
      { id: 'nomic', object: 'model', type: 'embeddings', compatibility_type: 'gguf', state: 'not-loaded' },
    ),
    names: ['qwen3-8b', 'nomic'],
  },
  {
    known: llamacpp,
    path: '/v1/models',
    list: listOf({ id: 'gemma-3-4b-it', object: 'model', created: 1, owned_by: 'llamacpp', meta: {} }),
    names: ['gemma-3-4b-it'],
  },
];

const localOf = (known: KnownProvider): LocalServer => {
  if (known.local === undefined) throw new Error(`${known.id} is not local`);
  return known.local;
};

test.each(
  SERVERS.flatMap((server) =>
    ['', '/', '/v1', '/v1/'].map((path) => [server.known.id, path, server] as const),
  ),
)('lists the models of a %s at "%s"', async (_id, basePath, { known, path, list, names }) => {
  upstream.enqueue(list);
  const found = await discoverLocalModels(localOf(known), `${upstream.url}${basePath}`, dispatcher, {
    limitMs: 20_000,
  });
  expect(found).toEqual(names);
  expect(upstream.requests[0]).toMatchObject({ method: 'GET', path });
});

test.each(SERVERS.map((server) => [server.known.id, server] as const))(
  '%s is not taken for another',
  async (_id, { known, list }) => {
    for (const other of SERVERS.filter(({ known: { id } }) => id !== known.id)) {
      upstream.enqueue(list);
      expect(await discoverLocalModels(localOf(other.known), upstream.url, dispatcher)).toBeUndefined();
    }
  },
);

test.each(
  SERVERS.flatMap(({ known, list }) =>
    (
      [
        ['another status', { ...list, status: 404 }],
        ['another shape', jsonAnswer({ things: [] })],
        ['rows of another kind', jsonAnswer({ data: [{ id: 1 }, null] })],
        ['a web page', { body: '<html></html>' }],
        ['no HTTP', { raw: 'SMTP ready\r\n' }],
        ['silence', { before: NEVER }],
      ] as const
    ).map(([name, script]) => [name, known.id, known, script] as const),
  ),
)('%s is not a %s', async (_name, _id, known, script) => {
  upstream.enqueue(script);
  expect(await discoverLocalModels(localOf(known), upstream.url, dispatcher)).toBeUndefined();
});

test.each(['http://127.0.0.1:1', 'not a URL'])('nothing is found at %s', async (url) => {
  expect(await discoverLocalModels(localOf(ollama), url, dispatcher)).toBeUndefined();
});

test('a server that wants a key is given it', async () => {
  upstream.enqueue(SERVERS[1]?.list ?? {});
  await discoverLocalModels(localOf(vllm), upstream.url, dispatcher, { apiKey: new Secret('k-1') });
  expect(upstream.requests[0]?.headers.authorization).toBe('Bearer k-1');
});
