// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the config file's own notation
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, runCommand, startModelgraph } from '../support/modelgraph.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

const PROVIDERS = '{ providers(first: 100) { edges { node { id name kind on offReason region } } } }';
const OFFERINGS = /* GraphQL */ `
  query ($provider: ID!) {
    offerings(first: 100, filter: { providers: [$provider] }) {
      edges { node { id billing on region model { slug } prices { amount { amount currency } } } }
    }
  }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($model: String!) {
    complete(input: { model: $model, messages: [{ user: { text: "Hi" } }], streamUpstream: false }) {
      __typename
      ... on Completion { text cost { __typename } }
      ... on Error { message }
    }
  }
`;

const chat = (text: string) =>
  jsonAnswer({
    id: 'c1',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });

describe('providers of a server', () => {
  let upstream: Upstream;
  let server: Modelgraph;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  let providers: Map<string, any>;
  beforeAll(async () => {
    upstream = await startUpstream();
    upstream.respond(({ path }) =>
      path === '/api/tags'
        ? jsonAnswer({ models: [{ name: 'llama3.2:1b' }, { name: 'my/tuned:latest' }] })
        : chat('from upstream'),
    );
    server = await startModelgraph({
      lists: 'SMALL',
      config: `
providers:
  - { id: openai, baseUrl: ${upstream.url}/v1/, name: My OpenAI, region: DE }
  - { id: gemini, apiKey: "\${GEMINI_API_KEY}" }
  - { id: mistral, apiKey: "\${RELAY_KEY}" }
  - { id: unheard-of, apiKey: k }
  - { id: nowhere, dialect: openai, apiKey: k }
  - { id: keyless, dialect: openai, baseUrl: ${upstream.url}/v1 }
  - id: ollama
    baseUrl: ${upstream.url}/v1
    models:
      - { id: "llama3.2:1b", model: meta/llama-3.2-1b }
`,
      dotEnv:
        'OPENAI_API_KEY=sk-from-dotenv\nGROQ_API_KEY=gsk-from-dotenv\nMISTRAL_API_KEY=for-mistral-alone\n',
      env: { GEMINI_API_KEY: 'AIza-from-environment', GROQ_API_KEY: '', ANTHROPIC_API_KEY: 'sk-ant-1' },
    });
    const { body } = await server.post(PROVIDERS);
    providers = new Map(
      body.data.providers.edges.map(({ node }: { node: { id: string } }) => [node.id, node]),
    );
  });
  afterAll(async () => {
    await server?.stop();
    await upstream?.close();
  });

  it.each([
    ['openai', 'My OpenAI', 'LAB', 'its key is in .env'],
    ['google', 'Google', 'LAB', 'its key is in the environment, and the file calls it gemini'],
    ['anthropic', 'Anthropic', 'LAB', 'its key is in the environment alone'],
    ['keyless', 'keyless', 'RELAY', 'it has a dialect and an address'],
    ['ollama', 'Ollama', 'LOCAL', 'it answers'],
    ['sandbox', 'Sandbox', 'SANDBOX', 'it always is'],
  ])('%s is on', (id, name, kind, _because) => {
    expect(providers.get(id)).toMatchObject({ on: true, offReason: null, name, kind });
    expect(server.output()).toMatch(new RegExp(`^ {2}Providers .*\\b${id}\\b`, 'm'));
  });

  it.each([
    ['xai', 'set XAI_API_KEY'],
    ['deepseek', 'set DEEPSEEK_API_KEY'],
    ['mistral', 'set RELAY_KEY'],
    [
      'unheard-of',
      'not a known provider: give it a dialect (openai, openai-responses, anthropic or gemini) in the config file',
    ],
    ['nowhere', 'give it a baseUrl in the config file'],
  ])('%s is off and says why', (id, offReason) => {
    expect(providers.get(id)).toMatchObject({ on: false, offReason });
    const line = server
      .output()
      .split('\n')
      .find((each) => each.includes(` ${id}: `));
    // The banner says it of those that the file names.
    const isNamed = !['xai', 'deepseek'].includes(id);
    expect(line?.endsWith(` ${offReason}`)).toBe(isNamed ? true : undefined);
  });

  it('come in the order of the file', () => {
    const on = /^ {2}Providers +(.*)$/m.exec(server.output())?.[1]?.split(', ');
    expect(on).toEqual(['openai', 'google', 'keyless', 'ollama', 'anthropic', 'sandbox']);
  });

  it('are called where the file says, with the key that .env says', async () => {
    const { body } = await server.post(COMPLETE, { model: 'openai/gpt-4o-mini' });
    expect(body.data.complete).toMatchObject({ __typename: 'Completion', text: 'from upstream' });
    expect(upstream.requests.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-from-dotenv' },
    });
    expect(providers.get('openai').region).toBe('DE');
  });

  it('Ollama brings the models that it has, for nothing', async () => {
    const { body } = await server.post(OFFERINGS, { provider: 'ollama' });
    const offerings = body.data.offerings.edges.map(({ node }: { node: { id: string } }) => node);
    expect(offerings).toMatchObject([
      {
        id: 'ollama/llama3.2:1b',
        billing: 'FREE',
        on: true,
        model: { slug: 'meta/llama-3.2-1b' },
        prices: [],
      },
      { id: 'ollama/my/tuned:latest', billing: 'FREE', on: true, prices: [] },
    ]);
    const answer = await server.post(COMPLETE, { model: 'ollama/my/tuned:latest' });
    expect(answer.body.data.complete).toMatchObject({ cost: { __typename: 'FreeCost' } });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ model: 'my/tuned:latest' });
    expect(upstream.requests.at(-1)?.headers.authorization).toBeUndefined();
  });
});

describe('a server is not started', () => {
  it.each([
    ['gemini', 'google', 'providers: "gemini" and "google" are one provider. List it once.'],
    ['relay', 'sandbox', 'providers: "sandbox" is built in. Give this provider another id.'],
  ])('with %s and %s in its file', async (one, other, message) => {
    const config = `providers: [{ id: ${one} }, { id: ${other} }]`;
    expect(await runCommand([], { config })).toEqual({
      code: 1,
      stdout: '',
      stderr: `modelgraph cannot start.\n${message}\n`,
    });
  });
});
