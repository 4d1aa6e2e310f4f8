// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventStream, sseFrame } from '../../support/upstream.ts';
import {
  chatAnswer,
  claudeAnswer,
  geminiAnswer,
  type StrictProviders,
  strictProviders,
} from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const only = (): any => {
  const sent = providers.sent();
  expect(sent).toHaveLength(1);
  return sent[0]?.body;
};

const PATCH = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Freeform patch.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/s' },
};
const FILES = {
  type: 'namespace',
  name: 'mcp__fs',
  description: 'files',
  tools: [
    {
      type: 'function',
      name: 'read_file',
      parameters: { type: 'object', properties: { path: { type: 'string' } } },
    },
    { type: 'custom', name: 'write', description: 'Writes.' },
  ],
};
const ask = (model: string, rest: object = {}) =>
  providers.ask('/v1/responses', {
    model: `offering:${model}`,
    store: false,
    instructions: 'You edit files.',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'edit' }] }],
    tools: [PATCH, FILES],
    ...rest,
  });

/** Names of the functions that a provider was told of, with their descriptions. */
const toldOf = (body: any): readonly (readonly [string, string])[] =>
  (body.tools[0].functionDeclarations ?? body.tools).map((tool: any) => {
    const each = tool.function ?? tool;
    return [each.name, each.description];
  });

const MODELS = [
  'relay/m1',
  'relayclaude/m1',
  'google/gemini-2.5-flash',
  'deepseek/deepseek-v4-flash',
] as const;
const callOf = (model: string, name: string, args: object) => {
  if (model.startsWith('relayclaude'))
    return claudeAnswer([{ type: 'tool_use', id: 'toolu_1', name, input: args }], {
      stop_reason: 'tool_use',
    });
  if (model.startsWith('google')) return geminiAnswer([{ functionCall: { name, args } }]);
  return chatAnswer({
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } }],
  });
};

describe("Responses' tools that are no functions", () => {
  it.each(MODELS)('are functions to %s, with nothing left out', async (model) => {
    const { status, headers } = await ask(model);
    expect(status).toBe(200);
    const told = toldOf(only());
    expect(told.map(([name]) => name)).toEqual(['apply_patch', 'mcp__fs__read_file', 'mcp__fs__write']);
    expect(told[0]?.[1]).toMatch(/Freeform patch\.[\s\S]*start: \/\.\+\/s/);
    expect(told[1]?.[1]).toContain('files');
    expect(headers.get('x-modelgraph-warnings')).toBeNull();
  });

  it.each(MODELS)('come back from %s as the client knows them', async (model) => {
    const patch = '*** Begin Patch\n+hé "q"\n*** End Patch';
    providers.next(callOf(model, 'apply_patch', { input: patch }));
    const custom = (await ask(model)).body.output.find((item: any) => item.type === 'custom_tool_call');
    expect(custom).toMatchObject({ name: 'apply_patch', input: patch, call_id: expect.any(String) });
    expect(custom).not.toHaveProperty('arguments');

    providers.next(callOf(model, 'mcp__fs__read_file', { path: 'a' }));
    const called = (await ask(model)).body.output.find((item: any) => item.type === 'function_call');
    expect(called).toMatchObject({ name: 'read_file', namespace: 'mcp__fs', arguments: '{"path":"a"}' });

    providers.next(callOf(model, 'mcp__fs__write', { input: 'text' }));
    const written = (await ask(model)).body.output.find((item: any) => item.type === 'custom_tool_call');
    expect(written).toMatchObject({ name: 'write', namespace: 'mcp__fs', input: 'text' });
  });

  it.each(MODELS)('and their calls go on in a history to %s, also without the tools', async (model) => {
    const input = [
      { role: 'user', content: 'hi' },
      { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: '*** Begin Patch' },
      { type: 'custom_tool_call_output', call_id: 'call_1', output: 'Success' },
      { type: 'function_call', call_id: 'call_4', name: 'read_file', namespace: 'mcp__fs', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_4', output: 'a' },
      { role: 'user', content: 'go on' },
    ];
    for (const tools of [[PATCH, FILES], []]) {
      const { status } = await ask(model, { input, tools });
      expect(status).toBe(200);
      const text = JSON.stringify(only());
      expect(text).toContain('apply_patch');
      expect(text).toContain('mcp__fs__read_file');
      expect(text).toContain('*** Begin Patch');
      expect(text).toContain('Success');
    }
  });

  it('are streamed as free text, escapes undone wherever a piece ends', async () => {
    const args = JSON.stringify({ input: '*** Begin Patch\n+hé "q"\t\\ 😀\n*** End Patch' })
      .replace('é', '\\u00e9')
      .replace('😀', '\\ud83d\\ude00');
    for (const size of [1, 3, 7, 1_000]) {
      const pieces = args.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
      const delta = (tool_call: object) =>
        sseFrame({
          id: 'c',
          model: 'm1',
          choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...tool_call }] } }],
        });
      providers.next(
        eventStream([
          delta({ id: 'call_p', type: 'function', function: { name: 'apply_patch', arguments: '' } }),
          ...pieces.map((piece) => delta({ function: { arguments: piece } })),
          sseFrame({ id: 'c', model: 'm1', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
          sseFrame('[DONE]'),
        ]),
      );
      const events = await providers.stream('/v1/responses', {
        model: 'relay/m1',
        input: 'edit',
        tools: [PATCH, FILES],
      });
      const ofType = (type: string) => events.filter((event) => event.type === type);
      const expected = '*** Begin Patch\n+hé "q"\t\\ 😀\n*** End Patch';
      const deltas = ofType('response.custom_tool_call_input.delta').map(({ delta: text }) => text);
      expect(deltas.join('')).toBe(expected);
      expect(deltas.every((text: string) => text.isWellFormed())).toBe(true);
      expect(ofType('response.custom_tool_call_input.done')[0]).toMatchObject({ input: expected });
      expect(ofType('response.output_item.done')[0].item).toMatchObject({
        type: 'custom_tool_call',
        name: 'apply_patch',
        input: expected,
      });
      expect(ofType('response.function_call_arguments.delta')).toEqual([]);
      providers.forget();
    }
  });

  it.each([
    ['is no JSON at all', '*** Begin Patch', '*** Begin Patch'],
    ['is in another argument', '{"patch":"p"}', 'p'],
    ['is a JSON text alone', '"p"', 'p'],
    ['is missing', '{}', ''],
    ['comes after white space', ' { "input" : "p" } ', 'p'],
  ])('whose input %s is given what there is', async (_what, args, expected) => {
    providers.next(
      chatAnswer({
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'apply_patch', arguments: args } }],
      }),
    );
    const { body } = await ask('relay/m1');
    expect(body.output[0]).toMatchObject({ type: 'custom_tool_call', input: expected });
  });

  it('whose names clash or do not fit are told apart, and restored', async () => {
    const space = (name: string, ...tools: readonly string[]) => ({
      type: 'namespace',
      name,
      tools: tools.map((each) => ({ type: 'function', name: each, parameters: { type: 'object' } })),
    });
    const long = 'x'.repeat(80);
    await ask('relay/m1', {
      tools: [
        { type: 'function', name: 'a__b', parameters: { type: 'object' } },
        space('a', 'b'),
        space('a.', 'b'),
        space(long, 'b', 'c'),
      ],
    });
    const names = toldOf(only()).map(([name]) => name);
    expect(names[0]).toBe('a__b');
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    providers.next(callOf('relay/m1', names[3] ?? '', {}));
    const { body } = await ask('relay/m1', { tools: [space(long, 'b', 'c')] });
    expect(body.output[0]).toMatchObject({ namespace: long, name: 'b' });
  });

  it('may have to be called', async () => {
    await ask('relay/m1', { tool_choice: { type: 'custom', name: 'apply_patch' } });
    expect(only().tool_choice).toEqual({ type: 'function', function: { name: 'apply_patch' } });
    await ask('relay/m1', { tool_choice: { type: 'function', name: 'read_file', namespace: 'mcp__fs' } });
    expect(only().tool_choice).toEqual({ type: 'function', function: { name: 'mcp__fs__read_file' } });
  });

  it('go as they came to a provider of the format', async () => {
    const { body } = await ask('relayresponses/m1');
    expect(body.status).toBe('completed');
    expect(only().tools).toEqual([PATCH, FILES]);
  });
});

describe('items of a history that no other provider can be told', () => {
  it.each([
    [
      {
        type: 'local_shell_call',
        id: 'l',
        call_id: 'c9',
        status: 'completed',
        action: { type: 'exec', command: ['ls'] },
      },
      { type: 'function_call_output', call_id: 'c9', output: 'a' },
    ],
    [
      { type: 'local_shell_call', id: 'l', call_id: 'c9', status: 'completed', action: {} },
      { type: 'local_shell_call_output', id: 'c9', output: 'a' },
    ],
    [{ type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'iVBORw0KGgo=' }],
    [{ type: 'compaction', encrypted_content: 'gAAAA' }],
    [{ type: 'additional_tools', role: 'developer', tools: [PATCH] }],
    [{ type: 'web_search_call', id: 'ws', status: 'completed' }],
    [
      { type: 'tool_search_call', call_id: 'ts', arguments: {} },
      { type: 'tool_search_output', call_id: 'ts', tools: [] },
    ],
    [{ type: 'code_interpreter_call', id: 'ci', code: '1', outputs: [] }],
    [{ type: 'thing_of_tomorrow' }],
  ])('are left out with a warning: %j', async (...items) => {
    for (const model of ['relay/m1', 'relayclaude/m1']) {
      const { status, body } = await ask(model, {
        input: [{ role: 'user', content: 'hi' }, ...items, { role: 'user', content: 'go on' }],
      });
      expect([model, status]).toEqual([model, 200]);
      expect(body.modelgraph.warnings.length).toBeGreaterThan(0);
      expect(JSON.stringify(only().messages)).not.toMatch(/c9|gAAAA|iVBOR/);
    }
  });

  it('an item that its provider has kept is another matter', async () => {
    const { status } = await ask('relay/m1', { input: [{ type: 'item_reference', id: 'msg_1' }] });
    expect(status).toBe(400);
  });
});

describe("chat's tools that take free text", () => {
  const CUSTOM = {
    type: 'custom',
    custom: {
      name: 'code_exec',
      description: 'Runs code.',
      format: { type: 'grammar', grammar: { syntax: 'regex', definition: '^print' } },
    },
  };
  const chat = (model: string, rest: object = {}) =>
    providers.ask('/v1/chat/completions', {
      model: `offering:${model}`,
      messages: [{ role: 'user', content: 'x' }],
      tools: [CUSTOM],
      ...rest,
    });
  const HISTORY = [
    { role: 'user', content: 'x' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'code_exec', input: 'print(1)' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: '1' },
  ];

  it.each(MODELS)('are functions to %s, and come back as they were', async (model) => {
    providers.next(callOf(model, 'code_exec', { input: 'print("é")' }));
    const { status, body } = await chat(model, {
      messages: HISTORY,
      tool_choice: { type: 'custom', custom: { name: 'code_exec' } },
    });
    expect(status).toBe(200);
    expect(body.choices[0].message.tool_calls[0]).toMatchObject({
      type: 'custom',
      custom: { name: 'code_exec', input: 'print("é")' },
    });
    const sent = only();
    const [[name, description] = []] = toldOf(sent);
    expect(name).toBe('code_exec');
    expect(description).toContain('^print');
    expect(JSON.stringify(sent)).not.toContain('"custom"');
    expect(JSON.stringify(sent)).toContain('print(1)');
  });

  it('are streamed as free text', async () => {
    const delta = (tool_call: object) =>
      sseFrame({
        id: 'c',
        model: 'm1',
        choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...tool_call }] } }],
      });
    providers.next(
      eventStream([
        delta({
          id: 'call_p',
          type: 'function',
          function: { name: 'code_exec', arguments: '{"input":"a\\' },
        }),
        delta({ function: { arguments: 'nb"}' } }),
        sseFrame({ id: 'c', model: 'm1', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
        sseFrame('[DONE]'),
      ]),
    );
    const chunks = await providers.stream('/v1/chat/completions', {
      model: 'relay/m1',
      messages: [{ role: 'user', content: 'x' }],
      tools: [CUSTOM],
    });
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ id: 'call_p', type: 'custom', custom: { name: 'code_exec' } });
    expect(calls.map((call: any) => call.custom.input).join('')).toBe('a\nb');
  });

  it('go as they came to OpenAI', async () => {
    await chat('openai/gpt-4o-mini', { messages: HISTORY });
    expect(only()).toMatchObject({ tools: [CUSTOM], messages: HISTORY });
  });

  it('with fields that only the provider knows, which survive', async () => {
    await chat('deepseek/deepseek-v4-flash', { thinking: { type: 'disabled' } });
    expect(only()).toMatchObject({ thinking: { type: 'disabled' }, tools: [{ type: 'function' }] });
  });
});
