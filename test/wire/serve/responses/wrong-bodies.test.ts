import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { responsesDialect } from '../../../../src/wire/serve/responses/dialect.ts';

const TIME = { type: 'function', name: 'time', parameters: { type: 'object' } };
const CALL = { type: 'function_call', call_id: 'a', name: 'time', arguments: '{"z":1}' };
const SCHEMA = { type: 'object' };

describe('wrong bodies', () => {
  test.each<readonly [string, JsonObject]>([
    ['model', { model: 7 }],
    ['model', { model: '' }],
    ['input', { input: null }],
    ['input', { input: 7 }],
    ['input', { input: [] }],
    ['input[0]', { input: ['Hello'] }],
    ['input[0].role', { input: [{ content: 'Hello' }] }],
    ['input[0].role', { input: [{ role: 'bot', content: 'Hello' }] }],
    ['input[0].content', { input: [{ role: 'user' }] }],
    ['input[0].content', { input: [{ role: 'user', content: [] }] }],
    ['input[0].content[0].text', { input: [{ role: 'user', content: [{ type: 'input_text', text: 1 }] }] }],
    [
      'input[0].content[0].image_url',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'ftp://a' }] }] },
    ],
    [
      'input[0].content[0].image_url',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,!' }] }] },
    ],
    ['input[0].content[0]', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    ['input[0].content[0]', { input: [{ role: 'user', content: [{ type: 'input_file' }] }] }],
    [
      'input[0].content[0].input_audio.data',
      { input: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { format: 'wav' } }] }] },
    ],
    ['input[0].call_id', { input: [{ type: 'function_call', name: 'a', arguments: '' }] }],
    ['input[0].arguments', { input: [{ ...CALL, arguments: {} }] }],
    ['input[0].call_id', { input: [{ type: 'function_call_output', call_id: 'a', output: '' }] }],
    ['input[1].output', { input: [CALL, { type: 'function_call_output', call_id: 'a' }] }],
    ['input[0].summary', { input: [{ type: 'reasoning', summary: 'Hm' }] }],
    ['instructions', { instructions: [] }],
    ['stream', { stream: 'yes' }],
    ['temperature', { temperature: '1' }],
    ['temperature', { temperature: 3 }],
    ['max_output_tokens', { max_output_tokens: 1.5 }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['tools', { tools: {} }],
    ['tools[0].name', { tools: [{ type: 'function', name: '' }] }],
    ['tools[1].name', { tools: [TIME, { type: 'function' }] }],
    ['tools[0].parameters', { tools: [{ ...TIME, parameters: 'none' }] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice.name', { tools: [TIME], tool_choice: { type: 'function', name: 'now' } }],
    [
      'tool_choice.tools[0].name',
      { tool_choice: { type: 'allowed_tools', tools: [{ type: 'function', name: 'now' }] } },
    ],
    ['text.format.type', { text: { format: {} } }],
    ['reasoning.effort', { reasoning: { effort: 3 } }],
    ['reasoning.max_tokens', { reasoning: { max_tokens: 0 } }],
    ['top_logprobs', { top_logprobs: 21 }],
    ['tool_choice', { tool_choice: 1 }],
    ['conversation', { conversation: 1 }],
    ['include[0]', { include: [1] }],
    ['metadata.a', { metadata: { a: 1 } }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`t${at}`, ''])) }],
    ['user', { user: 'u'.repeat(257) }],
  ])('%s: %j', (path, body) => {
    const found = responsesDialect.read({ model: 'm', input: 'Hello', ...body });
    expect(found).toMatchObject({ kind: 'INVALID', path });
    expect(found.kind === 'INVALID' && found.problem).toMatch(/\.$/);
  });
});

test('what answers would repeat must not be too deep', () => {
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  const body = { model: 'm', input: 'Hello', tools: [{ type: 'web_search', deep }] };
  expect(responsesDialect.read(body)).toMatchObject({ kind: 'INVALID', path: 'tools' });
});

test('no body whatsoever makes it throw', () => {
  const whole: JsonObject = {
    model: 'm',
    instructions: 'Be brief.',
    input: [
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://a.org/b' }] },
      { role: 'user', content: [{ type: 'input_file', file_data: 'AAAA', filename: 'a' }] },
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] },
      { type: 'reasoning', summary: [{ text: 'Hm' }], encrypted_content: 'mg-calls.e30' },
      { ...CALL, id: 'fc_1' },
      { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: 'b' }] },
    ],
    tools: [TIME],
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'time' }] },
    text: { format: { type: 'json_schema', name: 'a', schema: SCHEMA } },
    reasoning: { effort: 'low', summary: 'auto', max_tokens: 1 },
    metadata: { a: 'b' },
    stream_options: { a: true },
    include: ['a'],
  };
  const deep = JSON.parse(`${'{"a":['.repeat(3_000)}${']}'.repeat(3_000)}`);
  const odd = [
    null,
    true,
    -1,
    Number.MAX_VALUE,
    '',
    'x',
    'mg-calls.!',
    [],
    [null],
    [[]],
    {},
    { type: 'message' },
    deep,
  ];
  const odds = [...odd, JSON.parse('{"__proto__":{"type":"function"},"constructor":1}')];
  const variants = function* (value: unknown): Generator<unknown> {
    yield* odds;
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value))
      for (const changed of variants(member))
        yield Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed };
  };
  let count = 0;
  for (const body of variants(whole)) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) continue;
    const found = responsesDialect.read(body as JsonObject);
    expect(['OK', 'INVALID']).toContain(found.kind);
    if (found.kind === 'OK') JSON.stringify(found.options);
    count += 1;
  }
  expect(count).toBeGreaterThan(500);
});
