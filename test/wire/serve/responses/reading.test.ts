import { describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { sealReasoning } from '../../../../src/wire/openai-responses/seals.ts';
import { responsesDialect } from '../../../../src/wire/serve/responses/dialect.ts';

const read = (body: JsonObject) => {
  const found = responsesDialect.read({ model: 'm', input: 'Hello', ...body });
  if (found.kind === 'INVALID') throw new Error(`${found.path} ${found.problem}`);
  return found;
};

const HELLO = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const messagesOf = (input: JsonObject['input'], more: JsonObject = {}) =>
  read({ input: input ?? null, ...more }).request.messages;

const TIME = { type: 'function', name: 'time', parameters: { type: 'object' } };
const TOOL = { name: 'time', parameters: { type: 'object' } };
const CALL = { type: 'function_call', call_id: 'a', name: 'time', arguments: '{"z":1}' };

test('the simplest body', () => {
  expect(responsesDialect.read({ model: 'route:fast', input: 'Hello' })).toMatchObject({
    kind: 'OK',
    model: 'route:fast',
    request: { messages: [HELLO], tools: [] },
    stream: false,
    choices: 1,
    unread: [],
  });
});

test('the items of a conversation become messages', () => {
  expect(
    messagesOf(
      [
        {
          role: 'developer',
          content: [
            { type: 'input_text', text: 'Be ' },
            { type: 'input_text', text: 'kind.' },
          ],
        },
        { type: 'message', role: 'user', content: 'Hello' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }, { text: 'so' }] },
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'Wait. ', annotations: [] },
            { type: 'refusal', refusal: 'Not that.' },
          ],
        },
        CALL,
        { ...CALL, call_id: 'b', arguments: '' },
        { type: 'function_call_output', call_id: 'a', output: 'noon' },
        { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'late' }] },
        { role: 'assistant', content: 'It is noon.' },
        { role: 'assistant', content: 'Or late.' },
      ],
      { instructions: 'Be brief.' },
    ),
  ).toEqual([
    { role: 'system', text: 'Be brief.' },
    { role: 'system', text: 'Be kind.' },
    HELLO,
    {
      role: 'assistant',
      text: 'Wait. Not that.',
      reasoning: [{ text: 'Hm\n\nso' }],
      toolCalls: [
        { id: 'a', name: 'time', arguments: '{"z":1}' },
        { id: 'b', name: 'time', arguments: '{}' },
      ],
    },
    { role: 'tool', toolCallId: 'a', name: 'time', text: 'noon', isError: false },
    { role: 'tool', toolCallId: 'b', name: 'time', text: 'late', isError: false },
    { role: 'assistant', text: 'It is noon.', reasoning: [], toolCalls: [] },
    { role: 'assistant', text: 'Or late.', reasoning: [], toolCalls: [] },
  ]);
});

test("a provider's own proofs of reasoning are kept for it", () => {
  const summary = [{ type: 'summary_text', text: 'Hm' }];
  const messages = messagesOf([
    { role: 'user', content: 'Hello' },
    { type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'gAAAA' },
    { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'gBBBB' },
    CALL,
  ]);
  const seal = { encryptedContent: 'gAAAA', text: 'SUMMARY' } as const;
  expect(messages[1]).toEqual({
    role: 'assistant',
    text: '',
    reasoning: [
      { text: 'Hm', signature: sealReasoning({ id: 'rs_1', ...seal, at: 0 }) },
      {
        text: '',
        signature: sealReasoning({ id: 'rs_2', ...seal, encryptedContent: 'gBBBB', at: 1 }),
        redacted: true,
      },
    ],
    toolCalls: [{ id: 'a', name: 'time', arguments: '{"z":1}' }],
  });
});

test('media: addresses for who can fetch them, data as they are', () => {
  const content = [
    { type: 'input_image', image_url: 'https://example.org/a.png', detail: 'low' },
    { type: 'input_image', image_url: 'data:image/PNG;base64,AAAA', detail: null },
    { type: 'input_file', file_data: 'data:application/pdf;base64,BBBB', filename: 'a.pdf' },
    { type: 'input_file', file_data: 'CCCC', filename: 'b.csv' },
    { type: 'input_file', file_url: 'https://example.org/c.pdf' },
    { type: 'input_audio', input_audio: { data: 'DDDD', format: 'mp3' } },
  ];
  const remote = (url: string) => ({ kind: 'remote', url, ifNeeded: true });
  const data = (mediaType: string, base64: string) => ({ kind: 'data', mediaType, base64 });
  expect(messagesOf([{ role: 'user', content }])).toEqual([
    {
      role: 'user',
      parts: [
        { type: 'image', source: remote('https://example.org/a.png'), detail: 'low' },
        { type: 'image', source: data('image/png', 'AAAA') },
        { type: 'file', source: data('application/pdf', 'BBBB'), name: 'a.pdf' },
        { type: 'file', source: data('text/csv', 'CCCC'), name: 'b.csv' },
        { type: 'file', source: remote('https://example.org/c.pdf') },
        { type: 'audio', source: data('audio/mpeg', 'DDDD') },
      ],
    },
  ]);
});

test('media among the outputs of calls follow the outputs', () => {
  const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
  const messages = messagesOf([
    CALL,
    { ...CALL, call_id: 'b' },
    { type: 'function_call_output', call_id: 'a', output: [image] },
    { type: 'function_call_output', call_id: 'b', output: 'fine' },
  ]);
  expect(messages.slice(1)).toEqual([
    { role: 'tool', toolCallId: 'a', name: 'time', text: 'See the next message.', isError: false },
    { role: 'tool', toolCallId: 'b', name: 'time', text: 'fine', isError: false },
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Output of the tool call a:', toolCallId: 'a' },
        {
          type: 'image',
          source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' },
          toolCallId: 'a',
        },
      ],
    },
  ]);
});

const SCHEMA = { type: 'object' };
const PARAMETERS: readonly (readonly [string, JsonObject, Partial<CompletionRequest>])[] = [
  ['sampling', { temperature: 0, top_p: 1 }, { temperature: 0, topP: 1 }],
  ['penalties', { presence_penalty: -1, frequency_penalty: 2 }, { presencePenalty: -1, frequencyPenalty: 2 }],
  ['length', { max_output_tokens: 5 }, { maxOutputTokens: 5 }],
  [
    'functions',
    {
      tools: [
        { ...TIME, description: 'Tells it.', strict: true },
        { type: 'function', name: 'now' },
      ],
    },
    {
      tools: [
        { name: 'time', description: 'Tells it.', parameters: { type: 'object' }, strict: true },
        { name: 'now', parameters: { type: 'object', properties: {} } },
      ],
    },
  ],
  [
    'a choice',
    { tools: [TIME], tool_choice: 'required' },
    { tools: [TOOL], toolChoice: { kind: 'required' } },
  ],
  ['no choice', { tool_choice: 'none' }, { toolChoice: { kind: 'none' } }],
  [
    'one function',
    { tools: [TIME], tool_choice: { type: 'function', name: 'time' } },
    { tools: [TOOL], toolChoice: { kind: 'tool', name: 'time' } },
  ],
  [
    'some of the functions',
    {
      tools: [TIME, { type: 'function', name: 'now' }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'time' }] },
    },
    { tools: [{ name: 'time', parameters: SCHEMA }], toolChoice: { kind: 'required' } },
  ],
  ['one at a time', { parallel_tool_calls: false }, { parallelToolCalls: false }],
  ['text', { text: { format: { type: 'text' } } }, { output: { kind: 'text' } }],
  ['JSON', { text: { format: { type: 'json_object' } } }, { output: { kind: 'jsonObject' } }],
  [
    'JSON without a schema',
    { text: { format: { type: 'json_schema' } } },
    { output: { kind: 'jsonObject' } },
  ],
  [
    'a schema',
    { text: { format: { type: 'json_schema', name: 'a', schema: SCHEMA, strict: false, description: 'd' } } },
    { output: { kind: 'jsonSchema', name: 'a', schema: SCHEMA, strict: false, description: 'd' } },
  ],
  [
    'reasoning',
    { reasoning: { effort: 'xhigh', summary: 'auto', max_tokens: 9 } },
    { reasoningEffort: 'max', reasoningMaxTokens: 9 },
  ],
  ['log probabilities', { include: ['message.output_text.logprobs'] }, { logprobs: { top: 0 } }],
  ['alternatives', { top_logprobs: 2 }, { logprobs: { top: 2 } }],
  ['a tier', { service_tier: 'priority' }, { serviceTier: 'PRIORITY' }],
  ['tags', { metadata: { a: 'b' }, user: 'u' }, { metadata: { a: 'b' }, user: 'u' }],
  ['the newer name of the user', { safety_identifier: 's', user: 'u' }, { user: 's' }],
  [
    'what this server does anyhow',
    {
      store: false,
      truncation: 'disabled',
      service_tier: 'auto',
      background: false,
      include: ['reasoning.encrypted_content'],
      stream_options: { include_obfuscation: false },
      previous_response_id: null,
      made_up: null,
    },
    {},
  ],
];

test.each(PARAMETERS)('%s', (_name, body, expected) => {
  const { request, unread } = read(body);
  expect(request).toEqual({ messages: [HELLO], tools: [], ...expected });
  expect(unread).toEqual([]);
});

const item = (value: JsonObject): JsonObject => ({
  input: ['Hello', value].map((each) => (typeof each === 'string' ? { role: 'user', content: each } : each)),
});
const SEARCH = { type: 'web_search' };

describe('what has no place in our words', () => {
  test.each<readonly [JsonObject, readonly string[]]>([
    [{ store: true }, ['store']],
    [{ truncation: 'auto' }, ['truncation']],
    [{ max_tool_calls: 3 }, ['max_tool_calls']],
    [{ prompt_cache_key: 'k' }, ['prompt_cache_key']],
    [{ stream_options: { include_obfuscation: true } }, ['stream_options.include_obfuscation']],
    [{ text: { verbosity: 'low' } }, ['text.verbosity']],
    [{ reasoning: { effort: 'giant', mode: 'pro' } }, ['reasoning.effort', 'reasoning.mode']],
    [{ service_tier: 'scale' }, ['service_tier']],
    [{ service_tier: 'batch' }, ['service_tier']],
    [{ include: ['file_search_call.results'] }, ['include[0]']],
    [{ tools: [TIME, SEARCH] }, ['tools[1]']],
    [{ made_up: 1, also: {} }, ['also', 'made_up']],
    [item({ type: 'web_search_call', id: 'ws_1' }), ['input[1]']],
    [item({ type: 'reasoning', encrypted_content: 'gAAAA' }), ['input[1].encrypted_content']],
    [
      item({
        role: 'user',
        content: [{ type: 'input_image', image_url: 'https://a.org/b', detail: 'original' }],
      }),
      ['input[1].content[0].detail'],
    ],
  ])('%j: a warning', (body, names) => {
    const { unread } = read(body);
    expect(unread.map(({ name }) => name).toSorted()).toEqual(names);
    expect(unread.some(({ isEssential }) => isEssential)).toBe(false);
  });

  test.each<readonly [JsonObject, string]>([
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ previous_response_id: 'resp_1', input: null }, 'previous_response_id'],
    [{ conversation: { id: 'c' } }, 'conversation'],
    [{ prompt: { id: 'p' }, input: null }, 'prompt'],
    [{ background: true }, 'background'],
    [item({ type: 'item_reference', id: 'msg_1' }), 'input[1]'],
    [
      item({ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }),
      'input[1].content[0].file_id',
    ],
    [item({ role: 'user', content: [{ type: 'input_video' }] }), 'input[1].content[0]'],
    [item({ role: 'system', content: [{ type: 'input_image', file_id: 'f' }] }), 'input[1].content[0]'],
    [{ tools: [SEARCH], tool_choice: SEARCH }, 'tool_choice'],
    [{ tools: [SEARCH], tool_choice: 'required' }, 'tool_choice'],
    [{ text: { format: { type: 'grammar' } } }, 'text.format'],
  ])('%j: the answer rests on it', (body, name) => {
    expect(read(body).unread).toContainEqual({ name, isEssential: true });
  });

  test('the output of a call that lies in a history elsewhere', () => {
    const output = { type: 'function_call_output', call_id: 'a', output: 'noon' };
    expect(read({ input: [output], previous_response_id: 'resp_1' }).request.messages).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'a' }] },
      { role: 'tool', toolCallId: 'a', text: 'noon' },
    ]);
  });

  test('a stranger cannot make the list long', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`x${'y'.repeat(at)}`, 1]));
    const { unread } = read(many);
    expect(unread).toHaveLength(51);
    expect(unread.at(-1)?.name).toBe('and 4950 more');
    expect(Math.max(...unread.map(({ name }) => name.length))).toBeLessThanOrEqual(200);
  });
});
