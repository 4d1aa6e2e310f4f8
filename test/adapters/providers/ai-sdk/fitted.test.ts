// biome-ignore-all lint/suspicious/noExplicitAny: bodies of two dialects
import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import type { CompletionRequest, Message } from '../../../../src/domain/completion-request.ts';
import { bedrockText } from '../../../fixtures/upstream/bedrock.ts';
import { cohereText } from '../../../fixtures/upstream/cohere.ts';
import { WEATHER } from '../../../wire/requests.ts';
import { type Connected, connected } from './connected.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const LATER_CLAUDE = 'us.anthropic.claude-opus-4-7';
const NOVA = 'us.amazon.nova-2-lite-v1:0';
const COMMAND = 'command-a-03-2025';

let side: Connected | undefined;
afterEach(() => side?.close());

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const assistant = (text: string, ids: readonly string[] = []): Message => ({
  role: 'assistant',
  text,
  reasoning: [],
  toolCalls: ids.map((id) => ({ id, name: 'weather', arguments: '{"city":"Oslo"}' })),
});
const result = (toolCallId: string): Message => ({ role: 'tool', toolCallId, text: 'Rain', isError: false });

const sentTo = async (model: string, fields: Partial<CompletionRequest>) => {
  const isCohere = model === COMMAND;
  side = await connected(isCohere ? cohere : bedrock, { variables: { AWS_REGION: 'us-east-1' } });
  side.upstream.enqueue(isCohere ? cohereText(['x']) : bedrockText(['x']));
  const events = await side.complete(model, { tools: [WEATHER], ...fields }, false);
  expect(events.at(-1)).toMatchObject({ type: 'completed' });
  const body: any = side.upstream.requests[0]?.body;
  return {
    messages: body.messages,
    warnings: events.flatMap((event) => (event.type === 'warning' ? [event.warning.message] : [])),
  };
};

describe('ids of tool calls for Bedrock', () => {
  const idsIn = (messages: any) =>
    messages.flatMap(({ content }: any) =>
      content.flatMap((block: any) => {
        const id = block.toolUse?.toolUseId ?? block.toolResult?.toolUseId;
        return id === undefined ? [] : [id];
      }),
    );

  test.each([
    ['with signs of another provider', 'functions.Bash:0', 'functions.Bash:1'],
    ['that are too long', `${'a'.repeat(70)}1`, `${'a'.repeat(70)}2`],
    ['of white space', 'call 1', 'call 2'],
  ])('%s are written anew, calls and results alike', async (_what, one, two) => {
    const { messages, warnings } = await sentTo(CLAUDE, {
      messages: [user('x'), assistant('', [one, two]), result(one), result(two)],
    });
    const ids = idsIn(messages);
    expect(ids).toHaveLength(4);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(ids.slice(0, 2)).toEqual(ids.slice(2));
    expect(ids[0]).not.toBe(ids[1]);
    expect(warnings).toEqual([]);
  });

  test('that fit stay', async () => {
    const { messages } = await sentTo(CLAUDE, {
      messages: [user('x'), assistant('', ['toolu_1']), result('toolu_1')],
    });
    expect(idsIn(messages)).toEqual(['toolu_1', 'toolu_1']);
  });
});

describe('texts that Bedrock refuses', () => {
  test.each(['', ' ', '\n\n', '\t\u00a0'])('%j is left out', async (blank) => {
    const { messages } = await sentTo(CLAUDE, {
      messages: [
        user('x'),
        assistant(blank, ['c1']),
        result('c1'),
        {
          role: 'user',
          parts: [
            { type: 'text', text: blank },
            { type: 'text', text: 'y' },
          ],
        },
        assistant(blank),
        user('z'),
      ],
    });
    const texts = messages.flatMap(({ content }: any) =>
      content.flatMap((block: any) => (block.text === undefined ? [] : [block.text])),
    );
    expect(texts).toEqual(['x', 'y', 'z']);
  });
});

describe('a conversation that ends with words of the assistant', () => {
  const messages = [user('x'), assistant('Once upon ')];

  test('goes to Claude with its end trimmed', async () => {
    const sent = await sentTo(CLAUDE, { messages });
    expect(sent.messages.at(-1)).toEqual({ role: 'assistant', content: [{ text: 'Once upon' }] });
    expect(sent.warnings).toEqual([]);
  });

  test.each<[string, string, Partial<CompletionRequest>]>([
    ['a Claude that refuses it', LATER_CLAUDE, {}],
    ['another model', NOVA, {}],
    ['a Claude that is to reason', CLAUDE, { reasoningEffort: 'low' }],
  ])('goes to %s with a message of the user', async (_whom, model, fields) => {
    const sent = await sentTo(model, { ...fields, messages });
    expect(sent.messages.at(-1)).toMatchObject({ role: 'user' });
    expect(sent.warnings).toContainEqual(expect.stringContaining('ends with its own words'));
  });
});

describe('calls of tools where none may be called, as when a conversation is summed up', () => {
  const messages = [
    user('x'),
    assistant('I look.', ['c1', 'c2']),
    result('c1'),
    { ...result('c2'), isError: true },
    user('Sum up.'),
  ] as const;

  test.each<[string, Partial<CompletionRequest>]>([
    ['without tools', { tools: [] }],
    ['with tools that it must not call', { toolChoice: { kind: 'none' } }],
  ])('are told to Bedrock as text: %s', async (_how, fields) => {
    const sent = await sentTo(CLAUDE, { ...fields, messages });
    expect(sent.messages).toMatchObject([
      { role: 'user', content: [{ text: 'x' }] },
      {
        role: 'assistant',
        content: [
          { text: 'I look.\n[Called weather with {"city":"Oslo"}]\n[Called weather with {"city":"Oslo"}]' },
        ],
      },
      {
        role: 'user',
        content: [
          { text: '[Output of weather]\nRain' },
          { text: '[Error of weather]\nRain' },
          { text: 'Sum up.' },
        ],
      },
    ]);
    expect(sent.warnings).toContainEqual(expect.stringContaining('told as text'));
    expect(sent.warnings).not.toContainEqual(expect.stringContaining('removed from conversation'));
  });

  test('stay what they are where tools may be called', async () => {
    const sent = await sentTo(CLAUDE, { messages });
    expect(JSON.stringify(sent.messages)).toContain('toolUse');
    expect(sent.warnings).not.toContainEqual(expect.stringContaining('told as text'));
  });
});

test('Cohere gets no turns that say nothing, and its ids as they are', async () => {
  const { messages } = await sentTo(COMMAND, {
    messages: [
      user('x'),
      assistant(''),
      user('y'),
      assistant('', ['functions.Bash:0']),
      result('functions.Bash:0'),
    ],
  });
  expect(messages.map(({ role }: any) => role)).toEqual(['user', 'user', 'assistant', 'tool']);
  expect(messages[3].tool_call_id).toBe('functions.Bash:0');
});
