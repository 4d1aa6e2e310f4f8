import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/domain/json.ts';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';

const user: JsonObject = { role: 'user', content: 'Hi' };
const base: JsonObject = { model: 'tell', messages: [user] };
const message = (fields: JsonValue): JsonObject => ({ messages: [user, fields] });
const part = (fields: JsonValue): JsonObject => message({ role: 'user', content: [fields] });
const tool = (fields: JsonValue): JsonObject => ({ tools: [fields] });
const many = (count: number, value: JsonValue) => Array.from({ length: count }, () => value);

const WRONG: readonly (readonly [JsonObject, string, string | RegExp])[] = [
  [{ model: null }, 'model', 'is null; takes text.'],
  [{ model: '' }, 'model', 'is empty.'],
  [{ model: 'x'.repeat(600) }, 'model', /600 characters/],
  [{ messages: null }, 'messages', 'is null; takes a list.'],
  [{ messages: [] }, 'messages', 'is empty.'],
  [{ messages: many(10_001, user) }, 'messages', 'has 10001; takes at most 10000.'],
  [{ messages: ['Hi'] }, 'messages[0]', 'is text; takes an object.'],
  [message({}), 'messages[1].role', 'is missing.'],
  [
    message({ role: 'robot', content: 'x' }),
    'messages[1].role',
    /^is "robot"; takes system, developer, user/,
  ],
  [message({ role: 'user' }), 'messages[1].content', 'is missing.'],
  [message({ role: 'user', content: 5 }), 'messages[1].content', 'is a number; takes text or a list.'],
  [message({ role: 'system', content: null }), 'messages[1].content', 'is null; takes text or a list.'],
  [message({ role: 'tool', content: 'x' }), 'messages[1].tool_call_id', 'is missing.'],
  [message({ role: 'function', content: 'x', name: 'f' }), 'messages[1].name', /answers no function_call/],
  [part('Hi'), 'messages[1].content[0]', 'is text; takes an object.'],
  [part({ text: 'Hi' }), 'messages[1].content[0].type', 'is missing.'],
  [part({ type: 7 }), 'messages[1].content[0].type', /^is a number; takes text, image_url/],
  [part({ type: 'text' }), 'messages[1].content[0].text', 'is missing.'],
  [part({ type: 'text', text: {} }), 'messages[1].content[0].text', 'is an object; takes text.'],
  [part({ type: 'image_url' }), 'messages[1].content[0].image_url', 'is missing.'],
  [part({ type: 'image_url', image_url: {} }), 'messages[1].content[0].image_url.url', 'is missing.'],
  [
    part({ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }),
    'messages[1].content[0].image_url.url',
    /http\(s\) address/,
  ],
  [
    part({ type: 'image_url', image_url: 'data:image/png,abc' }),
    'messages[1].content[0].image_url',
    /data:image\/png;base64/,
  ],
  [
    part({ type: 'image_url', image_url: { url: 'data:image/png;base64,***' } }),
    'messages[1].content[0].image_url.url',
    'is not base64.',
  ],
  [
    part({ type: 'input_audio', input_audio: { data: 'eA==', format: 'a/b' } }),
    'messages[1].content[0].input_audio.format',
    /name of a format/,
  ],
  [part({ type: 'file', file: {} }), 'messages[1].content[0].file', /needs file_data/],
  [
    message({ role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: {} } }] }),
    'messages[1].tool_calls[0].function.arguments',
    'is an object; takes text.',
  ],
  [
    message({
      role: 'assistant',
      tool_calls: [{ type: 'function', function: { name: 'f', arguments: '' } }],
    }),
    'messages[1].tool_calls[0].id',
    'is missing.',
  ],
  [
    message({ role: 'user', content: 'x', cache_control: true }),
    'messages[1].cache_control',
    /takes an object/,
  ],
  [tool({}), 'tools[0].type', 'is missing.'],
  [tool({ type: 'function' }), 'tools[0].function', 'is missing.'],
  [tool({ type: 'function', function: {} }), 'tools[0].function.name', 'is missing.'],
  [tool({ type: 'function', function: { name: 'a b' } }), 'tools[0].function.name', /1 to 128 letters/],
  [
    tool({ type: 'function', function: { name: 'a', parameters: [] } }),
    'tools[0].function.parameters',
    'is a list; takes an object.',
  ],
  [{ tools: many(1_025, { type: 'x' }) }, 'tools', 'has 1025; takes at most 1024.'],
  [{ tool_choice: 'required' }, 'tool_choice', /`tools` is empty/],
  [
    { tool_choice: { type: 'function', function: { name: 'f' } } },
    'tool_choice.function.name',
    '"f" is not among the tools of the request.',
  ],
  [{ functions: [{ name: 'g' }], function_call: { name: 'f' } }, 'function_call.name', /not among/],
  [{ temperature: 'hot' }, 'temperature', 'is text; takes a number.'],
  [{ temperature: 2.1 }, 'temperature', 'is 2.1; takes at most 2.'],
  [{ top_p: -0.1 }, 'top_p', 'is -0.1; takes at least 0.'],
  [{ frequency_penalty: 3 }, 'frequency_penalty', 'is 3; takes at most 2.'],
  [{ presence_penalty: true }, 'presence_penalty', 'is true; takes a number.'],
  [{ max_tokens: 0 }, 'max_tokens', 'is 0; takes at least 1.'],
  [{ max_completion_tokens: 1.5 }, 'max_completion_tokens', 'is 1.5; takes a whole number.'],
  [{ seed: '7' }, 'seed', 'is text; takes a number.'],
  [{ n: 129 }, 'n', 'is 129; takes at most 128.'],
  [{ n: 0 }, 'n', 'is 0; takes at least 1.'],
  [{ stop: 5 }, 'stop', 'is a number; takes text or a list.'],
  [{ stop: ['a', 5] }, 'stop[1]', 'is a number; takes text.'],
  [{ stop: many(17, 'x') }, 'stop', 'has 17; takes at most 16.'],
  [{ stream: 'yes' }, 'stream', 'is text; takes true or false.'],
  [{ stream_options: [] }, 'stream_options', 'is a list; takes an object.'],
  [{ logprobs: 5 }, 'logprobs', 'is a number; takes true or false.'],
  [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs', 'is 21; takes at most 20.'],
  [{ top_logprobs: 2 }, 'top_logprobs', 'needs logprobs to be true.'],
  [{ reasoning: { max_tokens: 0 } }, 'reasoning.max_tokens', 'is 0; takes at least 1.'],
  [{ response_format: 'json' }, 'response_format', 'is text; takes an object.'],
  [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema', 'is missing.'],
  [{ metadata: { a: 1 } }, 'metadata.a', 'is a number; takes text.'],
  [
    { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 'v'])) },
    'metadata',
    'has 17 tags; takes at most 16.',
  ],
  [{ user: 'x'.repeat(257) }, 'user', 'has 257 characters; takes at most 256.'],
];

test.for(WRONG.map(([fields, path, problem]) => ({ fields, path, problem })))(
  '$path: $problem',
  ({ fields, path, problem }) => {
    const read = chatDialect.read({ ...base, ...fields });
    expect(read).toEqual({
      kind: 'INVALID',
      path,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
  },
);
