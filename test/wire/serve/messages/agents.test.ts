import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/domain/json.ts';
import { requestProblem } from '../../../../src/gateway/stages/guard-input.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import {
  hasRecordings,
  recordedFiles,
  recordedText,
  titleWithRecordings,
} from '../../../support/recordings.ts';

const CACHED = { cache_control: { type: 'ephemeral' } };

/** What a coding agent sends in the middle of its work. */
const AGENT: JsonObject = {
  model: 'claude-sonnet-4-5-20250929',
  max_tokens: 32_000,
  stream: true,
  temperature: 1,
  thinking: { type: 'enabled', budget_tokens: 31_999 },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  metadata: { user_id: `user_${'0'.repeat(300)}` },
  system: [
    { type: 'text', text: 'You are a coding agent.', ...CACHED },
    { type: 'text', text: 'The folder is /src.', ...CACHED },
  ],
  tools: [
    ...['Bash', 'Read', 'mcp__server__do_it'].map((name) => ({
      name,
      description: 'Does it.',
      input_schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: {},
      },
      eager_input_streaming: true,
    })),
    { type: 'web_search_20250305', name: 'web_search', max_uses: 8 },
  ],
  tool_choice: { type: 'auto' },
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'Fix it.' }] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'First look.', signature: 'EqQB' },
        { type: 'redacted_thinking', data: 'EmwK' },
        { type: 'text', text: '' },
        {
          type: 'tool_use',
          id: 'toolu_01',
          name: 'Read',
          input: { path: 'a.png' },
          caller: { type: 'direct' },
        },
        { type: 'tool_use', id: 'toolu_02', name: 'Bash', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_01',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }],
        },
        { type: 'tool_result', tool_use_id: 'toolu_02', content: '', is_error: true },
        { type: 'text', text: 'A reminder.', ...CACHED },
      ],
    },
    { role: 'assistant', content: 'I see' },
  ],
};

describe('coding agents', () => {
  test('are understood, and what is not has no weight', () => {
    const read = messagesDialect.read(AGENT);
    if (read.kind === 'INVALID') throw new Error(read.problem);
    expect(requestProblem(read.request)).toBeUndefined();
    expect(read.request.messages.map(({ role }) => role)).toEqual([
      'system',
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
      'user',
      'assistant',
    ]);
    expect(read.request).toMatchObject({
      reasoningMaxTokens: 31_999,
      reasoningEffort: 'high',
      toolChoice: { kind: 'auto' },
    });
    expect(read.request.tools.map(({ name }) => name)).toEqual(['Bash', 'Read', 'mcp__server__do_it']);
    expect(read.unread).toEqual(
      ['tools[0].eager_input_streaming', 'tools[3].web_search', 'context_management'].map((name) => ({
        name,
        isEssential: false,
      })),
    );
    expect(read.body).toBeUndefined();
  });
});

const requestIn = (file: string): JsonObject | undefined => {
  const sample: JsonValue = JSON.parse(recordedText(file));
  if (!isJsonObject(sample) || sample.surface !== 'messages') return undefined;
  const { request, response } = sample;
  if (!isJsonObject(request) || !isJsonObject(response) || response.status !== 200) return undefined;
  const body: JsonValue | undefined =
    typeof request.body === 'string' ? JSON.parse(request.body) : request.body;
  return isJsonObject(body) && Array.isArray(body.messages) ? body : undefined;
};

const requests = ['llm-anthropic', 'wire-samples/anthropic']
  .flatMap((folder) => (hasRecordings ? recordedFiles(folder) : []))
  .flatMap((name) => {
    const body = requestIn(name);
    return body === undefined ? [] : [{ name, body }];
  });

describe(titleWithRecordings('recorded requests that Anthropic took'), () => {
  test.skipIf(!hasRecordings)('there are many', () => {
    expect(requests.length).toBeGreaterThanOrEqual(25);
  });

  test.skipIf(!hasRecordings).each(requests)('$name is understood', ({ body }) => {
    // On other platforms the address names the model.
    const read = messagesDialect.read({ model: 'm', ...body });
    if (read.kind === 'INVALID') throw new Error(`${read.path}: ${read.problem}`);
    expect(requestProblem(read.request)).toBeUndefined();
    expect(read.body).toBeUndefined();
    expect(read.unread.filter(({ isEssential }) => isEssential)).toEqual([]);
  });
});
