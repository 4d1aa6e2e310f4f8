import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anthropicTool, anthropicToolStream } from '../../fixtures/upstream/anthropic.ts';
import { geminiTool, geminiToolStream } from '../../fixtures/upstream/gemini.ts';
import { openAiTool, openAiToolStream } from '../../fixtures/upstream/openai.ts';
import { responsesTool, responsesToolStream } from '../../fixtures/upstream/openai-responses.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { type Script, startUpstream, type Upstream, type UpstreamRequest } from '../../support/upstream.ts';
import { eventsIn, type Json } from './scripted-server.ts';

/** 100 characters that differ only at their end. */
const [FIRST, SECOND] = ['a', 'b'].map(
  (end) => `mcp__warehouse-inventory__${'list_items_by_'.repeat(6)}`.slice(0, 99) + end,
) as [string, string];
const DOTTED = 'files.read/all';
const SHORT = 'plain_name';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } };

const UPSTREAMS = [
  { id: 'relay', dialect: 'openai', whole: openAiTool, streamed: openAiToolStream, max: 64 },
  {
    id: 'responses',
    dialect: 'openai-responses',
    whole: responsesTool,
    streamed: responsesToolStream,
    max: 64,
  },
  { id: 'claude', dialect: 'anthropic', whole: anthropicTool, streamed: anthropicToolStream, max: 64 },
  { id: 'geminis', dialect: 'gemini', whole: geminiTool, streamed: geminiToolStream, max: 64 },
  { id: 'anthropic', dialect: undefined, whole: anthropicTool, streamed: anthropicToolStream, max: 128 },
] as const;
type UpstreamId = (typeof UPSTREAMS)[number]['id'];

const withName = (script: Script, name: string): Script => {
  const renamed = (piece: unknown): unknown =>
    typeof piece === 'string' ? piece.replaceAll('get_weather', name) : piece;
  const { body } = script;
  return { ...script, body: (Array.isArray(body) ? body.map(renamed) : renamed(body)) as string };
};

/** All names of tools in a body, at the places where a format has them. */
const namesAt = (
  body: Json,
): { readonly tools: string[]; readonly choice: string; readonly called: string[] } => {
  const declared = body.tools[0]?.functionDeclarations ?? body.tools;
  const calls: Json[] = [
    ...(body.messages ?? []).flatMap((message: Json) => [
      ...(message.tool_calls ?? []).map((call: Json) => call.function),
      ...(Array.isArray(message.content) ? message.content : []).filter(
        ({ type }: Json) => type === 'tool_use',
      ),
    ]),
    ...(body.input ?? []).filter(({ type }: Json) => type === 'function_call'),
    ...(body.contents ?? []).flatMap(({ parts }: Json) =>
      parts.flatMap((part: Json) => part.functionCall ?? []),
    ),
  ];
  return {
    tools: declared.map((tool: Json) => tool.function?.name ?? tool.name),
    choice:
      body.tool_choice?.function?.name ??
      body.tool_choice?.name ??
      body.toolConfig?.functionCallingConfig.allowedFunctionNames[0],
    called: calls.map(({ name }) => name),
  };
};

let upstream: Upstream;
let server: Modelgraph;
let script: (request: UpstreamRequest) => Script = () => ({ status: 599 });
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond((request) => script(request));
  server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      providers: UPSTREAMS.map(({ id, dialect }) => ({
        id,
        ...(dialect !== undefined && { dialect }),
        baseUrl: dialect?.startsWith('openai') === true ? `${upstream.url}/v1` : upstream.url,
        apiKey: 'sk-test-0123456789',
        models: [{ id: 'm1' }],
      })),
    }),
  });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const tools = [FIRST, SECOND, DOTTED, SHORT];

const CLIENTS = {
  chat: {
    path: '/chat/completions',
    body: {
      messages: [
        { role: 'user', content: 'Hello' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: FIRST, arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'done' },
      ],
      tools: tools.map((name) => ({ type: 'function', function: { name, parameters: SCHEMA } })),
      tool_choice: { type: 'function', function: { name: SECOND } },
    },
    whole: (json: Json) => json.choices[0].message.tool_calls.map((call: Json) => call.function.name),
    streamed: (events: readonly Json[]) =>
      events
        .flatMap((event) => event.choices[0]?.delta.tool_calls ?? [])
        .flatMap((call) => call.function.name ?? []),
  },
  messages: {
    path: '/messages',
    body: {
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'Hello' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'call_1', name: FIRST, input: { name: FIRST } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'done' }] },
      ],
      tools: tools.map((name) => ({ name, input_schema: SCHEMA })),
      tool_choice: { type: 'tool', name: SECOND },
    },
    whole: (json: Json) =>
      json.content.filter(({ type }: Json) => type === 'tool_use').map(({ name }: Json) => name),
    streamed: (events: readonly Json[]) => events.flatMap((event) => event.content_block?.name ?? []),
  },
  responses: {
    path: '/responses',
    body: {
      input: [
        { role: 'user', content: 'Hello' },
        { type: 'function_call', call_id: 'call_1', name: FIRST, arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'done' },
      ],
      tools: tools.map((name) => ({ type: 'function', name, parameters: SCHEMA })),
      tool_choice: { type: 'function', name: SECOND },
    },
    whole: (json: Json) =>
      json.output.filter(({ type }: Json) => type === 'function_call').map(({ name }: Json) => name),
    streamed: (events: readonly Json[]) =>
      events
        .filter(({ type }) => type === 'response.output_item.done')
        .flatMap(({ item }) => item.name ?? []),
  },
} as const;

const ask = async (client: keyof typeof CLIENTS, id: UpstreamId, stream: boolean) => {
  const { path, body, whole, streamed } = CLIENTS[client];
  const { whole: wholeScript, streamed: streamScript } =
    UPSTREAMS.find((each) => each.id === id) ?? UPSTREAMS[0];
  let told: ReturnType<typeof namesAt> | undefined;
  let sent: Json;
  script = (request) => {
    sent = request.body;
    told = namesAt(request.body);
    return withName(stream ? streamScript() : wholeScript(), told.choice);
  };
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, model: `${id}/m1`, stream }),
  });
  const text = await response.text();
  expect([response.status, text.slice(0, 300)]).toEqual([200, expect.anything()]);
  if (told === undefined) throw new Error('the provider was not asked');
  return { told, sent, text, names: stream ? streamed(eventsIn(text)) : whole(JSON.parse(text)) };
};

describe.each(UPSTREAMS)('names of tools that $id would refuse', ({ id, max }) => {
  it.each(
    Object.keys(CLIENTS).flatMap((client) => [
      [client, false],
      [client, true],
    ]) as [keyof typeof CLIENTS, boolean][],
  )('are others there, and the same to the client: %s, streamed %s', async (client, stream) => {
    const { told, names, text } = await ask(client, id, stream);
    expect(new Set(told.tools).size).toBe(4);
    for (const name of told.tools) expect(name).toMatch(new RegExp(`^[a-zA-Z0-9_-]{1,${max}}$`));
    expect(told.tools[3]).toBe(SHORT);
    expect(told.choice).toBe(told.tools[1]);
    expect(told.called).toEqual([told.tools[0]]);
    expect(names).toEqual([SECOND]);
    if (max === 64) expect(text).not.toContain(told.choice);
    else expect(told.tools.slice(0, 2)).toEqual([FIRST, SECOND]);
    // The same in every request, so that the prompt cache holds.
    expect((await ask(client, id, stream)).told).toEqual(told);
  });
});

it('leaves data that holds such a name as it is', async () => {
  const { sent } = await ask('messages', 'claude', false);
  expect(sent.messages[1].content[0].input).toEqual({ name: FIRST });
});

it('takes them in the graph, and refuses longer ones and others', async () => {
  script = (request) => withName(openAiTool(), namesAt(request.body).choice);
  const complete = (name: string) =>
    server.post(
      `mutation ($name: String!) {
        complete(input: {
          model: "relay/m1"
          messages: [{ user: { parts: [{ text: "Hello" }] } }]
          tools: [{ name: $name, parameters: {} }]
          toolChoice: { tool: $name }
        }) {
          ... on Completion { toolCalls { name } }
          ... on InvalidInputError { message }
        }
      }`,
      { name },
    );
  expect((await complete(FIRST)).body.data.complete).toEqual({ toolCalls: [{ name: FIRST }] });
  expect((await complete(DOTTED)).body.data.complete).toEqual({ toolCalls: [{ name: DOTTED }] });
  for (const name of ['x'.repeat(129), 'with space', 'ü'])
    expect((await complete(name)).body.data.complete.message).toContain('1 to 128 letters');
});

it.each(['with space', 'ü', 'x'.repeat(129)])(
  'says in every format which tool has a name that is not taken: %s',
  async (name) => {
    const schema = { type: 'object', properties: {} };
    const called = { type: 'function', name };
    const bodies = {
      '/chat/completions': {
        messages: [{ role: 'user', content: 'Hello' }],
        tools: [{ type: 'function', function: { name, parameters: schema } }],
        tool_choice: { type: 'function', function: { name } },
      },
      '/messages': {
        max_tokens: 50,
        messages: [{ role: 'user', content: 'Hello' }],
        tools: [{ name, input_schema: schema }],
        tool_choice: { type: 'tool', name },
      },
      '/responses': {
        input: 'Hello',
        tools: [{ ...called, parameters: schema }],
        tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [called] },
      },
    };
    for (const [path, body] of Object.entries(bodies)) {
      const response = await fetch(`${server.url}/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, model: 'relay/m1' }),
      });
      const { error } = (await response.json()) as { readonly error: { readonly message: string } };
      expect(response.status).toBe(400);
      expect(error.message).toMatch(/^tools\[0\]\.(function\.)?name: takes 1 to 128 letters/);
    }
  },
);
