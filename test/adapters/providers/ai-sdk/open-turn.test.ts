import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import { bedrockText } from '../../../fixtures/upstream/bedrock.ts';
import { WEATHER } from '../../../wire/requests.ts';
import { type Connected, connected } from './connected.ts';

const BY_BUDGET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const BY_ITSELF = 'us.anthropic.claude-opus-4-7';
const NOVA = 'us.amazon.nova-2-lite-v1:0';

let side: Connected | undefined;
afterEach(() => side?.close());

const turn = (signature: string | undefined): CompletionRequest['messages'] => [
  { role: 'user', parts: [{ type: 'text', text: 'How is the weather?' }] },
  {
    role: 'assistant',
    text: '',
    reasoning: [{ text: 'I must look.', ...(signature !== undefined && { signature }) }],
    toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' }],
  },
  { role: 'tool', toolCallId: 'call_a', text: 'Rain', isError: false },
];

const sentTo = async (model: string, fields: Partial<CompletionRequest>) => {
  side = await connected(bedrock, { variables: { AWS_REGION: 'us-east-1' } });
  side.upstream.enqueue(bedrockText(['x']));
  const events = await side.complete(model, { tools: [WEATHER], ...fields }, false);
  expect(events.at(-1)).toMatchObject({ type: 'completed' });
  return {
    body: side.upstream.requests[0]?.body,
    text: JSON.stringify(side.upstream.requests[0]?.body),
    warnings: events.flatMap((event) => (event.type === 'warning' ? [event.warning] : [])),
  };
};

describe('Claude on Bedrock, in the middle of a turn', () => {
  test('goes on reasoning where it began so', async () => {
    const { body, text, warnings } = await sentTo(BY_BUDGET, {
      reasoningEffort: 'low',
      messages: turn('sig-1'),
    });
    expect(body).toMatchObject({ additionalModelRequestFields: { thinking: { type: 'enabled' } } });
    expect(text).toContain('sig-1');
    expect(warnings).toEqual([]);
  });

  test.each([{ reasoningEffort: 'low' }, { reasoningMaxTokens: 2_000, maxOutputTokens: 4_000 }] as const)(
    'cannot begin to reason, which the API rejects: %j is turned off and told of',
    async (asked) => {
      const { body, text, warnings } = await sentTo(BY_BUDGET, { ...asked, messages: turn(undefined) });
      expect(text).not.toContain('thinking');
      expect(warnings).toContainEqual({
        code: 'ADJUSTED_PARAMETER',
        parameter: 'reasoningEffort' in asked ? 'reasoningEffort' : 'reasoningMaxTokens',
        message: expect.stringContaining('Reasoning was turned off'),
      });
      expect(warnings).toContainEqual({
        code: 'ADJUSTED_PARAMETER',
        parameter: 'messages',
        message: expect.stringContaining('without a signature'),
      });
      expect(body).toMatchObject({ messages: [{}, {}, { role: 'user' }] });
    },
  );

  test('cannot cease to: what was reasoned is left out where it is no longer asked for, and told of', async () => {
    const { text, warnings } = await sentTo(BY_BUDGET, { messages: turn('sig-1') });
    expect(text).not.toContain('sig-1');
    expect(text).toContain('Oslo');
    expect(warnings).toMatchObject([
      { parameter: 'messages', message: expect.stringContaining('Reasoning of the turn under way') },
    ]);
  });

  test('may do both where the model decides for itself', async () => {
    const { body } = await sentTo(BY_ITSELF, { reasoningEffort: 'low', messages: turn(undefined) });
    expect(body).toMatchObject({ additionalModelRequestFields: { thinking: { type: 'adaptive' } } });
    await side?.close();
    expect((await sentTo(BY_ITSELF, { messages: turn('sig-1') })).text).toContain('sig-1');
  });

  test('may begin with the next turn', async () => {
    const messages = [
      ...turn(undefined),
      { role: 'user', parts: [{ type: 'text', text: 'And in Rome?' }] },
    ] as const;
    const { body } = await sentTo(BY_BUDGET, { reasoningEffort: 'low', messages });
    expect(body).toMatchObject({ additionalModelRequestFields: { thinking: { type: 'enabled' } } });
  });
});

test('other models on Bedrock reason wherever they are asked to', async () => {
  const { body } = await sentTo(NOVA, { reasoningEffort: 'low', messages: turn(undefined) });
  expect(body).toMatchObject({ additionalModelRequestFields: { reasoningConfig: { type: 'enabled' } } });
});
