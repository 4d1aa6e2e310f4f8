import { describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { decodeStream, fold, sse } from '../fold.ts';
import { encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const codec = createAnthropicCodec();
const WITH_SCHEMAS = 'claude-sonnet-4-5';
const WITHOUT = 'claude-sonnet-4-20250514';
const ANSWER = 'modelgraph_json_answer';
const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const SCHEMA = { kind: 'jsonSchema', name: 'dog', schema } as const;

const of = (model: string, fields: Partial<CompletionRequest>) => {
  expect(unsupportedNames(codec, model, requestOf(fields))).toEqual([]);
  return encoded(codec, model, requestOf(fields));
};

describe('JSON is asked for', () => {
  test('natively where the model guarantees a schema', () => {
    const { body, warnings } = of(WITH_SCHEMAS, { output: SCHEMA });
    expect(body).toMatchObject({ output_config: { format: { type: 'json_schema', schema } } });
    expect(body).not.toHaveProperty('tools');
    expect(warnings).toEqual([]);
  });

  test('by a tool that has to be called, where the model knows no schemas', () => {
    const { body, warnings } = of(WITHOUT, { output: { ...SCHEMA, description: 'A dog' } });
    expect(body).toMatchObject({
      tools: [{ name: ANSWER, description: 'A dog', input_schema: schema }],
      tool_choice: { type: 'tool', name: ANSWER, disable_parallel_tool_use: true },
    });
    expect(body).not.toHaveProperty('output_config');
    expect(warnings).toEqual([expect.stringContaining('by way of a tool')]);
  });

  test("by that tool beside the caller's own, of which one has to be called", () => {
    expect(of(WITHOUT, { output: SCHEMA, tools: [WEATHER] }).body).toMatchObject({
      tools: [{ name: 'weather' }, { name: ANSWER }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
    expect(
      of(WITHOUT, { output: SCHEMA, tools: [WEATHER], toolChoice: { kind: 'none' } }).body,
    ).toMatchObject({ tool_choice: { type: 'tool', name: ANSWER } });
  });

  test('as any object, by a tool of any shape', () => {
    const { body, warnings } = of(WITH_SCHEMAS, { output: { kind: 'jsonObject' } });
    expect(body).toMatchObject({
      tools: [{ name: ANSWER, input_schema: { type: 'object', additionalProperties: true } }],
      tool_choice: { type: 'tool', name: ANSWER },
    });
    expect(warnings).toEqual([expect.stringContaining('by way of a tool')]);
  });

  test.each([
    ['reasoning', WITHOUT, { output: SCHEMA, reasoningEffort: 'low' }],
    ['a schema of a list', WITHOUT, { output: { ...SCHEMA, schema: { type: 'array' } } }],
    ['a model that cannot be made to call tools', 'claude-opus-5-5', { output: { kind: 'jsonObject' } }],
  ] as const)('by an instruction with %s', (_name, model, fields: Partial<CompletionRequest>) => {
    const { body, warnings } = of(model, {
      ...fields,
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      ],
    });
    expect(body).toMatchObject({ system: expect.stringMatching(/^Be brief\.\n\nAnswer with nothing but/) });
    expect(body).not.toHaveProperty('tools');
    expect(warnings).toEqual([expect.stringContaining('by an instruction')]);
  });

  test('in vain where a tool call is required, which a warning says', () => {
    const fields = { output: SCHEMA, tools: [WEATHER], toolChoice: { kind: 'required' } } as const;
    const { body, warnings } = of(WITHOUT, fields);
    expect(body).toMatchObject({ tools: [{ name: 'weather' }], tool_choice: { type: 'any' } });
    expect(warnings).toEqual([expect.stringContaining('no text whose format')]);
  });

  test("but a caller's own tool must not have the name", () => {
    const tools = [{ ...WEATHER, name: ANSWER }];
    expect(unsupportedNames(codec, WITHOUT, requestOf({ output: SCHEMA, tools }))).toEqual(['tools']);
    expect(encoded(codec, WITHOUT, requestOf({ output: SCHEMA, tools })).body).toEqual(
      encoded(codec, WITHOUT, requestOf({ output: SCHEMA })).body,
    );
    expect(unsupportedNames(codec, WITHOUT, requestOf({ tools }))).toEqual(['tools']);
  });
});

describe('the call of that tool is the text', () => {
  const toolUse = (name: string, input: unknown) => ({ type: 'tool_use', id: 'toolu_1', name, input });
  const message = (...content: readonly unknown[]) => ({
    id: 'msg_1',
    model: WITHOUT,
    content,
    stop_reason: 'tool_use',
    usage: { input_tokens: 5, output_tokens: 7, service_tier: 'standard' },
  });

  test('in a whole answer', () => {
    const answer = fold(codec.decodeAnswer(JSON.stringify(message(toolUse(ANSWER, { name: 'Rex' })))));
    expect(answer.text).toBe('{"name":"Rex"}');
    expect(answer.toolCalls).toEqual([]);
    expect(answer.end).toEqual({
      type: 'completed',
      finishReason: 'STOP',
      rawFinishReason: 'tool_use',
      serviceTier: 'STANDARD',
    });
  });

  test('in a stream, piece by piece, with no piece lost', () => {
    const delta = (partial_json: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json },
    });
    const stream = sse(
      { type: 'message_start', message: { ...message(), stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: toolUse(ANSWER, {}) },
      delta(''),
      delta('{"na'),
      delta('me":"Rex"}'),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    );
    const events = decodeStream(codec, stream);
    expect(events.flatMap((event) => (event.type === 'textDelta' ? [event.text] : []))).toEqual([
      '{"na',
      'me":"Rex"}',
    ]);
    expect(fold(events)).toMatchObject({ toolCalls: [], end: { finishReason: 'STOP' } });
  });

  test("a call of the caller's own tool stays one", () => {
    const answer = fold(codec.decodeAnswer(JSON.stringify(message(toolUse('weather', { city: 'Oslo' })))));
    expect(answer.text).toBe('');
    expect(answer.toolCalls).toMatchObject([{ name: 'weather' }]);
    expect(answer.end).toMatchObject({ finishReason: 'TOOL_CALLS' });
  });
});
