import { beforeAll, describe, expect, it } from 'vitest';
import { jsonAnswer, type Script } from '../../support/upstream.ts';
import { type Json, type ScriptedServer, scriptedServer } from './scripted-server.ts';

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
const claude = (usage: object): Script =>
  jsonAnswer({
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [{ type: 'text', text: 'ok' }],
    stop_reason: 'end_turn',
    usage,
  });
const TOKENS = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };

/** What was billed beside tokens, as `tool: quantity`. */
const toolsIn = ({ lines }: Json): readonly string[] =>
  lines
    .filter(({ meter }: Json) => meter.family === 'TOOL_CALLS')
    .map(({ meter, quantity, amount }: Json) => `${meter.attributes.tool}: ${quantity} = ${amount.amount}`);

describe('units besides tokens', () => {
  const messages = (usage: object) =>
    scripted.post(
      '/messages',
      { model: 'anthropic/claude-sonnet-4-5', max_tokens: 100, messages: MESSAGES },
      claude({ input_tokens: 10, output_tokens: 20, ...usage }),
    );

  it("Claude's searches are billed by the call, and pages that it fetches by their tokens", async () => {
    await messages({ server_tool_use: { web_search_requests: 3, web_fetch_requests: 1 } });
    const { cost } = await scripted.lastRow();
    expect(cost.__typename).toBe('PricedCost');
    expect(toolsIn(cost)).toEqual(expect.arrayContaining(['web_search: 3 = 0.03']));
    expect(cost.total.amount).toBe('0.03033');
  });

  it('what is served in the US alone costs its uplift, searches with it', async () => {
    await scripted.post(
      '/messages',
      { model: 'anthropic/claude-opus-4-8', max_tokens: 100, messages: MESSAGES },
      claude({
        input_tokens: 1_000,
        output_tokens: 100,
        inference_geo: 'us',
        server_tool_use: { web_search_requests: 1 },
      }),
    );
    const { cost } = await scripted.lastRow();
    // 1,000 at 5 and 100 at 25 dollars a million, and a tenth more; the rate of the search says for itself whether it is.
    expect(cost.lines.map(({ unitPrice }: Json) => unitPrice.amount).slice(0, 2)).toEqual(['5.5', '27.5']);
    expect(toolsIn(cost)).toHaveLength(1);
  });

  it('one that has no rate leaves the cost unpriced, with the rest as a lower bound', async () => {
    const { json } = await messages({
      server_tool_use: { web_search_requests: 3, code_execution_requests: 2 },
    });
    expect(json.usage).not.toHaveProperty('cost');
    const { cost } = await scripted.lastRow();
    expect(cost).toMatchObject({
      reason: 'METER_UNPRICED',
      atLeast: { amount: '0.03033', currency: 'USD' },
      missing: [{ family: 'TOOL_CALLS', attributes: { tool: 'code_interpreter' } }],
    });
  });

  it.each([
    ['offering:google/gemini-2.5-flash', 'gemini-2.5-flash', 'web_search: 1 = 0.035'],
    ['offering:google/gemini-3.1-pro-preview', 'gemini-3.1-pro-preview', 'web_search: 2 = 0.028'],
  ])("Gemini's grounding, %s", async (model, modelVersion, line) => {
    const grounded = jsonAnswer({
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'ok' }] },
          finishReason: 'STOP',
          groundingMetadata: {
            webSearchQueries: ['one', 'two', 'one'],
            groundingChunks: [{ web: { uri: 'https://a.example' } }],
          },
        },
      ],
      modelVersion,
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    });
    await scripted.post('/chat/completions', { model, messages: MESSAGES }, grounded);
    const { cost } = await scripted.lastRow();
    expect(cost.__typename).toBe('PricedCost');
    expect(toolsIn(cost)).toEqual([line]);
  });

  it("xAI's searches", async () => {
    await scripted.post(
      '/chat/completions',
      { model: 'xai/grok-4.7', messages: MESSAGES },
      chat({
        ...TOKENS,
        server_side_tool_usage_details: { web_search_calls: 2, x_search_calls: 1, mcp_calls: 4 },
      }),
    );
    expect(toolsIn((await scripted.lastRow()).cost)).toEqual(['web_search: 2 = 0.01', 'x_search: 1 = 0.005']);
  });

  it('calls of tools among the items of a response: searches, not pages that are opened; code by its container', async () => {
    const items = [
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } },
      {
        type: 'web_search_call',
        id: 'ws_2',
        status: 'completed',
        action: { type: 'open_page', url: 'https://a.example' },
      },
      { type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['x'] },
      { type: 'code_interpreter_call', id: 'ci_1', container_id: 'cntr_1', status: 'completed' },
      { type: 'code_interpreter_call', id: 'ci_2', container_id: 'cntr_1', status: 'completed' },
      {
        type: 'message',
        id: 'm',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'ok', annotations: [] }],
      },
    ];
    const response = {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'r1',
      output: items,
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    };
    await scripted.post('/responses', { model: 'responses/r1', input: 'Hello' }, jsonAnswer(response));
    const { cost } = await scripted.lastRow();
    // The provider of this test has rates of tokens alone.
    expect(cost.reason).toBe('METER_UNPRICED');
    expect(cost.missing.map(({ attributes }: Json) => attributes.tool)).toEqual([
      'web_search',
      'file_search',
      'code_interpreter',
    ]);
  });

  it('cached audio and images are told apart and billed at their own rates', async () => {
    const answer = jsonAnswer({
      candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }],
      modelVersion: 'gemini-3.1-flash-lite',
      usageMetadata: {
        promptTokenCount: 3_000,
        cachedContentTokenCount: 2_000,
        candidatesTokenCount: 5,
        totalTokenCount: 3_005,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 1_000 },
          { modality: 'AUDIO', tokenCount: 2_000 },
        ],
        cacheTokensDetails: [
          { modality: 'TEXT', tokenCount: 500 },
          { modality: 'AUDIO', tokenCount: 1_500 },
        ],
      },
    });
    const { json } = await scripted.post(
      '/chat/completions',
      { model: 'google/gemini-3.1-flash-lite', messages: MESSAGES },
      answer,
    );
    expect(json.usage.prompt_tokens_details).toMatchObject({ cached_tokens: 2_000, audio_tokens: 2_000 });
    const { cost } = await scripted.lastRow();
    const byMeter = cost.lines.map(
      ({ meter, quantity, unitPrice }: Json) =>
        `${meter.modality} ${meter.tokenType} ${quantity} at ${unitPrice.amount}`,
    );
    expect(byMeter).toEqual(
      expect.arrayContaining([
        'TEXT PLAIN 500 at 0.25',
        'AUDIO PLAIN 500 at 0.5',
        'TEXT CACHE_READ 500 at 0.025',
        'AUDIO CACHE_READ 1500 at 0.05',
      ]),
    );
  });
});

describe('calls of models inside an answer', () => {
  const iteration = (more: object) => ({
    type: 'message',
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    ...more,
  });
  const ask = (usage: object) =>
    scripted.post(
      '/messages',
      { model: 'anthropic/claude-sonnet-4-5', max_tokens: 100, messages: MESSAGES },
      claude(usage),
    );

  it('tiers go by the size of each call, not by their sum', async () => {
    await ask({
      input_tokens: 300_000,
      output_tokens: 30,
      iterations: [
        iteration({ input_tokens: 150_000, output_tokens: 10 }),
        iteration({ input_tokens: 150_000, output_tokens: 20 }),
      ],
    });
    const { cost, usage } = await scripted.lastRow();
    expect(usage).toMatchObject({ input: 300_000, output: 30 });
    // 300,000 at 3 and 30 at 15 dollars a million, one line each.
    expect(cost.total.amount).toBe('0.90045');
    expect(cost.lines).toHaveLength(2);
  });

  it("an adviser's tokens are lines of its own model", async () => {
    await ask({
      input_tokens: 1_000,
      output_tokens: 100,
      iterations: [
        iteration({ input_tokens: 1_000, output_tokens: 40 }),
        iteration({
          type: 'advisor_message',
          model: 'claude-opus-4-8-20990101',
          input_tokens: 2_000,
          output_tokens: 200,
        }),
        iteration({ input_tokens: 3_000, output_tokens: 60 }),
      ],
    });
    const { cost, usage } = await scripted.lastRow();
    expect(usage).toMatchObject({ input: 1_000, output: 100 });
    const lines = cost.lines.map(
      ({ offeringId, quantity, unitPrice }: Json) =>
        `${offeringId ?? 'own'} ${quantity} at ${unitPrice.amount}`,
    );
    expect(lines).toEqual([
      'own 4000 at 3',
      'own 100 at 15',
      'anthropic/claude-opus-4-8 2000 at 5',
      'anthropic/claude-opus-4-8 200 at 25',
    ]);
  });

  it('an adviser that nothing lists leaves the whole unpriced', async () => {
    await ask({
      input_tokens: 1_000,
      output_tokens: 100,
      iterations: [
        iteration({
          type: 'advisor_message',
          model: 'claude-of-2030',
          input_tokens: 2_000,
          output_tokens: 200,
        }),
      ],
    });
    const { cost } = await scripted.lastRow();
    expect(cost).toMatchObject({ __typename: 'UnpricedCost', atLeast: { amount: '0.0045' } });
  });

  it('a conversation that was shortened first is billed apart', async () => {
    await ask({
      input_tokens: 150_000,
      output_tokens: 100,
      iterations: [
        iteration({ type: 'compaction', input_tokens: 190_000, output_tokens: 1_000 }),
        iteration({ input_tokens: 150_000, output_tokens: 100 }),
      ],
    });
    // 340,000 at 3 and 1,100 at 15 dollars a million: neither call is a long one.
    expect((await scripted.lastRow()).cost.total.amount).toBe('1.0365');
  });
});
