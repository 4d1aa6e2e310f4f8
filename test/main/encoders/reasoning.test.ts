// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type StrictProviders, strictProviders } from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const USER = { role: 'user', content: 'x' };
const only = (): any => {
  const sent = providers.sent();
  expect(sent).toHaveLength(1);
  return sent[0]?.body;
};

const FIELDS = [
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'reasoning_effort',
  'reasoning',
  'chat_template_kwargs',
];
/** All that a body says of reasoning. */
const said = (body: any): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => FIELDS.includes(name)));

type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'max';

/** The same effort asked for in the words of each face; how many warnings came. */
const faces: { readonly [face: string]: (model: string, effort: Effort) => Promise<number> } = {
  async '/v1/chat/completions'(model, effort) {
    const { headers } = await providers.ask('/v1/chat/completions', {
      model: `offering:${model}`,
      messages: [USER],
      reasoning_effort: effort === 'max' ? 'xhigh' : effort,
    });
    return Number(headers.get('x-modelgraph-warnings') ?? 0);
  },
  async '/v1/responses'(model, effort) {
    const { headers } = await providers.ask('/v1/responses', {
      model: `offering:${model}`,
      input: 'x',
      reasoning: { effort: effort === 'max' ? 'xhigh' : effort },
    });
    return Number(headers.get('x-modelgraph-warnings') ?? 0);
  },
  async '/v1/messages'(model, effort) {
    const words = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', max: 'max' };
    const { headers } = await providers.ask('/v1/messages', {
      model: `offering:${model}`,
      max_tokens: 50,
      messages: [USER],
      ...(effort === 'none'
        ? { thinking: { type: 'disabled' } }
        : { thinking: { type: 'adaptive' }, output_config: { effort: words[effort] } }),
    });
    return Number(headers.get('x-modelgraph-warnings') ?? 0);
  },
  async 'the graph'(model, effort) {
    const { body } = await providers.server.post(
      `mutation ($model: String!, $effort: ReasoningEffort!) {
        complete(input: { model: $model, messages: [{ user: { text: "x" } }], reasoning: { effort: $effort }, unsupported: WARN }) {
          ... on Completion { warnings { message } }
        }
      }`,
      { model: `offering:${model}`, effort: effort.toUpperCase() },
    );
    return body.data.complete.warnings.length;
  },
};

const DISABLED = { thinking: { type: 'disabled' } };
const ENABLED = { thinking: { type: 'enabled' } };

/** What each provider is told, in its own words. */
const WORDS: readonly (readonly [string, Effort, object])[] = [
  ['deepseek/deepseek-v4-flash', 'none', DISABLED],
  ['deepseek/deepseek-v4-flash', 'low', { ...ENABLED, reasoning_effort: 'low' }],
  ['deepseek/deepseek-v4-flash', 'medium', { ...ENABLED, reasoning_effort: 'high' }],
  ['deepseek/deepseek-v4-flash', 'max', { ...ENABLED, reasoning_effort: 'max' }],
  ['zai/glm-4.7', 'none', DISABLED],
  ['zai/glm-4.7', 'high', ENABLED],
  ['zai/glm-5.2', 'max', { ...ENABLED, reasoning_effort: 'max' }],
  ['zhipu/glm-4.6', 'none', DISABLED],
  ['zhipu/glm-4.6', 'low', ENABLED],
  ['moonshot/kimi-k2.5', 'none', DISABLED],
  ['moonshot/kimi-k2.5', 'medium', ENABLED],
  ['moonshot/kimi-k3', 'medium', { reasoning_effort: 'high' }],
  ['dashscope/qwen3-max', 'none', { enable_thinking: false }],
  ['dashscope/qwen3-max', 'medium', { enable_thinking: true, thinking_budget: 8_192 }],
  ['dashscope/qwen3-max', 'high', { enable_thinking: true }],
  ['minimax/MiniMax-M3', 'none', DISABLED],
  ['minimax/MiniMax-M3', 'high', { thinking: { type: 'adaptive' } }],
  ['volcengine/doubao-seed-1-6-251015', 'none', DISABLED],
  ['volcengine/doubao-seed-1-6-251015', 'low', { reasoning_effort: 'low' }],
  ['mistral/mistral-medium-latest', 'none', { reasoning_effort: 'none' }],
  ['mistral/mistral-medium-latest', 'high', { reasoning_effort: 'high' }],
  ['xai/grok-4.3', 'none', { reasoning_effort: 'none' }],
  ['xai/grok-4.3', 'max', { reasoning_effort: 'xhigh' }],
  ['groq/openai/gpt-oss-120b', 'high', { reasoning_effort: 'high' }],
  ['groq/qwen/qwen3-32b', 'none', { reasoning_effort: 'none' }],
  ['groq/qwen/qwen3-32b', 'high', { reasoning_effort: 'default' }],
  ['openrouter/z-ai/glm-4.7', 'none', { reasoning: { effort: 'none' } }],
  ['openrouter/z-ai/glm-4.7', 'high', { reasoning: { effort: 'high' } }],
  ['relay/m1', 'low', { reasoning_effort: 'low' }],
  ['relay/m1', 'none', { reasoning_effort: 'none' }],
];

describe('an effort is told in the words of the provider', () => {
  it.each(WORDS)('%s, %s', async (model, effort, expected) => {
    for (const [face, ask] of Object.entries(faces)) {
      const warnings = await ask(model, effort);
      expect([face, said(only())]).toEqual([face, expected]);
      // What the catalogue does not list is warned of for that.
      const isListed = !/kimi-k3|glm-5\.2|glm-4\.6|MiniMax-M3|qwen3-32b/.test(model);
      if (isListed) expect([face, warnings]).toEqual([face, 0]);
    }
  });

  it.each<[string, Effort, object]>([
    ['moonshot/kimi-k2-thinking-x', 'none', {}],
    ['minimax/MiniMax-M3.1-Flash', 'none', {}],
    ['groq/openai/gpt-oss-120b', 'none', {}],
    ['xai/grok-4.5', 'none', {}],
    ['mistral/mistral-medium-latest', 'low', { reasoning_effort: 'high' }],
    ['groq/openai/gpt-oss-120b', 'max', { reasoning_effort: 'high' }],
  ])('%s has no word for %s: a warning says so', async (model, effort, expected) => {
    for (const [face, ask] of Object.entries(faces)) {
      const warnings = await ask(model, effort);
      expect([face, said(only())]).toEqual([face, expected]);
      expect([face, warnings > 0]).toEqual([face, true]);
    }
  });

  it.each<[string, object, object]>([
    ['deepseek/deepseek-v4-flash', { thinking: { type: 'enabled', novel: 1 } }, {}],
    ['dashscope/qwen3-max', { enable_thinking: true, thinking_budget: 77 }, {}],
    ['zai/glm-4.7', { thinking: { type: 'enabled', clear_thinking: false } }, {}],
    ['volcengine/doubao-seed-1-6-251015', { thinking: { type: 'auto' } }, {}],
    ['openrouter/z-ai/glm-4.7', { reasoning: { effort: 'low', exclude: true } }, {}],
    ['relay/m1', { chat_template_kwargs: { enable_thinking: false } }, {}],
  ])("a client that speaks %s's own words is not corrected: %j", async (model, fields) => {
    await providers.ask('/v1/chat/completions', { model: `offering:${model}`, messages: [USER], ...fields });
    expect(said(only())).toEqual(fields);
  });

  const OFF = {
    thinking: { type: 'disabled' },
    enable_thinking: false,
    chat_template_kwargs: { enable_thinking: false },
  };
  it.each<[string, object]>([
    ['deepseek/deepseek-v4-flash', DISABLED],
    ['moonshot/kimi-k2.5', DISABLED],
    ['dashscope/qwen3-max', { enable_thinking: false }],
    ['openrouter/z-ai/glm-4.7', { reasoning: { effort: 'none' } }],
    ['mistral/mistral-medium-latest', { reasoning_effort: 'none' }],
    ['groq/openai/gpt-oss-120b', {}],
  ])('%s is told in its own words what a client says in those of others: no thinking', async (model, own) => {
    for (const [field, value] of Object.entries(OFF)) {
      await providers.ask('/v1/chat/completions', {
        model: `offering:${model}`,
        messages: [USER],
        [field]: value,
      });
      expect([field, said(only())]).toEqual([field, own]);
    }
  });

  it('Gemini, too, is told what a client says in the words of others', async () => {
    for (const [field, value] of Object.entries(OFF)) {
      const { headers } = await providers.ask('/v1/chat/completions', {
        model: 'offering:google/gemini-2.5-flash',
        messages: [USER],
        [field]: value,
      });
      expect(only().generationConfig).toEqual({ thinkingConfig: { thinkingBudget: 0 } });
      expect(headers.get('x-modelgraph-warnings')).toBeNull();
    }
  });

  it("OpenRouter's own object is understood for others", async () => {
    const ask = (model: string, reasoning: object) =>
      providers.ask('/v1/chat/completions', { model: `offering:${model}`, messages: [USER], reasoning });
    await ask('deepseek/deepseek-v4-flash', { enabled: false });
    expect(said(only())).toEqual(DISABLED);
    await ask('dashscope/qwen3-max', { max_tokens: 500 });
    expect(said(only())).toEqual({ enable_thinking: true, thinking_budget: 500 });
  });
});

describe('reasoning of earlier turns goes back to those that want it', () => {
  const turns = [
    USER,
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'I look.',
      tool_calls: [{ id: 'abcdefghi', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'abcdefghi', content: 'ok' },
  ];
  it.each(['zai/glm-4.7', 'zhipu/glm-4.6', 'deepseek/deepseek-v4-flash', 'moonshot/kimi-k2.5'])(
    '%s, from the words of any face',
    async (model) => {
      await providers.ask('/v1/chat/completions', { model: `offering:${model}`, messages: turns });
      expect(only().messages[1]).toMatchObject({ reasoning_content: 'I look.' });
      await providers.ask('/v1/messages', {
        model: `offering:${model}`,
        max_tokens: 50,
        messages: [
          USER,
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'I look.', signature: '' },
              { type: 'tool_use', id: 'a', name: 'f', input: {} },
            ],
          },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'ok' }] },
        ],
      });
      expect(only().messages[1]).toMatchObject({ reasoning_content: 'I look.' });
      await providers.ask('/v1/responses', {
        model: `offering:${model}`,
        input: [
          USER,
          { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'I look.' }] },
          { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
          { type: 'function_call_output', call_id: 'a', output: 'ok' },
        ],
      });
      expect(only().messages[1]).toMatchObject({ reasoning_content: 'I look.' });
    },
  );
});
