import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownProvider } from '../../../src/adapters/providers/registry.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { bedrockAnswer } from '../../fixtures/upstream/bedrock.ts';
import { QUOTED_KEY as KEY } from '../../fixtures/upstream/known/failure-traffic.ts';
import { OPENAI_FAILURES } from '../../fixtures/upstream/known/failures-openai.ts';
import { OTHER_FAILURES } from '../../fixtures/upstream/known/failures-others.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { jsonAnswer, type Script, startUpstream, type Upstream } from '../../support/upstream.ts';
import { type KnownConnections, startConnections } from './connect-known.ts';

let connections: KnownConnections;
let upstream: Upstream;
beforeAll(async () => {
  connections = await startConnections(KEY);
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => connections.close());

const ask = async (id: string, model: string, script: Script): Promise<readonly ProviderEvent[]> => {
  const known = knownProvider(id);
  if (known === undefined) throw new Error(`${id} is not known`);
  const provider = await connections.connect(known, upstream);
  upstream.enqueue(script);
  const isWhole = typeof script.body === 'string';
  const events: ProviderEvent[] = [];
  for await (const event of providerEvents(
    provider,
    {
      providerModelId: model,
      request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
      stream: !isWhole,
    },
    new AbortController().signal,
  ))
    events.push(event);
  expect(upstream.requests, 'nothing is tried twice').toHaveLength(1);
  expect(JSON.stringify(events)).not.toContain(KEY);
  return events;
};

describe.each([...OPENAI_FAILURES, ...OTHER_FAILURES])(
  'the failures of $id, $model',
  ({ id, model, cells }) => {
    test.each(cells.map((cell) => ({ what: cell[0], cell })))('$what', async ({ cell }) => {
      const [, script, code, retry, retryAfterMs] = cell;
      const last = (await ask(id, model, script)).at(-1);
      expect(last).toMatchObject({
        type: 'failed',
        failure: { code, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      });
    });
  },
);

const refused = (reason: string): Script =>
  jsonAnswer({
    id: 'c',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: reason }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });

describe('filters and refusals that arrive with status 200 end as such', () => {
  const candidate = (members: object): Script =>
    jsonAnswer({ candidates: [members], usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 } });
  const claude = (stop: string): Script =>
    jsonAnswer({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: stop,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
  test.each([
    ['openai', 'gpt-4o-mini', refused('content_filter'), 'CONTENT_FILTER'],
    ['azure', 'gpt-4o-mini', refused('content_filter'), 'CONTENT_FILTER'],
    ['anthropic', 'claude-sonnet-4-5', claude('refusal'), 'REFUSAL'],
    ['anthropic', 'claude-sonnet-4-5', claude('model_context_window_exceeded'), 'LENGTH'],
    ['vertex', 'claude-sonnet-4-5', claude('refusal'), 'REFUSAL'],
    ['google', 'gemini-2.5-flash', candidate({ finishReason: 'SAFETY' }), 'CONTENT_FILTER'],
    ['vertex', 'gemini-2.5-flash', candidate({ finishReason: 'SAFETY' }), 'CONTENT_FILTER'],
    [
      'bedrock',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      bedrockAnswer([{ text: 'Sorry.' }], 'guardrail_intervened', 1),
      'CONTENT_FILTER',
    ],
  ] as const)('%s, %s', async (id, model, script, finishReason) => {
    expect((await ask(id, model, script)).at(-1)).toMatchObject({ type: 'completed', finishReason });
  });

  test.each(['google', 'vertex'])('a prompt that %s blocks is CONTENT_FILTERED', async (id) => {
    const blocked = jsonAnswer({ promptFeedback: { blockReason: 'SAFETY' } });
    expect((await ask(id, 'gemini-2.5-flash', blocked)).at(-1)).toMatchObject({
      type: 'failed',
      failure: { code: 'CONTENT_FILTERED', retry: 'FINAL' },
    });
  });
});
