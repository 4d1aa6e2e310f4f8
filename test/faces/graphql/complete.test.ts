import { beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { eventStream, NEVER, type Upstream } from '../../support/upstream.ts';
import { DIALECTS, KEYS, OWN_MODEL } from './dialects.ts';
import { dialectsServer } from './dialects-server.ts';

const COMPLETE = /* GraphQL */ `
  mutation Complete($input: CompletionInput!) {
    complete(input: $input) {
      __typename
      ... on Completion {
        id
        text
        refusal
        reasoning { text signature redacted }
        toolCalls { id name arguments }
        finishReason
        rawFinishReason
        usage { input cacheRead cacheWrite5m output reasoning totalInput totalOutput }
        cost {
          __typename
          ... on PricedCost {
            total { amount currency }
            lines { quantity unitPrice { amount currency } per amount { amount currency } priceId meter { direction tokenType } }
          }
          ... on UnpricedCost { reason }
        }
        offering { id }
        attempts { index offeringId status ttftMs durationMs providerModel error { code } }
        timings { totalMs ttftMs outputTps }
        warnings { code parameter message }
      }
      ... on Error { message }
      ... on UpstreamError { code retry retryAfterMs httpStatus providerId providerMessage completionId attempts { status } }
      ... on UnknownModelError { suggestions }
      ... on InvalidInputError { path problem }
      ... on UnsupportedParameterError { offeringId parameters { name problem } }
      ... on NoProviderConfiguredError { slug providers { providerId reason } }
    }
  }
`;

const WORDS = ['Blue', ' and', ' wide.'];
const ask = (text: string) => [{ user: { text } }];

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  ({ upstream, server } = await dialectsServer());
});

const complete = async (input: object) => {
  const { status, body } = await server.post(COMPLETE, { input });
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  return body.data.complete;
};

describe.each(DIALECTS)('complete over the $name dialect', (dialect) => {
  const { model } = dialect;

  it.each([true, false])('answers with text, usage and exact cost (streamed: %s)', async (streamUpstream) => {
    upstream.enqueue(streamUpstream ? eventStream(dialect.textFrames(WORDS)) : dialect.text(WORDS));
    const answer = await complete({ model, messages: ask('What is the sky like?'), streamUpstream });
    expect(answer).toMatchObject({
      __typename: 'Completion',
      text: 'Blue and wide.',
      finishReason: 'STOP',
      usage: { input: 12, cacheRead: 7, cacheWrite5m: 0, output: 3, totalInput: 19, totalOutput: 3 },
      cost: { __typename: 'PricedCost', total: { amount: dialect.costOfThreeWords, currency: 'USD' } },
      warnings: [],
    });
    expect(answer.id).toMatch(/^cmp_/);
    expect(answer.offering.id).toContain('/');
    expect(answer.attempts).toMatchObject([{ index: 0, status: 'SUCCEEDED', error: null }]);
    expect(answer.cost.lines.map((line: { quantity: number }) => line.quantity).sort()).toEqual([12, 3, 7]);
    if (streamUpstream) expect(answer.timings.ttftMs).toBeGreaterThan(0);
    else expect(answer.timings.ttftMs).toBeNull();
  });

  it.each([true, false])('answers with tool calls (streamed: %s)', async (streamUpstream) => {
    upstream.enqueue(streamUpstream ? dialect.toolStream() : dialect.tool());
    const answer = await complete({
      model,
      messages: ask('Weather in Paris?'),
      streamUpstream,
      tools: [
        { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      ],
      toolChoice: { tool: 'get_weather' },
    });
    expect(answer).toMatchObject({ __typename: 'Completion', finishReason: 'TOOL_CALLS' });
    expect(answer.toolCalls).toHaveLength(1);
    expect(answer.toolCalls[0].name).toBe('get_weather');
    expect(JSON.parse(answer.toolCalls[0].arguments)).toEqual({ city: 'Paris' });
  });

  it('surfaces a refused key as AUTHENTICATION without showing it', async () => {
    const key =
      dialect.name === 'gemini' ? KEYS.google : dialect.name === 'openai' ? KEYS.openai : KEYS.anthropic;
    upstream.enqueue(dialect.refusedKey(key));
    const answer = await complete({ model, messages: ask('Hello') });
    expect(answer).toMatchObject({ __typename: 'UpstreamError', code: 'AUTHENTICATION' });
    expect(answer.completionId).toMatch(/^cmp_/);
    expect(JSON.stringify(answer)).not.toContain(key);
  });

  it('calls a stream that stops without its end TRUNCATED', async () => {
    upstream.enqueue(eventStream(dialect.textFrames(WORDS).slice(0, 2), { ending: 'cut' }));
    expect(await complete({ model, messages: ask('Hello') })).toMatchObject({
      __typename: 'UpstreamError',
      code: 'TRUNCATED',
    });
  });

  it('calls a provider that hangs before its headers, or in its stream, TIMEOUT, in time', async () => {
    upstream.enqueue({ before: NEVER });
    const timeouts = { firstTokenMs: 150, stallMs: 150 };
    expect(await complete({ model, messages: ask('Hello'), timeouts })).toMatchObject({ code: 'TIMEOUT' });
    upstream.enqueue(eventStream(dialect.textFrames(WORDS).slice(0, 4), { ending: 'hang' }));
    expect(await complete({ model, messages: ask('Hello'), timeouts })).toMatchObject({ code: 'TIMEOUT' });
    upstream.enqueue({ before: NEVER });
    expect(await complete({ model, messages: ask('Hello'), timeouts: { totalMs: 150 } })).toMatchObject({
      code: 'TIMEOUT',
      retry: 'FINAL',
    });
  });

  it('calls garbage SERVER_ERROR', async () => {
    upstream.enqueue(eventStream(['data: {"this is": no JSON\n\n']));
    expect(await complete({ model, messages: ask('Hello') })).toMatchObject({ code: 'SERVER_ERROR' });
    upstream.enqueue({ headers: { 'content-type': 'text/html' }, body: '<html>welcome</html>' });
    expect(await complete({ model, messages: ask('Hello') })).toMatchObject({ code: 'SERVER_ERROR' });
    upstream.enqueue({ raw: 'SSH-2.0-OpenSSH_9.2\r\n' });
    expect(await complete({ model, messages: ask('Hello') })).toMatchObject({ __typename: 'UpstreamError' });
  });
});

describe('what reaches the provider', () => {
  it('is the whole conversation: system, image, tools, JSON schema, sampling, reasoning', async () => {
    const before = upstream.requests.length;
    upstream.enqueue(eventStream(DIALECTS[0]?.textFrames(WORDS) ?? []));
    const answer = await complete({
      model: OWN_MODEL,
      messages: [
        { system: { text: 'Be short.' } },
        {
          user: {
            parts: [
              { text: 'What is this?' },
              {
                image: {
                  source: { data: { mediaType: 'image/png', base64: 'iVBORw0KGgo=' } },
                  detail: 'LOW',
                },
              },
              { image: { source: { url: 'data:image/gif;base64,R0lGODlh' } } },
            ],
          },
        },
        { assistant: { text: '', toolCalls: [{ id: 'call_1', name: 'look', arguments: '{"n":1}' }] } },
        { tool: { toolCallId: 'call_1', text: 'a cat' } },
      ],
      tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' }, strict: true }],
      toolChoice: { mode: 'AUTO' },
      parallelToolCalls: false,
      output: { jsonSchema: { name: 'animal', schema: { type: 'object' }, strict: true } },
      maxOutputTokens: 50,
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      stop: ['END'],
      reasoning: { effort: 'LOW' },
      user: 'user-1',
    });
    expect(answer.__typename, answer.message).toBe('Completion');
    const sent = upstream.requests[before];
    expect(sent?.headers.authorization).toBe(`Bearer ${KEYS.openai}`);
    expect(sent?.body).toMatchObject({
      model: 'own-1',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be short.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
            { type: 'image_url', image_url: { url: 'data:image/gif;base64,R0lGODlh' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"n":1}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
      ],
      tools: [{ type: 'function', function: { name: 'look', strict: true } }],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'animal', strict: true } },
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      stop: ['END'],
      reasoning_effort: 'low',
    });
  });

  it('leaves out what the provider cannot do only when the caller agrees, and says so', async () => {
    const input = { model: 'anthropic/claude-sonnet-4-5', messages: ask('Hi'), seed: 7 };
    const refused = await complete(input);
    expect(refused).toMatchObject({
      __typename: 'UnsupportedParameterError',
      parameters: [{ name: 'seed' }],
    });
    upstream.enqueue(eventStream(DIALECTS[1]?.textFrames(WORDS) ?? []));
    const answer = await complete({ ...input, unsupported: 'WARN' });
    expect(answer).toMatchObject({
      text: 'Blue and wide.',
      warnings: [{ code: 'UNSUPPORTED_PARAMETER', parameter: 'seed' }],
    });
    expect(upstream.requests.at(-1)?.body).not.toHaveProperty('seed');
  });
});

describe('tags', () => {
  it.each(DIALECTS)(
    'for the ledger keep no $name offering from being used',
    async ({ model, textFrames }) => {
      upstream.enqueue(eventStream(textFrames(WORDS)));
      const answer = await complete({ model, messages: ask('Hi'), metadata: { team: 'blue' }, user: 'u-1' });
      expect(answer).toMatchObject({ text: 'Blue and wide.', warnings: [] });
    },
  );
});

describe('odd but lawful', () => {
  it('a tag called __proto__ is refused rather than lost', async () => {
    const metadata = JSON.parse('{"__proto__": "x", "a": "b"}');
    const answer = await complete({ model: 'sandbox/echo', messages: ask('Hi'), metadata });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', path: 'input.metadata' });
  });

  it('counts beyond 32 bits are told', async () => {
    const frames = DIALECTS[0]
      ?.textFrames(WORDS)
      .join('')
      .replaceAll('"prompt_tokens":19', '"prompt_tokens":3000000019');
    upstream.enqueue(eventStream([frames ?? '']));
    const answer = await complete({ model: 'openai/gpt-4o-mini', messages: ask('Hi') });
    expect(answer.usage).toMatchObject({ input: 3_000_000_012, totalInput: 3_000_000_019 });
  });

  it('a name of a megabyte does not come back whole', async () => {
    const answer = await complete({ model: 'x'.repeat(1_000_000), messages: ask('Hi') });
    expect(answer.__typename).toBe('UnknownModelError');
    expect(answer.message.length).toBeLessThan(1_000);
  });
});

describe('what a name means', () => {
  it.each(['openai/gpt-4o-mini', 'gpt-4o-mini', 'GPT-4o-mini'])('%s', async (model) => {
    upstream.enqueue(eventStream(DIALECTS[0]?.textFrames(WORDS) ?? []));
    expect(await complete({ model, messages: ask('Hi') })).toMatchObject({
      offering: { id: 'openai/gpt-4o-mini' },
    });
  });

  it('a pinned snapshot goes to its lab as it is written', async () => {
    upstream.enqueue(eventStream(DIALECTS[0]?.textFrames(WORDS) ?? []));
    expect(await complete({ model: 'gpt-4o-mini-2024-07-18', messages: ask('Hi') })).toMatchObject({
      offering: { id: 'openai/gpt-4o-mini-2024-07-18' },
    });
  });

  it('an alias goes to the model that it stands for', async () => {
    upstream.enqueue(eventStream(DIALECTS[1]?.textFrames(WORDS) ?? []));
    const answer = await complete({ model: 'claude-3-5-sonnet', messages: ask('Hi') });
    expect(answer.offering.id).toMatch(/^anthropic\/claude-3-5-sonnet/);
  });

  it('an unknown name gets the nearest ones suggested', async () => {
    const answer = await complete({ model: 'gpt-4o-minni', messages: ask('Hi') });
    expect(answer.__typename).toBe('UnknownModelError');
    expect(answer.suggestions[0]).toBe('openai/gpt-4o-mini');
  });

  it('a model whose providers are off says what turns them on', async () => {
    const answer = await complete({ model: 'deepseek/deepseek-chat', messages: ask('Hi') });
    expect(answer.__typename).toBe('NoProviderConfiguredError');
    expect(answer.providers).toContainEqual({ providerId: 'deepseek', reason: 'set DEEPSEEK_API_KEY' });
  });
});

describe('input that makes no sense', () => {
  it.each([
    ['messages', { messages: [] }],
    ['temperature', { temperature: 3 }],
    ['toolChoice', { toolChoice: { mode: 'REQUIRED' } }],
    ['messages[0].tool.toolCallId', { messages: [{ tool: { toolCallId: 'x', text: '1' } }] }],
    ['metadata.n', { metadata: { n: 1 } }],
    ['timeouts.totalMs', { timeouts: { totalMs: 0 } }],
    [
      'messages[0].user.parts[0].image.source.url',
      { messages: [{ user: { parts: [{ image: { source: { url: 'file:///etc/passwd' } } }] } }] },
    ],
  ])('is refused with its place: %s', async (path, part) => {
    const answer = await complete({ model: 'sandbox/echo', messages: ask('Hi'), ...part });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', path: `input.${path}` });
  });

  it('a prompt of 10 MB is refused within seconds, and the server goes on', { timeout: 5_000 }, async () => {
    const answer = await complete({ model: 'openai/gpt-4o-mini', messages: ask('word '.repeat(2_097_152)) });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', path: 'input.messages' });
    expect(await complete({ model: 'sandbox/echo', messages: ask('still here') })).toMatchObject({
      text: 'still here',
    });
  });
});

describe('a client that leaves', () => {
  it('closes the request to the provider at once, the row says CANCELLED, and nothing is logged as a failure', async () => {
    const n = upstream.requests.length;
    const printed = server.output().length;
    upstream.enqueue(eventStream(DIALECTS[1]?.textFrames(WORDS).slice(0, 4) ?? [], { ending: 'hang' }));
    const aborter = new AbortController();
    const gone = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify({
        query: COMPLETE,
        variables: { input: { model: 'anthropic/claude-sonnet-4-5', messages: ask('Hi') } },
      }),
      signal: aborter.signal,
    }).catch((error: Error) => error.name);
    await upstream.received(n);
    aborter.abort();
    expect(await gone).toBe('AbortError');
    await upstream.closedByClient(n);
    const status = async () => {
      const { body } = await server.post('{ completions(first: 1) { edges { node { status } } } }');
      return body.data.completions.edges[0].node.status;
    };
    await expect.poll(status, { timeout: 10_000 }).toBe('CANCELLED');
    expect(server.output().slice(printed)).not.toContain('An operation failed');
  });
});
