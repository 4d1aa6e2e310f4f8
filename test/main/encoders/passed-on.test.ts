// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Asked,
  chatAnswer,
  claudeAnswer,
  type StrictProviders,
  strictProviders,
} from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const USER = { role: 'user', content: 'x' };
const only = (): { readonly path: string; readonly body: any } => {
  const sent = providers.sent();
  expect(sent).toHaveLength(1);
  return { path: sent[0]?.path ?? '', body: sent[0]?.body };
};
const chat = (model: string, rest: object) =>
  providers.ask('/v1/chat/completions', { model: `offering:${model}`, messages: [USER], ...rest });
const messages = (model: string, rest: object) =>
  providers.ask('/v1/messages', { model: `offering:${model}`, max_tokens: 900, messages: [USER], ...rest });
const responses = (model: string, rest: object) =>
  providers.ask('/v1/responses', { model: `offering:${model}`, input: [USER], ...rest });
/** Where the format has no place for warnings, their codes are in a header. */
const warned = ({ headers }: Asked): number => Number(headers.get('x-modelgraph-warnings') ?? 0);

describe('one field that a provider refuses', () => {
  const NOVEL = { novel: { deeply: [1] } };
  it.each<[string, object, readonly string[], number]>([
    ['dashscope/qwen3-max', { frequency_penalty: 0, enable_thinking: false }, [], 0],
    ['dashscope/qwen3-max', { frequency_penalty: 0.5, enable_thinking: false }, ['frequency_penalty'], 1],
    ['zai/glm-4.7', { seed: 1, thinking: { type: 'disabled' } }, ['seed'], 1],
    ['zhipu/glm-4.7', { logprobs: true, thinking: { type: 'disabled' } }, ['logprobs'], 1],
    ['groq/openai/gpt-oss-120b', { presence_penalty: 0, service_tier: 'flex' }, [], 0],
    ['groq/openai/gpt-oss-120b', { logprobs: true, reasoning_format: 'parsed' }, ['logprobs'], 1],
    ['relay/m1', { top_k: 20, chat_template_kwargs: { enable_thinking: false } }, [], 0],
    ['relay/m1', { service_tier: 'flex', repetition_penalty: 1.1, min_p: 0.1 }, [], 0],
    ['openai/gpt-4o-mini', { top_k: 20, prediction: { type: 'content', content: 'x' } }, ['top_k'], 1],
    ['mistral/mistral-large-latest', { logprobs: true, safe_prompt: true }, ['logprobs'], 1],
    ['moonshot/kimi-k2.5', { seed: 7, thinking: { type: 'disabled' } }, ['seed'], 1],
    ['xai/grok-4.3', { stop: ['END'], search_parameters: { mode: 'auto' } }, ['stop'], 1],
  ])('is alone left out: %s %j', async (model, fields, refused, warnings) => {
    const asked = await chat(model, { ...fields, ...NOVEL });
    expect(asked.status).toBe(200);
    const { body } = only();
    const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => !refused.includes(name)));
    delete (kept as any).frequency_penalty;
    expect(body).toMatchObject({ ...kept, ...NOVEL });
    for (const name of refused) expect(body).not.toHaveProperty(name);
    expect(asked.body.modelgraph.warnings).toHaveLength(warnings);
    expect(warned(asked)).toBe(warnings);
  });

  it('that is taken without effect stays, and a warning says so', async () => {
    const asked = await chat('deepseek/deepseek-v4-flash', {
      temperature: 0,
      thinking: { type: 'disabled' },
      messages: [USER, { role: 'assistant', content: 'y', reasoning_content: 'hm' }, USER],
    });
    const { body } = only();
    expect(body).toMatchObject({ temperature: 0, thinking: { type: 'disabled' } });
    expect(body.messages[1]).toMatchObject({ reasoning_content: 'hm' });
    expect(asked.body.modelgraph.warnings).toMatchObject([{ parameter: 'temperature' }]);
  });

  it('rules a provider out where the client insists on it', async () => {
    const asked = await chat('zai/glm-4.7', { seed: 1, modelgraph: { unsupported: 'ERROR' } });
    expect(asked.status).toBe(400);
    expect(asked.body.error.message).toContain('seed');
    expect(providers.sent()).toHaveLength(0);
  });

  it.each<[string, object, object]>([
    [
      'anthropic/claude-opus-4-7',
      { temperature: 0.2, top_k: 5, context_management: { edits: [] } },
      { context_management: { edits: [] } },
    ],
    [
      'anthropic/claude-opus-4-7',
      { thinking: { type: 'enabled', budget_tokens: 2_000 }, betas_of_tomorrow: 1 },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' }, betas_of_tomorrow: 1 },
    ],
    [
      'anthropic/claude-sonnet-4-5',
      { thinking: { type: 'adaptive' }, max_tokens: 30_000, mcp_servers: [] },
      { thinking: { type: 'enabled' }, max_tokens: 30_000, mcp_servers: [] },
    ],
    ['relayclaude/claude-sonnet-4-5', { temperature: 1.5, novel: 1 }, { temperature: 1, novel: 1 }],
  ])('so it is through /v1/messages: %s %j', async (model, fields, expected) => {
    const asked = await messages(model, fields);
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(body).toMatchObject(expected);
    for (const name of Object.keys(fields)) if (!(name in expected)) expect(body).not.toHaveProperty(name);
  });

  it('and through /v1/responses', async () => {
    const asked = await responses('relayresponses/m1', {
      frequency_penalty: 0.5,
      prompt_cache_key: 'k',
      tools: [{ type: 'web_search' }],
      include: ['web_search_call.action.sources'],
    });
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(body).toMatchObject({
      prompt_cache_key: 'k',
      tools: [{ type: 'web_search' }],
      include: ['web_search_call.action.sources'],
    });
    expect(body).not.toHaveProperty('frequency_penalty');
    expect(warned(asked)).toBe(1);
  });
});

describe('a form of output that a provider cannot enforce', () => {
  it("is stated in the prompt of the client's own request", async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const asked = await chat('deepseek/deepseek-v4-flash', {
      thinking: { type: 'disabled' },
      response_format: { type: 'json_schema', json_schema: { name: 's', schema } },
    });
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(body).toMatchObject({ thinking: { type: 'disabled' }, response_format: { type: 'json_object' } });
    expect(body.messages[0].content).toContain(JSON.stringify(schema));
    expect(warned(asked)).toBe(1);
  });
});

describe("signatures of another provider in a client's own request", () => {
  const EDITS = { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } };
  const TOOLS = [
    { name: 'Bash', input_schema: { type: 'object' } },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
  ];

  it.each([
    { type: 'thinking', thinking: 't', signature: 'mg1.relaygemini.AAAA' },
    { type: 'thinking', thinking: 't', signature: '' },
    { type: 'redacted_thinking', data: 'mg1.relaygemini.AAAA' },
    {
      type: 'redacted_thinking',
      data: `mgtc1.${Buffer.from('{"id":"a","signature":"mg1.google.S"}').toString('base64url')}`,
    },
  ])('are taken out, and the rest goes to Claude as it came: $type $signature', async (block) => {
    const asked = await messages('relayclaude/claude-sonnet-4-5', {
      ...EDITS,
      tools: TOOLS,
      messages: [USER, { role: 'assistant', content: [block, { type: 'text', text: 'hi' }] }, USER],
    });
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(body).toMatchObject({ ...EDITS, tools: TOOLS });
    expect(body.messages[1].content).toEqual([{ type: 'text', text: 'hi' }]);
  });

  it('its own are opened, and those that were never sealed stay', async () => {
    const content = [
      { type: 'thinking', thinking: 't', signature: 'mg1.relayclaude.OWN' },
      { type: 'thinking', thinking: 'u', signature: 'RAW' },
      { type: 'text', text: 'hi' },
    ];
    await messages('relayclaude/claude-sonnet-4-5', {
      messages: [USER, { role: 'assistant', content }, USER],
    });
    expect(only().body.messages[1].content.map((block: any) => block.signature)).toEqual([
      'OWN',
      'RAW',
      undefined,
    ]);
  });

  it('with thinking on, a turn that has lost its proof goes on without thinking', async () => {
    const asked = await messages('relayclaude/claude-sonnet-4-5', {
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      max_tokens: 9_000,
      tools: TOOLS,
      messages: [
        USER,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 't', signature: 'mg1.google.S' },
            { type: 'tool_use', id: 'a', name: 'Bash', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'ok' }] },
      ],
    });
    expect(asked.status).toBe(200);
    expect(only().body).not.toHaveProperty('thinking');
    expect(warned(asked)).toBeGreaterThan(0);
  });

  it('chat: details and signatures of calls', async () => {
    const call = (signature: string) => ({
      id: 'c1',
      type: 'function',
      function: { name: 'f', arguments: '{}' },
      extra_content: { google: { thought_signature: signature } },
    });
    const asked = await chat('relay/m1', {
      novel: 1,
      messages: [
        USER,
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'hm',
          reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 'mg1.anthropic.S' }],
          tool_calls: [call('mg1.google.S')],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
        { role: 'assistant', content: null, tool_calls: [{ ...call('mg1.relay.T'), id: 'c2' }] },
        { role: 'tool', tool_call_id: 'c2', content: 'ok' },
      ],
    });
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(JSON.stringify(body)).not.toContain('mg1.');
    expect(body).toMatchObject({ novel: 1 });
    expect(body.messages[1]).toMatchObject({ reasoning_content: 'hm' });
    expect(body.messages[3].tool_calls[0].extra_content.google.thought_signature).toBe('T');
  });

  it('Responses: items of reasoning', async () => {
    const reasoning = (id: string, encrypted_content?: string) => ({
      type: 'reasoning',
      id,
      summary: [],
      ...(encrypted_content !== undefined && { encrypted_content }),
    });
    const own = Buffer.from(
      JSON.stringify({ type: 'reasoning', id: 'rs_theirs', encrypted_content: 'E', text: 'SUMMARY', at: 0 }),
    ).toString('base64url');
    const asked = await responses('relayresponses/m1', {
      novel: 1,
      input: [
        USER,
        reasoning('rs_1', 'mg-signed.mg1.anthropic.S'),
        reasoning('rs_2', `mg-redacted.mg1.relayresponses.${own}`),
        reasoning('rs_3', 'gAAAA-raw'),
        reasoning('rs_4', `mg-calls.${Buffer.from('{"a":"mg1.google.S"}').toString('base64url')}`),
        reasoning(`rs_${'0'.repeat(36)}`),
        USER,
      ],
    });
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(body.novel).toBe(1);
    expect(body.input.filter((item: any) => item.type === 'reasoning')).toEqual([
      { ...reasoning('rs_theirs', 'E') },
      reasoning('rs_3', 'gAAAA-raw'),
    ]);
  });
});

describe('what clients echo of earlier answers', () => {
  it.each(['mistral/mistral-large-latest', 'groq/openai/gpt-oss-120b'])(
    'is left out where it would be refused: %s',
    async (model) => {
      const { status } = await chat(model, {
        novel: 1,
        messages: [USER, { role: 'assistant', content: 'y', reasoning_content: 'hm', annotations: [] }, USER],
      });
      expect(status).toBe(200);
      expect(only().body).toMatchObject({
        novel: 1,
        messages: [{}, { role: 'assistant', content: 'y' }, {}],
      });
    },
  );
});

describe('blank texts, and an answer to go on from, in a request that is passed on', () => {
  it("are fitted in the client's own body", async () => {
    const { status } = await messages('relayclaude/claude-sonnet-4-5', {
      novel: 1,
      system: [
        { type: 'text', text: ' ' },
        { type: 'text', text: 's' },
      ],
      messages: [
        USER,
        { role: 'assistant', content: [{ type: 'text', text: '\n' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: ' ' },
            { type: 'text', text: 'y' },
          ],
        },
        { role: 'assistant', content: 'The answer is ' },
      ],
    });
    expect(status).toBe(200);
    expect(only().body).toMatchObject({
      novel: 1,
      system: [{ type: 'text', text: 's' }],
      messages: [
        USER,
        { role: 'user', content: [{ type: 'text', text: 'y' }] },
        { content: 'The answer is' },
      ],
    });
  });

  it.each([
    ['anthropic/claude-opus-4-6', '/v1/messages'],
    ['anthropic/claude-sonnet-4-6', '/v1/chat/completions'],
    ['relayclaude/claude-opus-4-7', '/v1/responses'],
    ['relay/anthropic/claude-opus-4.6', '/v1/chat/completions'],
  ])('%s is asked in a user message to go on, through %s', async (model, path) => {
    const conversation = [USER, { role: 'assistant', content: 'The answer is' }];
    const asked = await providers.ask(path, {
      model: `offering:${model}`,
      max_tokens: 100,
      [path === '/v1/responses' ? 'input' : 'messages']: conversation,
    });
    expect(asked.status).toBe(200);
    const { body } = only();
    expect(body.messages.map((message: any) => message.role)).toEqual(['user', 'assistant', 'user']);
    expect(warned(asked)).toBeGreaterThan(0);
  });

  it.each([
    ['mistral/mistral-large-latest', { prefix: true }],
    ['moonshot/kimi-k2.5', { partial: true }],
    ['dashscope/qwen3-max', { partial: true }],
  ])('%s is told with a mark of its own', async (model, mark) => {
    for (const ask of [
      () => chat(model, { messages: [USER, { role: 'assistant', content: 'The answer is' }] }),
      () => messages(model, { messages: [USER, { role: 'assistant', content: 'The answer is' }] }),
    ]) {
      expect((await ask()).status).toBe(200);
      expect(only().body.messages.at(-1)).toMatchObject({ role: 'assistant', ...mark });
    }
  });
});

describe('several choices', () => {
  const texts = (...contents: readonly string[]) => contents.map((content) => chatAnswer({ content }));

  it('are asked for one by one of a provider that makes one at a time, with all else as it came', async () => {
    providers.next(...texts('a', 'b'));
    const { status, body } = await chat('groq/openai/gpt-oss-120b', { n: 2, reasoning_format: 'parsed' });
    expect(status).toBe(200);
    expect(body.choices.map((choice: any) => choice.message.content).sort()).toEqual(['a', 'b']);
    const sent = providers.sent();
    expect(sent).toHaveLength(2);
    for (const each of sent) expect(each.body).toMatchObject({ n: 1, reasoning_format: 'parsed' });
  });

  it('stay with the provider that comes first, though another would make them in one call', async () => {
    providers.next(claudeAnswer([{ type: 'text', text: 'a' }]), claudeAnswer([{ type: 'text', text: 'b' }]));
    const { body } = await providers.ask('/v1/chat/completions', {
      model: 'anthropic/claude-sonnet-4-5',
      messages: [USER],
      n: 2,
    });
    expect(body.choices).toHaveLength(2);
    expect(providers.sent().map(({ path }) => path.split('/')[1])).toEqual(['anthropic', 'anthropic']);
  });
});

describe('media by address, for a provider that fetches none', () => {
  it('the addresses that it cannot be given are left out with a warning, and the rest goes as it came', async () => {
    const asked = await chat('deepseek/deepseek-v4-flash', {
      thinking: { type: 'disabled' },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'see', novel: 1 },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          ],
        },
      ],
    });
    if (asked.status !== 200) expect(asked.body.error.message).toMatch(/image/i);
    else
      expect(only().body).toMatchObject({
        thinking: { type: 'disabled' },
        messages: [{ content: [{ type: 'text', text: 'see', novel: 1 }] }],
      });
  });
});

describe('nothing moves to another vendor silently', () => {
  it('a format that rules out the first offering is named in a warning', async () => {
    const asked = await providers.ask('/v1/responses', {
      model: 'route:moved',
      previous_response_id: 'resp_1',
      input: 'x',
      modelgraph: {
        routing: { candidates: [{ offering: 'relayclaude/m1' }, { offering: 'relayresponses/m1' }] },
      },
    });
    expect(asked.status).toBe(200);
    expect(only().path).toContain('/relayresponses/');
    expect(asked.headers.get('x-modelgraph-warning-codes')).toContain('OFFERING_PASSED_OVER');
  });

  it.each(['offering:relayclaude/m1', 'relayclaude/m1'])('%s goes nowhere else', async (model) => {
    const asked = await providers.ask('/v1/responses', { model, previous_response_id: 'resp_1', input: 'x' });
    expect(asked.status).toBe(400);
    expect(providers.sent()).toHaveLength(0);
  });
});
