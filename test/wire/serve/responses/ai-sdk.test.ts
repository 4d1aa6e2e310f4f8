import { createOpenResponses } from '@ai-sdk/open-responses';
import { createOpenAI } from '@ai-sdk/openai';
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { describe, expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asProviderId } from '../../../../src/domain/ids.ts';
import { begun, completed, INTERLEAVED_CALLS, OFFERING, REASONING } from '../answers.ts';
import { type ScriptedServer, serveScripts } from './scripted-server.ts';

type Client = {
  readonly name: string;
  readonly model: (server: ScriptedServer) => LanguageModelV4;
  readonly options: Pick<LanguageModelV4CallOptions, 'providerOptions'>;
};

const CLIENTS: readonly Client[] = [
  {
    name: '@ai-sdk/openai',
    model: ({ baseURL }) => createOpenAI({ baseURL, apiKey: 'key' }).responses('any'),
    // Otherwise it refers to what it takes for stored.
    options: { providerOptions: { openai: { store: false } } },
  },
  {
    name: '@ai-sdk/open-responses',
    model: ({ baseURL }) => createOpenResponses({ name: 'graph', url: `${baseURL}/responses` })('any'),
    options: {},
  },
];

const TALK = completed(
  [
    ...REASONING,
    { type: 'textDelta', text: 'So ' },
    { type: 'source', url: 'https://example.org/a', title: 'A' },
    { type: 'source', documentIndex: 1, title: 'report.pdf' },
    { type: 'textDelta', text: 'it is.' },
    ...INTERLEAVED_CALLS,
  ],
  { finishReason: 'TOOL_CALLS' },
);
const CALLS = [
  { toolName: 'weather', input: '{"city":"Paris"}' },
  { toolName: 'time', input: '{"zone":"CET"}' },
  { toolName: 'now', input: '{}' },
];
const HELLO: LanguageModelV4Message = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };

const partsOf = async (model: LanguageModelV4, options: LanguageModelV4CallOptions) => {
  const { stream } = await model.doStream(options);
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
};

type AssistantPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number];

/** What the AI SDK's own loop makes of an answer for the next turn. */
const turnOf = (content: readonly LanguageModelV4Content[]): LanguageModelV4Message => ({
  role: 'assistant',
  content: content.flatMap((part): AssistantPart[] => {
    const kept = part.providerMetadata === undefined ? {} : { providerOptions: part.providerMetadata };
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return [{ type: part.type, text: part.text, ...kept }];
      case 'tool-call':
        return [
          {
            type: 'tool-call',
            toolCallId: part.toolCallId,
            toolName: part.toolName,
            input: JSON.parse(part.input),
            ...kept,
          },
        ];
      default:
        return [];
    }
  }),
});

describe.each(CLIENTS)('$name', ({ model: modelOf, options }) => {
  test('a whole answer, and the turn that it becomes', async () => {
    const server = await serveScripts(TALK, completed([{ type: 'textDelta', text: 'Done.' }]));
    const model = modelOf(server);
    const { content, finishReason, usage } = await model.doGenerate({ prompt: [HELLO], ...options });
    expect(content.filter(({ type }) => type === 'tool-call')).toMatchObject(CALLS);
    expect(content.flatMap((part) => (part.type === 'text' ? [part.text] : []))).toEqual(['So it is.']);
    expect(content.find(({ type }) => type === 'reasoning')).toMatchObject({ text: 'Let me think.' });
    expect(finishReason.unified).toBe('tool-calls');
    expect([usage.inputTokens.total, usage.outputTokens.total, usage.outputTokens.reasoning]).toEqual([
      127, 42, 12,
    ]);

    const results: LanguageModelV4Message = {
      role: 'tool',
      content: content.flatMap((part) =>
        part.type === 'tool-call'
          ? [
              {
                type: 'tool-result' as const,
                toolCallId: part.toolCallId,
                toolName: part.toolName,
                output: { type: 'text' as const, value: 'It rains.' },
              },
            ]
          : [],
      ),
    };
    await model.doGenerate({ prompt: [HELLO, turnOf(content), results], ...options });
    expect(server.read[1]?.unread.filter(({ isEssential }) => isEssential)).toEqual([]);
    const [, assistant, first] = server.read[1]?.request.messages ?? [];
    expect(assistant).toMatchObject({
      role: 'assistant',
      text: 'So it is.',
      reasoning: [
        { text: 'Let me think.', signature: 'mg1.google.AAAA' },
        { signature: 'mg1.google.BBBB', redacted: true },
      ],
      toolCalls: [{ id: 'call_0', signature: 'mg1.google.c2ln' }, {}, {}],
    });
    expect(first).toMatchObject({ role: 'tool', toolCallId: 'call_0', text: 'It rains.' });
  });

  test('a stream', async () => {
    const server = await serveScripts(TALK);
    const parts = await partsOf(modelOf(server), { prompt: [HELLO], ...options });
    expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
    expect(parts.filter(({ type }) => type === 'tool-call')).toMatchObject(CALLS);
    const said = (type: 'text-delta' | 'reasoning-delta') =>
      parts.flatMap((part) => (part.type === type ? [part.delta] : [])).join('');
    expect(said('text-delta')).toBe('So it is.');
    expect(said('reasoning-delta')).toBe('Let me think.');
    expect(JSON.stringify(parts)).toContain('mg-signed.mg1.google.AAAA');
    expect(parts.at(-1)).toMatchObject({
      type: 'finish',
      finishReason: { unified: 'tool-calls' },
      usage: { inputTokens: { total: 127 }, outputTokens: { total: 42 } },
    });
  });

  test('every other kind of event', async () => {
    const logprobs = [{ token: 'So', logprob: -1, top: [{ token: 'So', logprob: -1 }] }];
    const script = completed([
      { type: 'source', url: 'https://example.org/early' },
      { type: 'textDelta', text: 'So', logprobs },
      { type: 'refusalDelta', text: 'No.' },
    ]);
    const server = await serveScripts(script);
    const parts = await partsOf(modelOf(server), { prompt: [HELLO], ...options });
    expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
    expect(parts.filter(({ type }) => type === 'text-delta')).toMatchObject([{ delta: 'So' }]);
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'stop' } });
  });

  test('an answer that was cut', async () => {
    const cut = completed([{ type: 'textDelta', text: 'Hel' }], { finishReason: 'LENGTH' });
    const model = modelOf(await serveScripts(cut, cut));
    const { finishReason } = await model.doGenerate({ prompt: [HELLO], ...options });
    expect(finishReason.unified).toBe('length');
    const parts = await partsOf(model, { prompt: [HELLO], ...options });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'length' } });
  });

  test('a failure amid a stream', async () => {
    const failure = {
      ...failureOf('OVERLOADED', 'Too many at once.'),
      providerId: asProviderId('google'),
      offeringId: OFFERING,
    };
    const broken: readonly CompletionEvent[] = [
      ...begun(),
      { type: 'textDelta', text: 'Hel' },
      { type: 'failed', error: { kind: 'UPSTREAM', failure } },
    ];
    const parts = await partsOf(modelOf(await serveScripts(broken)), { prompt: [HELLO], ...options });
    expect(parts.find(({ type }) => type === 'error')).toMatchObject({
      error: { message: 'Too many at once.' },
    });
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'error' } });
  });

  test('tools, a schema and sampling are read', async () => {
    const server = await serveScripts(completed([{ type: 'textDelta', text: '{}' }]));
    const schema = { type: 'object' as const, properties: { a: { type: 'string' as const } } };
    await modelOf(server).doGenerate({
      prompt: [{ role: 'system', content: 'Be brief.' }, HELLO],
      temperature: 0.5,
      topP: 0.9,
      maxOutputTokens: 99,
      tools: [{ type: 'function', name: 'time', description: 'Tells it.', inputSchema: schema }],
      toolChoice: { type: 'tool', toolName: 'time' },
      responseFormat: { type: 'json', schema, name: 'thing' },
      ...options,
    });
    expect(server.read[0]).toMatchObject({
      unread: [],
      request: {
        messages: [
          { role: 'system', text: 'Be brief.' },
          { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
        ],
        temperature: 0.5,
        topP: 0.9,
        maxOutputTokens: 99,
        tools: [{ name: 'time', description: 'Tells it.', parameters: schema }],
        toolChoice: { kind: 'tool', name: 'time' },
        output: { kind: 'jsonSchema', name: 'thing', schema },
      },
    });
  });
});

test('where it takes answers for stored it refers to them, and the answer rests on that', async () => {
  const server = await serveScripts(completed([{ type: 'textDelta', text: 'Hello.' }]), completed([]));
  const model = createOpenAI({ baseURL: server.baseURL, apiKey: 'key' }).responses('any');
  const { content } = await model.doGenerate({ prompt: [HELLO] });
  await model.doGenerate({ prompt: [HELLO, turnOf(content), HELLO] });
  expect(server.read[1]?.unread).toEqual([{ name: 'input[1]', isEssential: true }]);
});
