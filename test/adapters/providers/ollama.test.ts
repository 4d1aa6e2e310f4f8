import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { discoverOllama } from '../../../src/adapters/providers/ollama.ts';
import { jsonAnswer, NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';

const dispatcher = createDispatcher();
let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => dispatcher.destroy());

const tags = jsonAnswer({
  models: [
    { name: 'llama3.2:latest', model: 'llama3.2:latest', size: 2019393189 },
    { name: 'qwen3:8b', model: 'qwen3:8b', size: 5225387677 },
  ],
});

test.each(['', '/', '/v1', '/v1/'])('lists the models of a server at "%s"', async (path) => {
  upstream.enqueue(tags);
  expect(await discoverOllama(`${upstream.url}${path}`, dispatcher, 20_000)).toEqual([
    'llama3.2:latest',
    'qwen3:8b',
  ]);
  expect(upstream.requests[0]).toMatchObject({ method: 'GET', path: '/api/tags' });
});

test.each([
  ['another status', { ...tags, status: 404 }],
  ['another shape', jsonAnswer({ data: [] })],
  ['a web page', { body: '<html></html>' }],
  ['no HTTP', { raw: 'SMTP ready\r\n' }],
  ['silence', { before: NEVER }],
])('%s is not an Ollama', async (_name, script) => {
  upstream.enqueue(script);
  expect(await discoverOllama(upstream.url, dispatcher)).toBeUndefined();
});

test.each(['http://127.0.0.1:1', 'not a URL'])('nothing is found at %s', async (url) => {
  expect(await discoverOllama(url, dispatcher)).toBeUndefined();
});
