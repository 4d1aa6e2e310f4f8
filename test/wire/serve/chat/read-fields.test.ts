import { describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';

const messages = [{ role: 'user', content: 'Hi' }];
const read = (fields: JsonObject) => {
  const found = chatDialect.read({ model: 'tell', messages, ...fields });
  if (found.kind === 'INVALID') throw new Error(`${found.path}: ${found.problem}`);
  return found;
};
const WEATHER = {
  type: 'function',
  function: { name: 'weather', description: 'Tells it', parameters: { type: 'object' }, strict: true },
};
const NOW = { type: 'function', function: { name: 'now' } };
const weather = { name: 'weather', description: 'Tells it', parameters: { type: 'object' }, strict: true };
const now = { name: 'now', parameters: { type: 'object', properties: {} } };

test('what a body says that says little', () => {
  expect(read({})).toEqual({
    kind: 'OK',
    model: 'tell',
    request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
    stream: false,
    choices: 1,
    unread: [],
    plain: { messages: 1, turns: 1, userTurns: 1, characters: 2 },
    options: { includeUsage: false, usesFunctions: false, hidesReasoning: false },
  });
});

const FIELDS: readonly (readonly [JsonObject, Partial<CompletionRequest>])[] = [
  [{ max_tokens: 7 }, { maxOutputTokens: 7 }],
  [{ max_tokens: 7, max_completion_tokens: 9 }, { maxOutputTokens: 9 }],
  [{ temperature: 0 }, { temperature: 0 }],
  [{ top_p: 0.5 }, { topP: 0.5 }],
  [{ top_k: 40 }, { topK: 40 }],
  [{ top_k: -1 }, {}],
  [{ frequency_penalty: -1.5 }, { frequencyPenalty: -1.5 }],
  [{ presence_penalty: 1.5 }, { presencePenalty: 1.5 }],
  [{ seed: -7 }, { seed: -7 }],
  [{ stop: 'END' }, { stop: ['END'] }],
  [{ stop: ['A', 'B'] }, { stop: ['A', 'B'] }],
  [{ stop: [] }, {}],
  [{ logprobs: true }, { logprobs: { top: 0 } }],
  [{ logprobs: true, top_logprobs: 3 }, { logprobs: { top: 3 } }],
  [{ logprobs: false, top_logprobs: 0 }, {}],
  [{ reasoning_effort: 'low' }, { reasoningEffort: 'low' }],
  [{ reasoning_effort: 'xhigh' }, { reasoningEffort: 'max' }],
  [{ reasoning: { effort: 'high' }, reasoning_effort: 'low' }, { reasoningEffort: 'high' }],
  [{ reasoning: { max_tokens: 2000 } }, { reasoningMaxTokens: 2000 }],
  [{ reasoning: { enabled: true } }, { reasoningEffort: 'medium' }],
  [{ reasoning: { enabled: false } }, { reasoningEffort: 'none' }],
  [{ service_tier: 'auto' }, {}],
  [{ service_tier: 'default' }, { serviceTier: 'STANDARD' }],
  [{ service_tier: 'flex' }, { serviceTier: 'FLEX' }],
  [{ service_tier: 'priority' }, { serviceTier: 'PRIORITY' }],
  [{ metadata: { team: 'search' } }, { metadata: { team: 'search' } }],
  [{ user: 'u-1' }, { user: 'u-1' }],
  [{ safety_identifier: 's-1' }, { user: 's-1' }],
  [{ response_format: { type: 'text' } }, { output: { kind: 'text' } }],
  [{ response_format: { type: 'json_object' } }, { output: { kind: 'jsonObject' } }],
  [
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'reply', schema: { type: 'object' }, strict: true, description: 'A reply' },
      },
    },
    {
      output: {
        kind: 'jsonSchema',
        name: 'reply',
        schema: { type: 'object' },
        strict: true,
        description: 'A reply',
      },
    },
  ],
  [{ tools: [WEATHER, NOW] }, { tools: [weather, now] }],
  [
    { tools: [NOW], tool_choice: 'required' },
    { tools: [now], toolChoice: { kind: 'required' } },
  ],
  [
    { tools: [NOW], tool_choice: 'any' },
    { tools: [now], toolChoice: { kind: 'required' } },
  ],
  [
    { tools: [NOW], tool_choice: 'none' },
    { tools: [now], toolChoice: { kind: 'none' } },
  ],
  [
    { tools: [NOW], tool_choice: { type: 'function', function: { name: 'now' } } },
    { tools: [now], toolChoice: { kind: 'tool', name: 'now' } },
  ],
  [
    {
      tools: [NOW, WEATHER],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [NOW] } },
    },
    { tools: [now], toolChoice: { kind: 'required' } },
  ],
  [
    { tools: [NOW], parallel_tool_calls: false },
    { tools: [now], parallelToolCalls: false },
  ],
  [{ tool_choice: 'auto', parallel_tool_calls: true }, {}],
  [
    { tools: [{ ...NOW, cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    { tools: [{ ...now, cache: '1h' }] },
  ],
  [
    { functions: [{ name: 'now' }], function_call: { name: 'now' } },
    { tools: [now], toolChoice: { kind: 'tool', name: 'now' }, parallelToolCalls: false },
  ],
  [
    { functions: [{ name: 'now' }], function_call: 'auto' },
    { tools: [now], toolChoice: { kind: 'auto' }, parallelToolCalls: false },
  ],
  [{ modalities: ['text'], store: false }, {}],
];

test.for(FIELDS)('%j is read', ([fields, wanted]) => {
  const { request, unread } = read(fields);
  const { messages: _messages, ...rest } = request;
  expect(rest).toEqual({ tools: [], ...wanted });
  expect(unread).toEqual([]);
});

test('what the writers and the face need to know', () => {
  const found = read({
    n: 3,
    stream: true,
    stream_options: { include_usage: true, include_obfuscation: false },
    functions: [{ name: 'now' }],
    reasoning: { exclude: true },
  });
  expect(found).toMatchObject({
    stream: true,
    choices: 3,
    options: { includeUsage: true, usesFunctions: true, hidesReasoning: true },
  });
});

test('null is as good as nothing', () => {
  const names = Object.keys(read({}).request);
  const fields = FIELDS.flatMap(([each]) => Object.keys(each));
  const nulls = Object.fromEntries(
    [...fields, 'n', 'stream', 'stream_options', 'reasoning', 'audio', 'novel'].map((name) => [name, null]),
  );
  const found = read(nulls);
  expect(found.request).toEqual(read({}).request);
  expect(found.unread).toEqual([]);
  expect(names).toEqual(['messages', 'tools']);
});

describe('what our words have no place for', () => {
  const CUSTOM = { type: 'web_search', web_search: { name: 'grep' } };
  const NAMES: readonly (readonly [JsonObject, readonly string[], boolean])[] = [
    [{ store: true }, ['store'], false],
    [{ prompt_cache_key: 'k' }, ['prompt_cache_key'], false],
    [{ logit_bias: { 50256: -100 } }, ['logit_bias'], false],
    [{ prediction: { type: 'content', content: 'x' } }, ['prediction'], false],
    [{ verbosity: 'low' }, ['verbosity'], false],
    [{ web_search_options: {} }, ['web_search_options'], false],
    [{ novel: 0 }, ['novel'], false],
    [{ stream_options: { novel: true } }, ['stream_options.novel'], false],
    [{ reasoning: { novel: true } }, ['reasoning.novel'], false],
    [{ reasoning_effort: 'default' }, ['reasoning_effort'], false],
    [{ service_tier: 'scale' }, ['service_tier'], false],
    [{ modalities: ['text', 'audio'], audio: { voice: 'a' } }, ['audio', 'modalities'], true],
    [{ response_format: { type: 'grammar', grammar: 'x' } }, ['response_format'], true],
    [{ tools: [CUSTOM, NOW] }, ['tools[0]'], false],
    [{ tools: [CUSTOM], tool_choice: 'auto' }, ['tools[0]'], false],
    [{ tools: [CUSTOM], tool_choice: 'required' }, ['tools[0]'], true],
    [
      { tools: [NOW, CUSTOM], tool_choice: { type: 'web_search', web_search: { name: 'grep' } } },
      ['tools[1]', 'tool_choice'],
      true,
    ],
    [{ tools: [{ ...NOW, novel: 1 }] }, ['tools[0].novel'], false],
    [
      { tools: [{ type: 'function', function: { name: 'a', novel: 1 } }] },
      ['tools[0].function.novel'],
      false,
    ],
    [{ messages: [{ role: 'user', content: 'Hi', name: 'Ann' }] }, ['messages[0].name'], false],
    [
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', novel: 1 }] }] },
      ['messages[0].content[0].novel'],
      false,
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: { url: 'x' } }] }] },
      ['messages[0].content[0]'],
      true,
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
      ['messages[0].content[0].file.file_id'],
      true,
    ],
    [
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: 'https://a.test/b', detail: 'original' } }],
          },
        ],
      },
      ['messages[0].content[0].image_url.detail'],
      false,
    ],
    [
      { messages: [{ role: 'user', content: 'Hi', cache_control: { type: 'lasting' } }] },
      ['messages[0].cache_control'],
      false,
    ],
    [
      { messages: [...messages, { role: 'assistant', content: 'x', audio: { id: 'a' } }] },
      ['messages[1].audio'],
      true,
    ],
    [
      {
        messages: [
          ...messages,
          {
            role: 'assistant',
            tool_calls: [{ id: 'c', type: 'computer', computer: { name: 'grep', input: 'x' } }],
          },
        ],
      },
      ['messages[1].tool_calls[0]'],
      true,
    ],
  ];

  test.for(NAMES)('%j', ([fields, names, isEssential]) => {
    const { unread } = read(fields);
    expect(unread).toEqual(names.map((name) => ({ name, isEssential })));
  });

  test('no more than fifty are named, the essential ones among them', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`${'x'.repeat(500)}${at}`, at]));
    const few = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`novel_${at}`, at]));
    const { unread } = read({ ...few, audio: {} });
    expect(unread).toHaveLength(51);
    expect(unread[0]).toEqual({ name: 'audio', isEssential: true });
    expect(read(many).unread.every(({ name }) => name.length <= 200)).toBe(true);
  });
});
