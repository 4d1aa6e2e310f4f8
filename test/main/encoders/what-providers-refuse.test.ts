// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventStream, sseFrame } from '../../support/upstream.ts';
import { chatAnswer, geminiAnswer, type StrictProviders, strictProviders } from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const BASH = {
  type: 'function',
  function: { name: 'Bash', parameters: { type: 'object', properties: { c: { type: 'string' } } } },
};
const call = (id: string, c = 'ls') => ({
  id,
  type: 'function',
  function: { name: 'Bash', arguments: JSON.stringify({ c }) },
});
const called = (...ids: readonly string[]) => [
  { role: 'assistant', content: null, tool_calls: ids.map((id) => call(id)) },
  ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` })),
];
const chat = (model: string, messages: readonly object[], rest: object = {}) =>
  providers.ask('/v1/chat/completions', { model: `offering:${model}`, tools: [BASH], messages, ...rest });

const onlySent = (): any => {
  const sent = providers.sent();
  expect(sent).toHaveLength(1);
  return sent[0]?.body;
};

/** Ids of calls and of results in a body of any dialect. */
const idsIn = (body: any): { readonly calls: readonly string[]; readonly results: readonly string[] } => {
  const calls: string[] = [];
  const results: string[] = [];
  const walk = (value: any): void => {
    if (typeof value !== 'object' || value === null) return;
    if (value.type === 'tool_use' || value.type === 'function') if (value.id) calls.push(value.id);
    if (value.type === 'function_call') calls.push(value.call_id);
    if (value.type === 'function_call_output') results.push(value.call_id);
    if (value.tool_use_id ?? value.tool_call_id) results.push(value.tool_use_id ?? value.tool_call_id);
    for (const each of Object.values(value)) walk(each);
  };
  walk(body);
  return { calls, results };
};

const LONG = `chatcmpl-tool-${'a1b2c3d4'.repeat(9)}`;
const ODD_IDS = ['functions.Bash:0', 'toolu_01A09q90qw90lq917835lq9', 'call/1|fc_2', LONG, 'ß☂'];

describe("tool calls' ids of another provider", () => {
  it.each(
    ODD_IDS.flatMap((id) =>
      [
        'anthropic/claude-sonnet-4-5',
        'mistral/mistral-large-latest',
        'openai/gpt-4o-mini',
        'relayclaude/m1',
        'relayresponses/m1',
        'google/gemini-2.5-flash',
        'relay/m1',
        'groq/openai/gpt-oss-120b',
      ].map((model) => [id, model] as const),
    ),
  )('%s is taken by %s, call and result alike', async (id, model) => {
    const { status, body } = await chat(model, [{ role: 'user', content: 'x' }, ...called(id)]);
    expect(body).not.toHaveProperty('error');
    expect(status).toBe(200);
    const { calls, results } = idsIn(onlySent());
    expect(calls).toEqual(results);
  });

  it('are written the same way in every turn, and without clashes', async () => {
    const odd = ['functions.Bash:0', 'functions/Bash.0', 'functions Bash 0'];
    const messages = [{ role: 'user', content: 'x' }, ...called(...odd)];
    const seen: (readonly string[])[] = [];
    for (const more of [[], called('functions.Bash:1')]) {
      await chat('anthropic/claude-sonnet-4-5', [...messages, ...more]);
      seen.push(idsIn(onlySent()).calls);
    }
    expect(new Set(seen[1]).size).toBe(4);
    expect(seen[1]?.slice(0, 3)).toEqual(seen[0]);
  });

  it('stay where they fit', async () => {
    await chat('anthropic/claude-sonnet-4-5', [
      { role: 'user', content: 'x' },
      ...called('toolu_1', 'call-2'),
    ]);
    expect(idsIn(onlySent()).calls).toEqual(['toolu_1', 'call-2']);
    await chat('mistral/mistral-large-latest', [{ role: 'user', content: 'x' }, ...called('a1B2c3D4e')]);
    expect(idsIn(onlySent()).calls).toEqual(['a1B2c3D4e']);
  });

  it('that stand for several calls find their own results', async () => {
    const messages = [
      { role: 'user', content: 'x' },
      ...called('call_0'),
      ...called('call_0'),
      { role: 'assistant', content: null, tool_calls: [call('call_0'), call('call_0', 'pwd')] },
      { role: 'tool', tool_call_id: 'call_0', content: 'third' },
      { role: 'tool', tool_call_id: 'call_0', content: 'fourth' },
    ];
    const { status } = await chat('anthropic/claude-sonnet-4-5', messages);
    expect(status).toBe(200);
    const { calls, results } = idsIn(onlySent());
    expect(new Set(calls).size).toBe(4);
    expect(results).toEqual(calls);
  });

  it('come through Responses and the graph as well, those that this server has made too', async () => {
    const made = `mgid_${Buffer.from('["functions.Bash:0","0123456789ab"]').toString('base64url')}`;
    for (const id of [made, ...ODD_IDS])
      for (const model of [
        'anthropic/claude-sonnet-4-5',
        'mistral/mistral-large-latest',
        'relayresponses/m1',
      ]) {
        const { status } = await providers.ask('/v1/responses', {
          model,
          input: [
            { role: 'user', content: 'x' },
            { type: 'function_call', call_id: id, name: 'Bash', arguments: '{}' },
            { type: 'function_call_output', call_id: id, output: 'a' },
          ],
        });
        expect([model, id, status]).toEqual([model, id, 200]);
      }
    const { body } = await providers.server.post(
      `mutation ($messages: [MessageInput!]!) {
        complete(input: { model: "mistral/mistral-large-latest", messages: $messages }) { __typename }
      }`,
      {
        messages: [
          { user: { text: 'x' } },
          { assistant: { text: '', toolCalls: [{ id: 'functions.Bash:0', name: 'Bash', arguments: '{}' }] } },
          { tool: { toolCallId: 'functions.Bash:0', text: 'a', isError: false } },
        ],
      },
    );
    expect(body).toMatchObject({ data: { complete: { __typename: 'Completion' } } });
  });
});

describe('ids that are made up here', () => {
  const withoutIds = [
    [
      'google/gemini-3-flash-preview',
      geminiAnswer([{ functionCall: { name: 'Bash', args: { c: 'ls' } }, thoughtSignature: 'S' }]),
    ],
    [
      'relaygemini/m1',
      geminiAnswer([
        { functionCall: { name: 'Bash', args: { c: 'ls' } } },
        { functionCall: { name: 'Bash', args: { c: 'pwd' } } },
      ]),
    ],
  ] as const;

  it.each(withoutIds)("are no other answer's: %s", async (model, script) => {
    const ids: string[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      providers.next(script);
      const { body } = await chat(model, [{ role: 'user', content: 'x' }]);
      ids.push(...body.choices[0].message.tool_calls.map((each: any) => each.id));
    }
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
  });

  it('stand in an answer that is passed on, too, where the server gives none', async () => {
    const nameless = { type: 'function', function: { name: 'Bash', arguments: '{}' } };
    const ids: string[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      providers.next(chatAnswer({ content: null, tool_calls: [nameless, { ...nameless, id: '' }], odd: 1 }));
      const { body } = await chat('relay/m1', [{ role: 'user', content: 'x' }]);
      expect(body.choices[0].message).toMatchObject({ odd: 1 });
      ids.push(...body.choices[0].message.tool_calls.map(({ id }: any) => id));
    }
    const piece = (tool_call: object) =>
      sseFrame({
        id: 'c',
        choices: [
          { index: 0, odd: 1, delta: { tool_calls: [{ index: 0, ...tool_call }] }, finish_reason: null },
        ],
      });
    providers.next(
      eventStream([
        piece({ function: { name: 'Bash', arguments: '{' } }),
        piece({ function: { arguments: '}' } }),
        sseFrame({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
        sseFrame('[DONE]'),
      ]),
    );
    const chunks = await providers.stream('/v1/chat/completions', {
      model: 'relay/m1',
      messages: [{ role: 'user', content: 'x' }],
    });
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls.map(({ id }: any) => typeof id)).toEqual(['string', 'undefined']);
    expect(chunks[0].choices[0]).toMatchObject({ odd: 1 });
    ids.push(calls[0].id);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
  });

  it('are not what a server says again in each answer, once the conversation has it', async () => {
    const script = chatAnswer({ content: null, tool_calls: [call('call_0')] });
    const ask = (input: readonly object[]) => providers.ask('/v1/responses', { model: 'relay/m1', input });
    providers.next(script, script);
    const first = await ask([{ role: 'user', content: 'x' }]);
    const made = first.body.output.find((item: any) => item.type === 'function_call');
    const second = await ask([
      { role: 'user', content: 'x' },
      made,
      { type: 'function_call_output', call_id: made.call_id, output: 'a' },
    ]);
    const next = second.body.output.find((item: any) => item.type === 'function_call');
    expect(next.call_id).not.toBe(made.call_id);
  });

  it('lead a conversation that goes on at Anthropic', async () => {
    const script = geminiAnswer([
      { functionCall: { name: 'Bash', args: { c: 'ls' } }, thoughtSignature: 'S' },
    ]);
    const messages: object[] = [{ role: 'user', content: 'x' }];
    for (let turn = 0; turn < 2; turn += 1) {
      providers.next(script);
      const { body } = await chat('google/gemini-3-flash-preview', messages);
      const { message } = body.choices[0];
      messages.push(message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'a' });
    }
    const { status } = await chat('anthropic/claude-sonnet-4-5', messages);
    expect(status).toBe(200);
  });
});

describe('calls without a signature to Gemini 3', () => {
  const turnOf = (sent: any) => sent.contents.filter((content: any) => content.role === 'model');

  it('the first of each turn gets the documented stand-in, and a warning says so', async () => {
    const messages = [{ role: 'user', content: 'x' }, ...called('toolu_1', 'toolu_2'), ...called('toolu_3')];
    const { status, body } = await chat('google/gemini-3-flash-preview', messages);
    expect(status).toBe(200);
    const signatures = turnOf(onlySent()).map((content: any) =>
      content.parts.map((part: any) => part.thoughtSignature),
    );
    expect(signatures).toEqual([
      ['skip_thought_signature_validator', undefined],
      ['skip_thought_signature_validator'],
    ]);
    expect(body.modelgraph.warnings).toEqual([
      expect.objectContaining({ code: 'ADJUSTED_PARAMETER', parameter: 'messages' }),
    ]);
  });

  it.each(['google/gemini-flash-latest', 'google/gemini-3.1-pro-preview'])(
    'so it is for %s',
    async (model) => {
      const { status } = await chat(model, [{ role: 'user', content: 'x' }, ...called('a')]);
      expect(status).toBe(200);
      expect(turnOf(onlySent())[0].parts[0]).toHaveProperty('thoughtSignature');
    },
  );

  it('Gemini 2.5 gets nothing of the kind', async () => {
    const { status, body } = await chat('google/gemini-2.5-flash', [
      { role: 'user', content: 'x' },
      ...called('a'),
    ]);
    expect(status).toBe(200);
    expect(turnOf(onlySent())[0].parts[0]).not.toHaveProperty('thoughtSignature');
    expect(body.modelgraph.warnings).toEqual([]);
  });

  it('a call that is signed keeps its own signature, and those after it are bare', async () => {
    providers.next(
      geminiAnswer([
        { functionCall: { name: 'Bash', args: { c: 'ls' } }, thoughtSignature: 'S' },
        { functionCall: { name: 'Bash', args: { c: 'pwd' } } },
      ]),
    );
    const first = await chat('google/gemini-3-flash-preview', [{ role: 'user', content: 'x' }]);
    providers.sent();
    const { message } = first.body.choices[0];
    await chat('google/gemini-3-flash-preview', [
      { role: 'user', content: 'x' },
      message,
      ...message.tool_calls.map(({ id }: any) => ({ role: 'tool', tool_call_id: id, content: 'a' })),
    ]);
    const [turn] = turnOf(onlySent());
    expect(turn.parts.map((part: any) => part.thoughtSignature)).toEqual(['S', undefined]);
  });
});

describe('white space to Claude', () => {
  it.each([
    ['anthropic/claude-sonnet-4-5', '\n\n'],
    ['relayclaude/m1', ' \t '],
    ['anthropic/claude-sonnet-4-5', '\u00a0'],
  ])('%s gets no text that is %j alone, nor a turn of nothing else', async (model, blank) => {
    const { status } = await chat(model, [
      { role: 'system', content: blank },
      { role: 'user', content: 'x' },
      { role: 'assistant', content: blank, tool_calls: [call('c1')] },
      { role: 'tool', tool_call_id: 'c1', content: blank },
      { role: 'assistant', content: blank },
      {
        role: 'user',
        content: [
          { type: 'text', text: blank },
          { type: 'text', text: 'y' },
        ],
      },
    ]);
    expect(status).toBe(200);
    const sent = onlySent();
    expect(sent.messages.map((message: any) => message.role)).toEqual(['user', 'assistant', 'user']);
    expect(sent.system).toBeUndefined();
  });

  it.each([['anthropic/claude-sonnet-4-5'], ['relayclaude/m1']])(
    '%s gets the last text of the assistant without the white space at its end',
    async (model) => {
      const { status } = await chat(model, [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'The answer is \n' },
      ]);
      expect(status).toBe(200);
      expect(onlySent().messages.at(-1).content).toEqual([{ type: 'text', text: 'The answer is' }]);
    },
  );
});

describe('other things that are fitted', () => {
  it.each(['anthropic/claude-sonnet-4-5', 'relayclaude/m1'])(
    '%s gets no blank stop sequences',
    async (model) => {
      const { status, body } = await chat(model, [{ role: 'user', content: 'x' }], { stop: ['\n\n', 'END'] });
      expect(status).toBe(200);
      expect(onlySent().stop_sequences).toEqual(['END']);
      expect(body.modelgraph.warnings).toContainEqual(expect.objectContaining({ parameter: 'stop' }));
      await providers.ask('/v1/messages', {
        model: `offering:${model}`,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'x' }],
        stop_sequences: [' ', 'END'],
      });
      expect(onlySent().stop_sequences).toEqual(['END']);
    },
  );

  it('OpenAI gets functions whose objects have properties', async () => {
    const { status } = await providers.ask('/v1/messages', {
      model: 'offering:openai/gpt-4o-mini',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'x' }],
      tools: [{ name: 'Bash', input_schema: { type: 'object' } }],
    });
    expect(status).toBe(200);
    expect(onlySent().tools[0].function.parameters).toEqual({ type: 'object', properties: {} });
  });

  it('Mistral hears the assistant between results of tools and the user', async () => {
    const messages = [
      { role: 'user', content: 'x' },
      ...called('abcdefghi'),
      { role: 'user', content: 'Stop.' },
    ];
    expect((await chat('mistral/mistral-large-latest', messages)).status).toBe(200);
    expect(onlySent().messages.map(({ role }: any) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
    const { status } = await providers.ask('/v1/responses', {
      model: 'offering:mistral/mistral-large-latest',
      input: [
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: 'ok' },
        { role: 'user', content: 'Stop.' },
      ],
    });
    expect(status).toBe(200);
  });

  it('a turn of reasoning that is not passed back leaves no empty message', async () => {
    await providers.ask('/v1/messages', {
      model: 'offering:moonshot/kimi-k2.5',
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'E' }] },
        { role: 'user', content: 'y' },
      ],
    });
    expect(onlySent().messages.map(({ role }: any) => role)).toEqual(['user', 'user']);
  });
});

describe('references with siblings in schemas for Gemini', () => {
  const DEFS = {
    Q: { type: 'object', properties: { a: { type: 'string' } } },
    Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node', title: 'Next' } } },
    'odd/name': { type: 'string', description: 'odd' },
  };
  const schemaWith = (q: object) => ({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { q },
    $defs: DEFS,
  });
  const asTool = (parameters: object) => ({
    tools: [{ type: 'function', function: { name: 't', parameters } }],
  });
  const asOutput = (schema: object) => ({
    tools: undefined,
    response_format: { type: 'json_schema', json_schema: { name: 's', schema } },
  });
  const schemaIn = (sent: any): any =>
    sent.generationConfig?.responseJsonSchema ?? sent.tools[0].functionDeclarations[0].parametersJsonSchema;

  it.each([
    [
      'is written out, and what stands beside it wins',
      { $ref: '#/$defs/Q', title: 'Q', nullable: true },
      { ...DEFS.Q, title: 'Q', nullable: true },
    ],
    [
      'stays with a description and a default',
      { $ref: '#/$defs/Q', description: 'd', default: {} },
      { $ref: '#/$defs/Q', description: 'd', default: {} },
    ],
    [
      'is found under an odd name',
      { $ref: '#/$defs/odd~1name', title: 'T' },
      { type: 'string', description: 'odd', title: 'T' },
    ],
    [
      'that leads nowhere loses its siblings',
      { $ref: '#/$defs/none', title: 'T', description: 'd' },
      { $ref: '#/$defs/none', description: 'd' },
    ],
    [
      'that leads outside loses its siblings',
      { $ref: 'https://example.com/s.json', title: 'T' },
      { $ref: 'https://example.com/s.json' },
    ],
    [
      'that leads back to itself is written out once',
      { $ref: '#/$defs/Node', title: 'N' },
      { type: 'object', properties: { next: { $ref: '#/$defs/Node' } }, title: 'N' },
    ],
  ])('one %s', async (_what, q, expected) => {
    for (const rest of [asTool(schemaWith(q)), asOutput(schemaWith(q))]) {
      const { status } = await chat('google/gemini-2.5-flash', [{ role: 'user', content: 'x' }], rest);
      expect(status).toBe(200);
      expect(schemaIn(onlySent()).properties.q).toEqual(expected);
    }
  });

  it('definitions that name each other twice do not fill the memory', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `D${n}`);
    const $defs = Object.fromEntries(
      names.map((name, n) => {
        const next = { $ref: `#/$defs/D${n + 1}`, title: 'x' };
        return [name, n === 39 ? { type: 'string' } : { type: 'object', properties: { a: next, b: next } }];
      }),
    );
    const parameters = { type: 'object', properties: { q: { $ref: '#/$defs/D0', title: 'x' } }, $defs };
    const { status } = await chat(
      'google/gemini-2.5-flash',
      [{ role: 'user', content: 'x' }],
      asTool(parameters),
    );
    expect(status).toBe(200);
    expect(JSON.stringify(onlySent()).length).toBeLessThan(3_000_000);
  });
});

describe('a last turn of the user that says nothing', () => {
  it('is left out, and a model that refuses to speak last is asked to go on', async () => {
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'The answer is' },
      { role: 'user', content: ' \n' },
      { role: 'user', content: [{ type: 'text', text: '\t' }] },
    ];
    const { status } = await chat('anthropic/claude-opus-4-6', messages, { tools: undefined });
    expect(status).toBe(200);
    const sent = onlySent().messages;
    expect(sent.map(({ role }: any) => role)).toEqual(['user', 'assistant', 'user']);
    expect(sent[2].content[0].text).toMatch(/^Go on exactly/);
  });
});
