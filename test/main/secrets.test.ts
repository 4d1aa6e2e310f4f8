import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelgraphProcess, spawnModelgraph } from '../support/modelgraph.ts';
import { eventStream, jsonAnswer, sseFrame, startUpstream, type Upstream } from '../support/upstream.ts';

const KEYS = {
  OPENAI_API_KEY: 'sk-proj-0penAI-s3cret-Of-The-Test',
  ANTHROPIC_API_KEY: 'sk-ant-api03-s3cret-Of-The-Test',
  GEMINI_API_KEY: 'AIzaSy-s3cret-Of-The-Test',
};
const MODELS = ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash'];
const PROMPT = 'the prompt that nobody may read';
const PASSWORD = 'hunter2-of-the-relay';

const COMPLETE = /* GraphQL */ `
  mutation ($model: String!, $prompt: String!, $stream: Boolean!) {
    complete(
      input: { model: $model, messages: [{ user: { text: $prompt } }], streamUpstream: $stream, unsupported: WARN }
    ) {
      __typename
      ... on Error { message }
      ... on UpstreamError {
        code
        httpStatus
        providerCode
        providerMessage
        providerRequestId
        attempts { error { message providerMessage } }
      }
    }
  }
`;
const LEDGER =
  '{ completions(first: 100) { edges { node { id status error { message providerMessage } } } } }';

describe('what is secret', () => {
  let upstream: Upstream;
  let server: ModelgraphProcess;
  const answers: string[] = [];
  beforeAll(async () => {
    upstream = await startUpstream();
    server = await spawnModelgraph({
      config: [
        'providers:',
        `  - { id: openai, baseUrl: ${upstream.url}/v1 }`,
        `  - { id: anthropic, baseUrl: ${upstream.url} }`,
        `  - { id: google, baseUrl: ${upstream.url} }`,
        `  - { id: relay, dialect: openai, baseUrl: ${upstream.url}/v1, apiKey: ${PASSWORD}, models: [{ id: any }] }`,
      ].join('\n'),
      env: { ...KEYS, MODELGRAPH_LOG_LEVEL: 'debug' },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await upstream?.close();
  });

  const complete = async (model: string, stream = false) => {
    const answer = await server.post(COMPLETE, { model, prompt: PROMPT, stream });
    answers.push(JSON.stringify(answer.body));
    return answer.body.data.complete;
  };

  /** Wrong keys, answered by an upstream that tells all that it was sent. */
  it.each(MODELS)('is not in the answer when the upstream of %s quotes it', async (model) => {
    upstream.respond(({ headers, body }) => {
      const quoted = `Wrong key: ${headers.authorization ?? headers['x-api-key'] ?? headers['x-goog-api-key']}. ${JSON.stringify(headers)}`;
      return jsonAnswer(
        { error: { message: quoted, code: quoted, status: quoted, type: 'invalid_api_key', sent: body } },
        { status: 401, headers: { 'x-request-id': quoted, 'request-id': quoted } },
      );
    });
    const result = await complete(model);
    expect(result).toMatchObject({ __typename: 'UpstreamError', code: 'AUTHENTICATION', httpStatus: 401 });
    expect(result.providerMessage).toMatch(/^Wrong key: .*\[secret\]/);
  });

  it.each([
    ['garbage', { body: `<html>${PASSWORD} ${PROMPT}</html>` }],
    [
      'an error in a stream',
      eventStream([sseFrame({ error: { message: `no ${PASSWORD}`, code: PASSWORD } })]),
    ],
    ['a stream that is cut', { ...eventStream([sseFrame({ choices: [] })]), ending: 'reset' as const }],
    ['a redirect', { status: 302, headers: { location: `http://127.0.0.1:1/${PASSWORD}` }, body: '' }],
    ['a frame that is no JSON', eventStream([sseFrame(`{ ${PASSWORD} ${PROMPT}`)])],
  ])('is not in the answer to %s', async (_, script) => {
    upstream.enqueue(script);
    expect(await complete('relay/any', true)).toMatchObject({ __typename: 'UpstreamError' });
  });

  it('is in no answer, nor in the ledger', async () => {
    const { body } = await server.post(LEDGER);
    expect(body.data.completions.edges).toHaveLength(answers.length);
    const texts = [...answers, JSON.stringify(body)].join('\n');
    for (const secret of [...Object.values(KEYS), PASSWORD, server.adminKey])
      expect(texts).not.toContain(secret);
  });

  it('is not in the log, nor is a prompt, wrong requests included', async () => {
    await server.post(`{ models(search: "${PROMPT}") { nope } }`);
    await server.post(COMPLETE, { model: 'nope', prompt: PROMPT, stream: 'no' });
    await server.post(COMPLETE, { model: PROMPT, prompt: PROMPT, stream: true });
    await server.post('{ models { totalCount } }', {}, 'mg_a-wrong-key-of-somebody');
    await fetch(`${server.url}/v1/models?key=${PASSWORD}`);
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    const output = server.output();
    // The log is on, and says something of the calls.
    expect(output).toMatch(/"level":"debug"/);
    const secrets = [...Object.values(KEYS), PASSWORD, server.adminKey, PROMPT, 'mg_a-wrong-key'];
    for (const secret of secrets) expect(output).not.toContain(secret);
  });
});
