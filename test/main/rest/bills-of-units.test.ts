import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { jsonAnswer, type Script, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let server: Modelgraph;
let answer: Script = { status: 599, body: 'nothing is scripted' };
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond(() => answer);
  const models = [
    { id: 'painter', prices: { perImage: 0.02 } },
    { id: 'ranker', prices: { perRequest: 0.002 } },
  ];
  const apiKey = 'sk-test-0123456789';
  const relay = { id: 'relay', dialect: 'openai', baseUrl: `${upstream.url}/v1`, apiKey, models };
  server = await startModelgraph({ lists: 'SMALL', config: JSON.stringify({ providers: [relay] }) });
});
afterAll(async () => {
  await server.stop();
  await upstream.close();
});

const post = async (path: string, body: object, script: Script) => {
  answer = script;
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, cost: response.headers.get('x-modelgraph-cost'), text };
};

const IMAGE = { b64_json: Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64') };
const PAINT = { model: 'relay/painter', prompt: 'dawn' };
const RANK = { model: 'relay/ranker', query: 'q', documents: ['a'] };

it.each([
  [
    '/images/generations',
    PAINT,
    { created: 1, data: [IMAGE] },
    { input_tokens: 9, output_tokens: 90 },
    '0.02 USD',
  ],
  ['/rerank', RANK, { results: [{ index: 0, relevance_score: 0.5 }] }, { total_tokens: 30 }, '0.002 USD'],
])('%s costs what its declared price says, with reported tokens and without', async (...given) => {
  const [path, body, content, usage, cost] = given;
  expect(await post(path, body, jsonAnswer(content))).toMatchObject({ status: 200, cost });
  expect(await post(path, body, jsonAnswer({ ...content, usage }))).toMatchObject({ status: 200, cost });
});
