import { describe, expect, it } from 'vitest';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import { amountIn } from '../../src/wire/billing.ts';
import { createGeminiCodec } from '../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../src/wire/openai-responses/codec.ts';

const billingIn = (events: readonly ProviderEvent[]) =>
  events.flatMap((event) => (event.type === 'billed' ? [event.billing] : [])).at(-1);
/** `tool attributes: quantity` of each unit. */
const unitsIn = (events: readonly ProviderEvent[]): readonly string[] =>
  (billingIn(events)?.units ?? []).map(
    ({ meter, quantity }) =>
      `${Object.values(meter.attributes ?? { type: meter.tokenType }).join(' ')}: ${quantity}`,
  );

const TOKENS = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const chat = (usage: object, more: object = {}, message: object = {}): readonly ProviderEvent[] =>
  createOpenAiCodec({}).decodeAnswer(
    JSON.stringify({
      id: 'c',
      model: 'm',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'ok', ...message }, finish_reason: 'stop' },
      ],
      usage: { ...TOKENS, ...usage },
      ...more,
    }),
  );

describe('what a chat completion says it was charged', () => {
  it.each<readonly [string, object, string, string]>([
    ['as a number', { cost: 0.00125 }, '0.00125', 'USD'],
    ['as a text', { cost: '0.00125' }, '0.00125', 'USD'],
    ['as a very small number', { cost: 1.5e-7 }, '1.5e-7', 'USD'],
    ['in another currency', { cost: 0.5, cost_currency: 'CNY' }, '0.5', 'CNY'],
    [
      "with a key of one's own",
      { cost: 0.01, is_byok: true, cost_details: { upstream_inference_cost: 0.2 } },
      '0.21',
      'USD',
    ],
    ['by part', { cost: { input_tokens_cost: 0.001, total_cost: 0.006 } }, '0.006', 'USD'],
    ['in ticks', { cost_in_usd_ticks: 37_756_000 }, '0.0037756', 'USD'],
    ['as an estimate', { estimated_cost: 0.0000268 }, '0.0000268', 'USD'],
    ['nothing', { cost: 0 }, '0', 'USD'],
  ])('%s', (_name, usage, total, currency) => {
    const charge = billingIn(chat(usage))?.charge;
    expect(charge?.currency).toBe(currency);
    expect(charge?.total.equals(total)).toBe(true);
  });

  it.each([
    { cost: 0, is_byok: true },
    { cost: 0.01, is_byok: true, cost_details: { upstream_inference_cost: null } },
  ])("is not said by a fee alone, with a key of one's own: %j", (usage) => {
    expect(billingIn(chat(usage))).toBeUndefined();
  });

  it('beside the message, as a gateway says it', () => {
    const charge = billingIn(chat({}, {}, { provider_metadata: { gateway: { cost: '0.0123' } } }))?.charge;
    expect(charge?.total.toString()).toBe('0.0123');
  });

  it.each([-1, Number.NaN, 'much', 1e12, null, true, [], '1e999'])('is not said by %j', (cost) => {
    expect(billingIn(chat({ cost }))).toBeUndefined();
  });

  it('is an exact amount', () => {
    expect(
      amountIn(0.1)
        ?.plus(amountIn(0.2) ?? 0)
        .toString(),
    ).toBe('0.3');
  });
});

describe('units that a chat completion counts', () => {
  it.each<readonly [string, object, readonly string[]]>([
    ['OpenRouter', { server_tool_use: { web_search_requests: 2 } }, ['web_search: 2']],
    [
      'xAI',
      { server_side_tool_usage_details: { web_search_calls: 1, collections_search_calls: 2, mcp_calls: 3 } },
      ['web_search: 1', 'file_search: 2'],
    ],
    ['xAI, live search', { num_sources_used: 4 }, ['live_search: 4']],
    ['DashScope', { plugins: { search: { count: 1, strategy: 'turbo' } } }, ['web_search: 1']],
    ['Perplexity', { search_context_size: 'low' }, ['web_search low: 1']],
    ['none', { server_tool_use: { web_search_requests: 0 }, num_sources_used: 0 }, []],
  ])('%s', (_name, usage, units) => {
    expect(unitsIn(chat(usage))).toEqual(units);
  });

  it("Perplexity's deep research by its searches and citations", () => {
    const usage = { num_search_queries: 18, citation_tokens: 20_016, search_context_size: 'low' };
    expect(unitsIn(chat(usage, { model: 'sonar-deep-research' }))).toEqual([
      'web_search: 18',
      'CITATION: 20016',
    ]);
  });

  it('a search of a model that searches in each answer and does not count it', () => {
    expect(unitsIn(chat({}, { model: 'gpt-4o-search-preview-2025-03-11' }))).toEqual(['web_search: 1']);
  });

  it("the models of Groq's systems, each with its own usage", () => {
    const models = [
      { model: 'openai/gpt-oss-120b', usage: { prompt_tokens: 8, completion_tokens: 3, total_tokens: 11 } },
      {
        model: 'llama-3.3-70b-versatile',
        usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
      },
    ];
    expect(billingIn(chat({}, { usage_breakdown: { models } }))?.calls).toMatchObject([
      { model: 'openai/gpt-oss-120b', usage: { input: 8, output: 3 } },
      { model: 'llama-3.3-70b-versatile', usage: { input: 2, output: 2 } },
    ]);
  });
});

describe('units of other formats', () => {
  const claude = (usage: object) =>
    createAnthropicCodec().decodeAnswer(
      JSON.stringify({
        id: 'm',
        type: 'message',
        content: [],
        stop_reason: 'end_turn',
        usage: { input_tokens: 10, output_tokens: 5, ...usage },
      }),
    );
  it("Claude's tools, those that cost nothing left out", () => {
    const tools = {
      web_search_requests: 2,
      web_fetch_requests: 1,
      code_execution_requests: 3,
      tool_search_requests: 4,
    };
    expect(unitsIn(claude({ server_tool_use: tools }))).toEqual([
      'web_search: 2',
      'web_fetch: 1',
      'code_interpreter: 3',
    ]);
  });

  it('an adviser without a name is no call of the model that was asked', () => {
    const iterations = [{ type: 'advisor_message', input_tokens: 7, output_tokens: 1 }];
    expect(billingIn(claude({ iterations }))?.calls).toMatchObject([
      { usage: { input: 10, output: 5 } },
      { model: 'advisor_message', usage: { input: 7, output: 1 } },
    ]);
  });

  it('a list that does not hold all of the own calls does not replace the answer’s counts', () => {
    const iterations = [
      { type: 'message', input_tokens: 1, output_tokens: 1 },
      { type: 'compaction', input_tokens: 7, output_tokens: 1 },
    ];
    expect(billingIn(claude({ iterations }))?.calls).toMatchObject([
      { usage: { input: 10, output: 5 } },
      { usage: { input: 7, output: 1 } },
    ]);
  });

  it.each([
    ['gemini-2.5-pro', ['web_search: 1']],
    ['gemini-3.1-pro-preview', ['web_search: 2']],
  ])('grounding of %s', (modelVersion, units) => {
    const groundingMetadata = {
      webSearchQueries: ['a', 'b'],
      groundingChunks: [{ web: { uri: 'https://a.example' } }],
    };
    const answer = {
      candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP', groundingMetadata }],
      modelVersion,
      usageMetadata: { promptTokenCount: 1 },
    };
    expect(unitsIn(createGeminiCodec().decodeAnswer(JSON.stringify(answer)))).toEqual(units);
    const maps = {
      ...answer.candidates[0],
      groundingMetadata: { groundingChunks: [{ maps: { uri: 'https://m.example' } }] },
    };
    expect(
      unitsIn(createGeminiCodec().decodeAnswer(JSON.stringify({ ...answer, candidates: [maps] }))),
    ).toEqual(['google_maps: 1']);
  });

  it('items of a stream of responses are counted once, by the tool that was asked for', () => {
    const item = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } };
    const decoder = createOpenAiResponsesCodec().streamDecoder();
    const response = {
      id: 'r',
      status: 'completed',
      tools: [{ type: 'web_search_preview' }],
      output: [item],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    };
    const events = [
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response },
    ].flatMap((event) => decoder.push({ data: JSON.stringify(event) }));
    expect(unitsIn(events)).toEqual(['web_search_preview: 1']);
  });
});
