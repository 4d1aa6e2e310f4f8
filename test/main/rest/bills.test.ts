import { beforeAll, describe, expect, it } from 'vitest';
import { eventStream, jsonAnswer, type Script, sseFrame } from '../../support/upstream.ts';
import { eventsIn, type ScriptedServer, scriptedServer } from './scripted-server.ts';

let scripted: ScriptedServer;
beforeAll(async () => {
  scripted = await scriptedServer();
});

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const chat = (usage: object, more: object = {}): Script =>
  jsonAnswer({
    id: 'c1',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
    usage,
    ...more,
  });
const TOKENS = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };

describe('what an aggregator says it charged', () => {
  const body = { model: 'openrouter/z-ai/glm-4.7', messages: MESSAGES };
  const usage = {
    ...TOKENS,
    cost: 0.1234,
    is_byok: false,
    cost_details: { upstream_inference_cost: 0.12 },
    server_tool_use: { web_search_requests: 2 },
  };

  it('is the bill, and reaches the client as it said it', async () => {
    const { json } = await scripted.post('/chat/completions', body, chat(usage));
    expect(json.usage).toMatchObject(usage);
    expect(json.modelgraph.cost).toMatchObject({ total: '0.1234', currency: 'USD', stated_by: 'provider' });
    const row = await scripted.lastRow();
    expect(row.cost).toMatchObject({
      total: { amount: '0.1234', currency: 'USD' },
      lines: [{ priceId: null }],
    });
    expect(row.providerCost).toMatchObject({ total: { amount: '0.1234' }, isBill: true });
    // No rate of its searches is known: ours is a lower bound.
    expect(row.providerCost.computed).toMatchObject({ reason: 'METER_UNPRICED' });
    expect(row.providerCost.difference).toBeNull();
  });

  it('stands beside our own sum with the difference, where our rates make one', async () => {
    const { server_tool_use: _none, ...plain } = usage;
    await scripted.post('/chat/completions', body, chat(plain));
    const { cost, providerCost } = await scripted.lastRow();
    expect(cost.total.amount).toBe('0.1234');
    expect(providerCost.computed.__typename).toBe('PricedCost');
    const computed = Number(providerCost.computed.total.amount);
    expect(computed).toBeGreaterThan(0);
    expect(Number(providerCost.difference.amount)).toBeCloseTo(0.1234 - computed, 10);
  });

  it('is the bill of other operations, too', async () => {
    const { json } = await scripted.post(
      '/embeddings',
      { model: 'openrouter/openai/text-embedding-3-small', input: 'Hello' },
      jsonAnswer({
        object: 'list',
        model: 'text-embedding-3-small',
        data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
        usage: { prompt_tokens: 1_000, total_tokens: 1_000, cost: 0.00042 },
      }),
    );
    expect(json.usage.cost).toBe(0.00042);
    expect(json.modelgraph.provider_cost).toMatchObject({ total: '0.00042', is_bill: true });
  });

  it("has what a key of one's own was charged behind it", async () => {
    await scripted.post('/chat/completions', body, chat({ ...usage, cost: 0.006, is_byok: true }));
    expect((await scripted.lastRow()).cost.total.amount).toBe('0.126');
  });

  it('is the cost on every face, in streams too', async () => {
    const stream = (): Script =>
      eventStream([
        sseFrame({ id: 'c', choices: [{ index: 0, delta: { content: 'ok' } }] }),
        sseFrame({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
        sseFrame({ id: 'c', choices: [], usage }),
        sseFrame('[DONE]'),
      ]);
    const answers = [
      await scripted.post(
        '/chat/completions',
        { ...body, stream: true, stream_options: { include_usage: true } },
        stream(),
      ),
      await scripted.post('/messages', { ...body, max_tokens: 50, stream: true }, stream()),
      await scripted.post('/responses', { model: body.model, input: 'Hello', stream: true }, stream()),
    ];
    for (const { text } of answers) {
      const said = eventsIn(text).flatMap((event) => event.usage?.cost ?? event.response?.usage?.cost ?? []);
      expect(said.at(-1), text).toBe(0.1234);
    }
    expect(eventsIn(answers[0]?.text ?? '').findLast((event) => event.usage)?.usage).toEqual(usage);
  });
});

describe('what another provider says it charged', () => {
  it.each<readonly [string, string, object, string]>([
    ['xAI, in ticks', 'xai/grok-4.7', { cost_in_usd_ticks: 12_340_000 }, '0.001234'],
    ['a host, as its estimate', 'relay/k1', { estimated_cost: 0.0021 }, '0.0021'],
  ])('%s, is kept beside the bill of our rates', async (_name, model, said, total) => {
    await scripted.post('/chat/completions', { model, messages: MESSAGES }, chat({ ...TOKENS, ...said }));
    const { cost, providerCost } = await scripted.lastRow();
    expect(providerCost).toMatchObject({ total: { amount: total, currency: 'USD' }, isBill: false });
    expect(cost.__typename).toBe('PricedCost');
    expect(cost.total.amount).not.toBe(total);
  });

  it('is the bill where our rates make none', async () => {
    const offering = `relay/${crypto.randomUUID()}`;
    await scripted.post(
      '/chat/completions',
      { model: offering, messages: MESSAGES },
      chat({ ...TOKENS, cost: 0.0077 }),
    );
    const { cost, providerCost } = await scripted.lastRow();
    expect(cost.total.amount).toBe('0.0077');
    expect(providerCost).toMatchObject({ isBill: true, computed: { reason: 'NO_PRICE' } });
  });

  it('is the bill where it counted what we have no rate of: Perplexity, by part', async () => {
    const response = {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'perplexity/sonar',
      output: [
        {
          type: 'message',
          id: 'm',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'ok', annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 1_000,
        output_tokens: 500,
        total_tokens: 1_500,
        tool_calls_details: { fetch_url: { invocation: 3 } },
        cost: { currency: 'USD', input_cost: 0.001, tool_calls_cost: 0.0015, total_cost: 0.003 },
      },
    };
    await scripted.post(
      '/chat/completions',
      { model: 'offering:perplexity/sonar', messages: MESSAGES },
      jsonAnswer(response),
    );
    const { cost, providerCost } = await scripted.lastRow();
    expect(cost.total.amount).toBe('0.003');
    expect(providerCost).toMatchObject({ isBill: true, computed: { reason: 'METER_UNPRICED' } });
  });

  it('is read from a header of a proxy', async () => {
    const { headers = {}, ...script } = chat(TOKENS);
    await scripted.post(
      '/chat/completions',
      { model: 'relay/k1', messages: MESSAGES },
      { ...script, headers: { ...headers, 'x-litellm-response-cost': '0.00123' } },
    );
    expect((await scripted.lastRow()).providerCost.total.amount).toBe('0.00123');
  });
});
