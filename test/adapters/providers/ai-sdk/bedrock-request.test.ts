import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import type { ProviderEvent } from '../../../../src/domain/provider-event.ts';
import { Secret } from '../../../../src/domain/secret.ts';
import { bedrockAnswer, bedrockText } from '../../../fixtures/upstream/bedrock.ts';
import type { Script } from '../../../support/upstream.ts';
import { fold } from '../../../wire/fold.ts';
import { type Connected, connected } from './connected.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-pro-v1:0';

let side: Connected | undefined;
afterEach(() => side?.close());
const using = async (known: Parameters<typeof connected>[0], ...scripts: readonly Script[]) => {
  side = await connected(known, { variables: { AWS_REGION: 'us-east-1' } });
  side.upstream.enqueue(...scripts);
  return side;
};

const user = (text: string): CompletionRequest['messages'][number] => ({
  role: 'user',
  parts: [{ type: 'text', text }],
});
const warningsIn = (events: readonly ProviderEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));

describe('what Bedrock is sent', () => {
  test('reasoning within the limits of the answer, tags, tier and top-k in their places', async () => {
    const { complete, upstream } = await using(bedrock, bedrockText(['x']));
    const events = await complete(
      CLAUDE,
      {
        maxOutputTokens: 8_000,
        reasoningMaxTokens: 2_000,
        metadata: { team: 'a' },
        serviceTier: 'FLEX',
        stop: ['END'],
      },
      false,
    );
    expect(upstream.requests[0]?.path).toBe(`/model/${encodeURIComponent(CLAUDE)}/converse`);
    expect(upstream.requests[0]?.body).toMatchObject({
      inferenceConfig: { maxTokens: 8_000, stopSequences: ['END'] },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2_000 } },
      requestMetadata: { team: 'a' },
      serviceTier: { type: 'flex' },
    });
    expect(warningsIn(events)).toEqual([]);
  });

  test('signed and redacted reasoning comes back as it went', async () => {
    const { complete, upstream } = await using(
      bedrock,
      bedrockAnswer(
        [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
          { reasoningContent: { redactedContent: 'aGlkZGVu' } },
          { text: 'Four.' },
        ],
        'end_turn',
        5,
      ),
      bedrockText(['x']),
    );
    const events = await complete(CLAUDE, {}, false);
    const reasoning = events.flatMap((event) => {
      if (event.type !== 'reasoningDelta') return [];
      const { type: _, ...block } = event;
      return [block];
    });
    expect(reasoning).toEqual([
      { text: 'Hm.', signature: 'c2ln' },
      { text: '', signature: 'aGlkZGVu', redacted: true },
    ]);
    await complete(
      CLAUDE,
      {
        messages: [
          user('2+2?'),
          { role: 'assistant', text: 'Four.', reasoning, toolCalls: [] },
          user('Sure?'),
        ],
      },
      false,
    );
    expect(upstream.requests[1]?.body).toMatchObject({
      messages: [
        {},
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
            { reasoningContent: { redactedContent: 'aGlkZGVu' } },
            { text: 'Four.' },
          ],
        },
        {},
      ],
    });
  });

  test('cache marks where they were made', async () => {
    const { complete, upstream } = await using(bedrock, bedrockText(['x']));
    await complete(
      CLAUDE,
      {
        messages: [
          { role: 'system', text: 'Be brief.', cache: '1h' },
          { role: 'user', parts: [{ type: 'text', text: 'Hi', cache: '5m' }] },
        ],
      },
      false,
    );
    expect(upstream.requests[0]?.body).toMatchObject({
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [{ content: [{ text: 'Hi' }, { cachePoint: { type: 'default' } }] }],
    });
  });

  test('a schema by a tool, which is said, and read back as text', async () => {
    const { complete } = await using(
      bedrock,
      bedrockAnswer([{ toolUse: { toolUseId: 't', name: 'json', input: { a: 1 } } }], 'tool_use', 5),
    );
    const events = await complete(
      NOVA,
      { output: { kind: 'jsonSchema', name: 'a', schema: { type: 'object' } } },
      false,
    );
    expect(fold(events.filter(({ type }) => type !== 'warning'))).toMatchObject({
      text: '{"a":1}',
      toolCalls: [],
      end: { finishReason: 'STOP' },
    });
    expect(warningsIn(events)).toMatchObject([{ code: 'ADJUSTED_PARAMETER', parameter: 'output' }]);
  });

  test('signed with access keys where there is no key', async () => {
    side = await connected(bedrock, {
      variables: { AWS_REGION: 'eu-west-1' },
      apiKey: new Secret(''),
      secrets: { AWS_ACCESS_KEY_ID: new Secret('AKIDEXAMPLE'), AWS_SECRET_ACCESS_KEY: new Secret('secret') },
    });
    side.upstream.enqueue(bedrockText(['x']));
    await side.complete(CLAUDE, {}, false);
    expect(side.upstream.requests[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request/,
    );
  });
});
