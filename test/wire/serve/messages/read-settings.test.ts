import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { read, TOOL } from './read-bodies.ts';

const names = (fields: JsonObject): readonly string[] => read(fields).unread.map(({ name }) => name);

describe('settings', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['max_tokens', { max_tokens: 7 }, { maxOutputTokens: 7 }],
    ['sampling', { temperature: 0.5, top_p: 0.9, top_k: 5 }, { temperature: 0.5, topP: 0.9, topK: 5 }],
    ['stop_sequences', { stop_sequences: ['a', ''] }, { stop: ['a'] }],
    ['metadata', { metadata: { user_id: 'u' } }, { user: 'u' }],
    [
      'a budget, with an effort for models that take no number',
      { thinking: { type: 'enabled', budget_tokens: 2_048 } },
      { reasoningMaxTokens: 2_048, reasoningEffort: 'low' },
    ],
    [
      'a middling budget',
      { thinking: { type: 'enabled', budget_tokens: 10_000 } },
      { reasoningEffort: 'medium' },
    ],
    ['a large budget', { thinking: { type: 'enabled', budget_tokens: 31_999 } }, { reasoningEffort: 'high' }],
    ['adaptive thinking', { thinking: { type: 'adaptive' } }, { reasoningEffort: 'high' }],
    [
      'adaptive thinking with an effort',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
      { reasoningEffort: 'max' },
    ],
    ['an effort alone', { output_config: { effort: 'medium' } }, { reasoningEffort: 'medium' }],
    ['thinking off', { thinking: { type: 'disabled' } }, { reasoningEffort: 'none' }],
    ['standard tier', { service_tier: 'standard_only' }, { serviceTier: 'STANDARD' }],
    ['fast mode', { speed: 'fast' }, { serviceTier: 'FAST' }],
    [
      'format',
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      { output: { kind: 'jsonSchema', name: 'answer', schema: { type: 'object' }, strict: true } },
    ],
    [
      'format by its older name',
      { output_format: { type: 'json_schema', schema: {} } },
      { output: { kind: 'jsonSchema', name: 'answer', schema: {}, strict: true } },
    ],
    [
      'tools',
      {
        tools: [
          TOOL,
          {
            ...TOOL,
            name: 'u',
            type: 'custom',
            strict: true,
            cache_control: { type: 'ephemeral', ttl: '1h' },
          },
        ],
      },
      {
        tools: [
          { name: 't', description: 'd', parameters: { type: 'object' } },
          { name: 'u', description: 'd', parameters: { type: 'object' }, strict: true, cache: '1h' },
        ],
      },
    ],
    ['any tool', { tools: [TOOL], tool_choice: { type: 'any' } }, { toolChoice: { kind: 'required' } }],
    [
      'one tool at a time',
      { tools: [TOOL], tool_choice: { type: 'tool', name: 't', disable_parallel_tool_use: true } },
      { toolChoice: { kind: 'tool', name: 't' }, parallelToolCalls: false },
    ],
    ['no tool', { tools: [TOOL], tool_choice: { type: 'none' } }, { toolChoice: { kind: 'none' } }],
  ])('%s', (_name, fields, expected) => {
    const { request, unread } = read(fields);
    expect(request).toMatchObject(expected);
    expect(unread).toEqual([]);
  });

  test('the defaults ask for nothing', () => {
    const { request, unread, stream } = read({
      service_tier: 'auto',
      speed: 'standard',
      top_k: 0,
      stream: false,
    });
    expect(request).toEqual({
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
      tools: [],
      maxOutputTokens: 10,
    });
    expect(unread).toEqual([]);
    expect(stream).toBe(false);
  });

  test('a stream is asked for', () => expect(read({ stream: true }).stream).toBe(true));

  test.each<[string, JsonObject, readonly string[], boolean]>([
    [
      'unknown fields',
      { of_tomorrow: 1, context_management: {}, nothing: null },
      ['of_tomorrow', 'context_management'],
      false,
    ],
    [
      'fields of tools, once each',
      {
        tools: [
          { ...TOOL, defer_loading: true },
          { ...TOOL, name: 'u', defer_loading: true },
        ],
      },
      ['tools[0].defer_loading'],
      false,
    ],
    [
      "Anthropic's own tools",
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }, TOOL] },
      ['tools[0].web_search'],
      false,
    ],
    [
      "one of Anthropic's own tools that has to be called",
      { tools: [{ type: 'bash_20250124', name: 'bash' }, TOOL], tool_choice: { type: 'tool', name: 'bash' } },
      ['tools[0].bash'],
      true,
    ],
    [
      "Anthropic's own tools, one of which has to be called",
      { tools: [{ type: 'bash_20250124', name: 'bash' }], tool_choice: { type: 'any' } },
      ['tools[0].bash'],
      true,
    ],
    ['a container', { container: 'c_1' }, ['container'], true],
    ['a container with skills', { container: { skills: [{ skill_id: 's' }] } }, ['container'], true],
    ['other metadata', { metadata: { user_id: 'u', team: 't' } }, ['metadata.team'], false],
    ['an effort of tomorrow', { output_config: { effort: 'utmost' } }, ['output_config.effort'], false],
    ['thinking of tomorrow', { thinking: { type: 'between_tools' } }, ['thinking.type'], false],
    [
      'thoughts that are not to be shown',
      { thinking: { type: 'adaptive', display: 'omitted' } },
      ['thinking.display'],
      false,
    ],
  ])('unread: %s', (_name, fields, expected, isEssential) => {
    expect(read(fields).unread).toEqual(expected.map((name) => ({ name, isEssential })));
    expect(read(fields).request.toolChoice?.kind).not.toBe('required');
  });

  test('of unread fields no more than 50 are told, with names of bounded length', () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`field_${index}_${'x'.repeat(500)}`, 1]),
    );
    expect(names(many)).toHaveLength(51);
    expect(Math.max(...names(many).map(({ length }) => length))).toBe(200);
    expect(read({ ...many, container: 'c' }).unread[0]).toEqual({ name: 'container', isEssential: true });
  });
});
