import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownProvider } from '../../../src/adapters/providers/registry.ts';
import type { CompletionRequest, Message } from '../../../src/domain/completion-request.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import {
  ANTHROPIC_TURN,
  BEDROCK_TURN,
  CHAT_TURN,
  COHERE_TURN,
  GEMINI_TURN,
  RESPONSES_TURN,
} from '../../fixtures/upstream/turns.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { type Script, startUpstream, type Upstream } from '../../support/upstream.ts';
import { fold } from '../../wire/fold.ts';
import { turnOf } from '../../wire/turn.ts';
import { type KnownConnections, startConnections } from './connect-known.ts';

let connections: KnownConnections;
let upstream: Upstream;
beforeAll(async () => {
  connections = await startConnections('a-key-0123456789');
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => connections.close());

const user = (text: string, cache?: '5m'): Message => ({
  role: 'user',
  parts: [{ type: 'text', text, ...(cache !== undefined && { cache }) }],
});
const WEATHER = {
  name: 'weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;

/** Answers of the tools to both calls. */
const results = (turn: Message): readonly Message[] =>
  turn.role === 'assistant'
    ? turn.toolCalls.map(({ id, name }) => ({
        role: 'tool',
        toolCallId: id,
        name,
        text: 'Sunny',
        isError: false,
      }))
    : [];

type Case = {
  readonly id: string;
  readonly model: string;
  /** Whatever the provider honours of this, beside tools. */
  readonly asked: Partial<CompletionRequest>;
  /** What is sent for it, at the least. */
  readonly sent: object;
  readonly answer: Script;
  /** What comes of the answer. */
  readonly reasoning: string;
  readonly text: string;
  readonly finish: object;
  readonly sources?: readonly object[];
  readonly usage: Parameters<typeof usageOf>[0];
  readonly logprobs?: readonly object[];
  /** What is sent on the next turn, at the least. */
  readonly next: object;
};

const CASES: readonly Case[] = [
  {
    id: 'openai',
    model: 'gpt-4o-mini',
    asked: {
      messages: [user('Oslo and Rome?')],
      stop: ['END'],
      seed: 7,
      logprobs: { top: 1 },
      serviceTier: 'FLEX',
    },
    sent: { stop: ['END'], seed: 7, logprobs: true, top_logprobs: 1, service_tier: 'flex' },
    answer: CHAT_TURN,
    reasoning: '',
    text: 'Let me look.',
    finish: { finishReason: 'TOOL_CALLS', serviceTier: 'FLEX' },
    sources: [{ type: 'source', url: 'https://met.example/oslo', title: 'Oslo' }],
    usage: { input: 12, cacheRead: 7, output: 9 },
    logprobs: [{ token: 'Let me look.', logprob: -0.25, top: [{ token: 'Let', logprob: -0.25 }] }],
    next: {
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            { id: 'b', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'Sunny' },
        { role: 'tool', tool_call_id: 'b', content: 'Sunny' },
      ],
    },
  },
  {
    id: 'openai',
    model: 'gpt-5-mini',
    asked: {
      messages: [user('Oslo and Rome?')],
      reasoningEffort: 'low',
      logprobs: { top: 1 },
      serviceTier: 'PRIORITY',
    },
    sent: {
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      top_logprobs: 1,
      service_tier: 'priority',
      store: false,
    },
    answer: RESPONSES_TURN,
    reasoning: 'Two cities.',
    text: 'Let me look.',
    finish: { finishReason: 'TOOL_CALLS', serviceTier: 'PRIORITY' },
    sources: [{ type: 'source', url: 'https://met.example/oslo', title: 'Oslo' }],
    usage: { input: 12, cacheRead: 7, output: 5, reasoning: 4 },
    logprobs: [{ token: 'Let me look.', logprob: -0.25, top: [{ token: 'Let', logprob: -0.25 }] }],
    next: {
      input: [
        { role: 'user' },
        {
          type: 'reasoning',
          id: 'rs_1',
          encrypted_content: 'sealed',
          summary: [{ type: 'summary_text', text: 'Two cities.' }],
        },
        { role: 'assistant' },
        { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call', call_id: 'b', name: 'weather', arguments: '{"city":"Rome"}' },
        { type: 'function_call_output', call_id: 'a', output: 'Sunny' },
        { type: 'function_call_output', call_id: 'b', output: 'Sunny' },
      ],
    },
  },
  ...['anthropic', 'vertex'].map(
    (id): Case => ({
      id,
      model: 'claude-sonnet-4-5',
      asked: {
        messages: [{ role: 'system', text: 'Be brief.', cache: '1h' }, user('Oslo and Rome?', '5m')],
        stop: ['END'],
        reasoningMaxTokens: 2_000,
        maxOutputTokens: 8_000,
      },
      sent: {
        stop_sequences: ['END'],
        thinking: { type: 'enabled', budget_tokens: 2_000 },
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        messages: [
          { role: 'user', content: [{ text: 'Oslo and Rome?', cache_control: { type: 'ephemeral' } }] },
        ],
      },
      answer: ANTHROPIC_TURN,
      reasoning: 'Two cities.',
      text: 'Let me look.',
      finish: { finishReason: 'TOOL_CALLS', serviceTier: 'PRIORITY' },
      sources: [{ type: 'source', url: 'https://met.example/oslo', title: 'Oslo', citedText: 'Rain.' }],
      usage: { input: 12, cacheRead: 7, cacheWrite5m: 3, cacheWrite1h: 5, output: 9 },
      next: {
        messages: [
          { role: 'user' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Two cities.', signature: 'sig-1' },
              { type: 'redacted_thinking', data: 'opaque' },
              { type: 'text', text: 'Let me look.' },
              { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Oslo' } },
              { type: 'tool_use', id: 'b', name: 'weather', input: { city: 'Rome' } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'a' },
              { type: 'tool_result', tool_use_id: 'b' },
            ],
          },
        ],
      },
    }),
  ),
  ...['google', 'vertex'].map(
    (id): Case => ({
      id,
      model: 'gemini-2.5-flash',
      asked: {
        messages: [user('Oslo and Rome?')],
        stop: ['END'],
        seed: 7,
        reasoningMaxTokens: 2_000,
      },
      sent: {
        generationConfig: {
          stopSequences: ['END'],
          seed: 7,
          thinkingConfig: { thinkingBudget: 2_000, includeThoughts: true },
        },
      },
      answer: GEMINI_TURN,
      reasoning: 'Two cities.',
      text: 'Let me look.',
      finish: { finishReason: 'TOOL_CALLS' },
      sources: [{ type: 'source', url: 'https://met.example/oslo', title: 'Oslo' }],
      usage: { input: 12, cacheRead: 7, output: 9, reasoning: 4 },
      next: {
        contents: [
          { role: 'user' },
          {
            role: 'model',
            parts: [
              { text: 'Let me look.' },
              { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'sig-1' },
              { functionCall: { name: 'weather', args: { city: 'Rome' } } },
            ],
          },
          {
            role: 'user',
            parts: [{ functionResponse: { name: 'weather' } }, { functionResponse: { name: 'weather' } }],
          },
        ],
      },
    }),
  ),
  {
    id: 'bedrock',
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    asked: {
      messages: [{ role: 'system', text: 'Be brief.', cache: '1h' }, user('Oslo and Rome?', '5m')],
      stop: ['END'],
      reasoningMaxTokens: 2_000,
      maxOutputTokens: 8_000,
      serviceTier: 'PRIORITY',
    },
    sent: {
      inferenceConfig: { maxTokens: 8_000, stopSequences: ['END'] },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2_000 } },
      serviceTier: { type: 'priority' },
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [
        { role: 'user', content: [{ text: 'Oslo and Rome?' }, { cachePoint: { type: 'default' } }] },
      ],
    },
    answer: BEDROCK_TURN,
    reasoning: 'Two cities.',
    text: 'Let me look.',
    finish: { finishReason: 'TOOL_CALLS', serviceTier: 'PRIORITY' },
    sources: [{ type: 'source', title: 'Oslo', citedText: 'Rain.', documentIndex: 0 }],
    usage: { input: 12, cacheRead: 7, cacheWrite5m: 3, cacheWrite1h: 5, output: 9 },
    next: {
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Two cities.', signature: 'sig-1' } } },
            { text: 'Let me look.' },
            { toolUse: { toolUseId: 'a', name: 'weather', input: { city: 'Oslo' } } },
            { toolUse: { toolUseId: 'b', name: 'weather', input: { city: 'Rome' } } },
          ],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'a' } }, { toolResult: { toolUseId: 'b' } }],
        },
      ],
    },
  },
  {
    id: 'cohere',
    model: 'command-a-reasoning-08-2025',
    asked: { messages: [user('Oslo and Rome?')], stop: ['END'], seed: 7, reasoningMaxTokens: 2_000 },
    sent: { stop_sequences: ['END'], seed: 7, thinking: { type: 'enabled', token_budget: 2_000 } },
    answer: COHERE_TURN,
    reasoning: 'Two cities.',
    text: '',
    finish: { finishReason: 'TOOL_CALLS' },
    usage: { input: 19, output: 9 },
    next: {
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          tool_plan: 'Two cities.',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            { id: 'b', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a' },
        { role: 'tool', tool_call_id: 'b' },
      ],
    },
  },
];

const ask = async (
  { id, model }: Case,
  request: CompletionRequest,
  answer: Script,
): Promise<readonly ProviderEvent[]> => {
  const known = knownProvider(id);
  if (known === undefined) throw new Error(`${id} is not known`);
  const provider = await connections.connect(known, upstream);
  expect(provider.unsupported(model, request)).toEqual([]);
  upstream.enqueue(answer);
  const call = {
    providerModelId: model,
    request,
    stream: true,
  };
  const events: ProviderEvent[] = [];
  for await (const event of providerEvents(provider, call, new AbortController().signal)) events.push(event);
  return events;
};

describe.each(CASES)('$id, $model', (given) => {
  test('what is asked for is sent, what comes is read, and it goes back as it came', async () => {
    const messages = given.asked.messages ?? [];
    const request: CompletionRequest = { ...given.asked, messages, tools: [WEATHER] };
    const events = await ask(given, request, given.answer);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    expect(upstream.requests[0]?.body).toMatchObject(given.sent);

    const { text, reasoning, toolCalls, usage, end } = fold(events);
    expect({ text, reasoning }).toEqual({ text: given.text, reasoning: given.reasoning });
    expect(toolCalls).toMatchObject([
      { name: 'weather', arguments: '{"city":"Oslo"}' },
      { name: 'weather', arguments: '{"city":"Rome"}' },
    ]);
    expect(end).toMatchObject({ type: 'completed', ...given.finish });
    expect(events.filter(({ type }) => type === 'source')).toEqual(given.sources ?? []);
    expect(usage).toEqual(usageOf(given.usage));
    const logprobs = events.flatMap((event) => (event.type === 'textDelta' ? (event.logprobs ?? []) : []));
    expect(logprobs).toEqual(given.logprobs ?? []);

    const turn = turnOf(events);
    await ask(given, { ...request, messages: [...messages, turn, ...results(turn)] }, given.answer);
    expect(upstream.requests[1]?.body).toMatchObject(given.next);
  });
});
