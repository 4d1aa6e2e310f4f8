import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import { Secret } from '../../../../src/domain/secret.ts';
import { bedrockAnswer, bedrockText } from '../../../fixtures/upstream/bedrock.ts';
import { cohereAnswer, cohereText } from '../../../fixtures/upstream/cohere.ts';
import { fold } from '../../../wire/fold.ts';
import { type Connected, connected } from './connected.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const COMMAND = 'command-a-03-2025';

let side: Connected | undefined;
afterEach(() => side?.close());
const using = async (known: Parameters<typeof connected>[0]) => {
  side = await connected(known, { variables: { AWS_REGION: 'us-east-1' } });
  return side;
};

/** What the packages are known to do to requests and answers. */
describe('what packages do behind the back', () => {
  test.each([
    { known: bedrock, model: CLAUDE, answer: bedrockText(['x']) },
    { known: cohere, model: COMMAND, answer: cohereText(['x']) },
  ])('values are clamped by neither: $known.name', async ({ known, model, answer }) => {
    const { complete, upstream, provider } = await using(known);
    upstream.enqueue(answer);
    const request = { messages: [], tools: [], temperature: 1.7, maxOutputTokens: 900_000 };
    const told = provider.unsupported(model, request).map(({ name }) => name);
    const events = await complete(model, { temperature: 1.7, maxOutputTokens: 900_000 }, false);
    const warned = events.flatMap((event) => (event.type === 'warning' ? [event.warning.parameter] : []));
    const sent = JSON.stringify(upstream.requests[0]?.body);
    expect({ sent, isKept: sent.includes('1.7') || [...told, ...warned].includes('temperature') }).toEqual({
      sent,
      isKept: true,
    });
    expect({
      sent,
      isKept: sent.includes('900000') || [...told, ...warned].includes('maxOutputTokens'),
    }).toEqual({
      sent,
      isKept: true,
    });
  });

  test('results of tools that Bedrock runs itself cost nothing but themselves', async () => {
    const { complete, upstream } = await using(bedrock);
    upstream.enqueue(
      bedrockAnswer(
        [
          { text: 'Four.' },
          { toolUse: { toolUseId: 's', name: 'code', input: {}, type: 'server_tool_use' } },
          { toolResult: { toolUseId: 's', content: [{ json: { stdout: '4' } }], type: 'code_result' } },
          { toolUse: { name: 'weather', input: { city: 'Oslo' } } },
        ],
        'tool_use',
        5,
      ),
    );
    const events = await complete(CLAUDE, {}, false);
    const { text, toolCalls, usage, end } = fold(events.filter(({ type }) => type !== 'warning'));
    expect({ text, toolCalls }).toMatchObject({
      text: 'Four.',
      toolCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }],
    });
    expect(usage).toMatchObject({ input: 12, output: 5 });
    expect(end).toMatchObject({ type: 'completed', finishReason: 'TOOL_CALLS' });
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
      { warning: { code: 'PROVIDER_WARNING' } },
    ]);
  });

  test('an answer that is cut short or paused is not continued in secret', async () => {
    const { complete, upstream } = await using(bedrock);
    for (const [stopReason, finishReason] of [
      ['max_tokens', 'LENGTH'],
      ['pause_turn', 'PAUSED'],
      ['model_context_window_exceeded', 'LENGTH'],
    ] as const) {
      upstream.enqueue(bedrockAnswer([{ text: 'One' }], stopReason, 5));
      const before = upstream.requests.length;
      expect((await complete(CLAUDE, {}, false)).at(-1)).toMatchObject({
        type: 'completed',
        finishReason,
        rawFinishReason: stopReason,
      });
      expect(upstream.requests.length - before).toBe(1);
    }
  });

  test("credentials of the process's own environment are not used", async () => {
    const names = [
      'AWS_BEARER_TOKEN_BEDROCK',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'COHERE_API_KEY',
    ];
    const before = names.map((name) => [name, process.env[name]] as const);
    try {
      for (const name of names) process.env[name] = 'from-the-environment';
      for (const known of [bedrock, cohere]) {
        const { complete, upstream, close } = await connected(known, {
          variables: { AWS_REGION: 'us-east-1' },
          apiKey: new Secret('ours'),
        });
        upstream.enqueue(known === bedrock ? bedrockText(['x']) : cohereText(['x']));
        await complete(known === bedrock ? CLAUDE : COMMAND, {}, false);
        expect(upstream.requests[0]?.headers.authorization).toBe('Bearer ours');
        await close();
      }
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  test('a call whose arguments are left empty is a call without any', async () => {
    const { complete, upstream } = await using(cohere);
    upstream.enqueue({
      ...cohereAnswer(
        { tool_calls: [{ id: 'a', type: 'function', function: { name: 'now', arguments: '' } }] },
        'TOOL_CALL',
        3,
      ),
    });
    expect(fold(await complete(COMMAND, {}, false))).toMatchObject({
      toolCalls: [{ id: 'a', name: 'now', arguments: '{}' }],
      end: { type: 'completed', finishReason: 'TOOL_CALLS' },
    });
  });
});
