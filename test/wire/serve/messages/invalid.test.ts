import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/domain/json.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import { readTokenCount } from '../../../../src/wire/serve/messages/token-count.ts';

const ASK = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] };
const TOOL = { name: 't', input_schema: { type: 'object' } };
const user = (...content: readonly JsonValue[]): JsonObject => ({ messages: [{ role: 'user', content }] });
const assistant = (...content: readonly JsonValue[]): JsonObject => ({
  messages: [{ role: 'assistant', content }],
});
/** As only a parser makes it, too deep for the stack of whatever recurs. */
const deep = (levels: number): JsonValue => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

const MISSING: unknown = undefined;

describe('invalid bodies', () => {
  test.each<[string, string, object]>([
    ['model', 'is missing.', { model: MISSING }],
    ['model', 'is empty.', { model: '' }],
    ['max_tokens', 'is missing.', { max_tokens: MISSING }],
    ['max_tokens', 'is text; takes a number.', { max_tokens: '10' }],
    ['max_tokens', 'is 1.5; takes a whole number.', { max_tokens: 1.5 }],
    ['messages', 'is text; takes a list.', { messages: 'x' }],
    ['messages', 'is empty.', { messages: [] }],
    [
      'messages',
      'needs at least one message of the user or the assistant that is not empty.',
      user({ type: 'text', text: '' }),
    ],
    [
      'messages[0].role',
      'is "tool"; takes user, assistant or system.',
      { messages: [{ role: 'tool', content: '' }] },
    ],
    ['messages[0].content', 'takes text or a list.', { messages: [{ role: 'user', content: 7 }] }],
    ['messages[0].content[0].text', 'is a number; takes text.', user({ type: 'text', text: 7 })],
    ['messages[0].content[0]', 'takes an object that has a `type`.', user('x')],
    [
      'messages[0].content[0].source.url',
      'takes an address that begins with http:// or https://.',
      user({ type: 'image', source: { type: 'url', url: 'file:///etc/passwd' } }),
    ],
    [
      'messages[0].content[0].tool_use_id',
      '"toolu_1" answers no tool_use block before it.',
      user({ type: 'tool_result', tool_use_id: 'toolu_1' }),
    ],
    [
      'messages[0].content[0].type',
      'stands only in messages of the assistant.',
      user({ type: 'thinking', thinking: '', signature: 's' }),
    ],
    [
      'messages[0].content[0].type',
      'stands only in messages of the user.',
      assistant({ type: 'tool_result', tool_use_id: 'toolu_1' }),
    ],
    [
      'messages[0].content[0].input',
      'takes an object.',
      assistant({ type: 'tool_use', id: 'a', name: 'n', input: 'x' }),
    ],
    [
      'messages[0].content[0].input',
      'is nested deeper than 100 levels.',
      assistant({ type: 'tool_use', id: 'a', name: 'n', input: deep(50_000) }),
    ],
    [
      'tools[0].input_schema',
      'is nested deeper than 100 levels.',
      { tools: [{ ...TOOL, input_schema: deep(50_000) }] },
    ],
    ['tools[0].input_schema', 'is missing.', { tools: [{ name: 't' }] }],
    ['tools[0].name', 'is missing.', { tools: [{ input_schema: {} }] }],
    [
      'output_format.schema',
      'is nested deeper than 100 levels.',
      { output_format: { type: 'json_schema', schema: deep(50_000) } },
    ],
    ['tool_choice.name', 'is missing.', { tools: [TOOL], tool_choice: { type: 'tool' } }],
    [
      'tool_choice.name',
      '"u" is not among `tools`.',
      { tools: [TOOL], tool_choice: { type: 'tool', name: 'u' } },
    ],
    ['tool_choice', 'asks for a tool, but `tools` is empty.', { tool_choice: { type: 'any' } }],
    ['temperature', 'is 3; takes at most 2.', { temperature: 3 }],
    [
      'thread',
      'conversations are not kept here: send all messages, without `thread`.',
      { thread: { type: 'create' } },
    ],
    ['system', 'takes text or a list.', { system: {} }],
    [
      'system[0].cache_control.ttl',
      'is "2h"; takes 5m or 1h.',
      { system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '2h' } }] },
    ],
    [
      'stop_sequences',
      'has 101; takes at most 100.',
      { stop_sequences: Array.from({ length: 101 }, () => 'a') },
    ],
  ])('%s %s', (path, problem, fields) => {
    const body: JsonObject = JSON.parse('{}');
    expect(messagesDialect.read(Object.assign(body, ASK, fields))).toEqual({
      kind: 'INVALID',
      path,
      problem,
    });
  });
});

test.each<[string, JsonObject]>([
  ['messages', { messages: Array.from({ length: 20_001 }, () => 1) }],
  [
    'blocks',
    {
      messages: Array.from({ length: 2 }, () => ({
        role: 'user',
        content: Array.from({ length: 10_000 }, () => 1),
      })),
    },
  ],
  [
    'blocks of results',
    user({ type: 'tool_result', tool_use_id: 'a', content: Array.from({ length: 20_000 }, () => 1) }),
  ],
  [
    'blocks of documents',
    user({ type: 'document', source: { type: 'content', content: Array.from({ length: 20_000 }, () => 1) } }),
  ],
  ['tools', { tools: Array.from({ length: 20_000 }, () => 1) }],
])('too many %s are counted before they are looked at', (_name, fields) => {
  expect(messagesDialect.read({ ...ASK, ...fields })).toEqual({
    kind: 'INVALID',
    path: 'messages',
    problem: 'hold more than 20000 messages, blocks and tools together.',
  });
});

/** Chance that comes again: a test that fails, fails again. */
const createChance = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const WORDS = [
  'text',
  'image',
  'document',
  'search_result',
  'tool_use',
  'tool_result',
  'thinking',
  'redacted_thinking',
  'user',
  'assistant',
  'system',
  'base64',
  'url',
  'content',
  'file',
  'ephemeral',
  'custom',
  'any',
  'tool',
  'enabled',
  'adaptive',
  'https://example.org/',
  'mgtc1.e30',
  'mgid_W10',
  'mgid_e30',
  '',
  '\ud800',
  'toolu_1',
];
const KEYS = [
  'type',
  'role',
  'content',
  'text',
  'source',
  'data',
  'url',
  'id',
  'name',
  'input',
  'tool_use_id',
  'thinking',
  'signature',
  'citations',
  'cache_control',
  'title',
  'input_schema',
  'budget_tokens',
  'schema',
  'format',
  '__proto__',
];
const FIELDS = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'container',
  'thread',
  'cache_control',
  'stop_sequences',
  'service_tier',
  'stream',
  'max_tokens',
  'of_tomorrow',
];

test('no body makes the reader throw', () => {
  const chance = createChance(7);
  const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[], other: Item): Item =>
    items[chance(items.length)] ?? other;
  const value = (depth: number): JsonValue => {
    switch (chance(depth > 5 ? 5 : 9)) {
      case 0:
        return null;
      case 1:
        return chance(2) === 0;
      case 2:
        return pick([0, 1, -1, 1.5, 1e308, 1_024], 0);
      case 3:
      case 4:
        return pick(WORDS, '');
      case 5:
      case 6:
        return Array.from({ length: chance(4) }, () => value(depth + 1));
      default:
        return object(KEYS, depth + 1);
    }
  };
  const object = (keys: readonly string[], depth: number): JsonObject =>
    Object.fromEntries(Array.from({ length: chance(6) }, () => [pick(keys, ''), value(depth)]));
  /** Near enough to a true body to get past the first look. */
  const block = (): JsonObject => ({ type: pick(WORDS, ''), ...object(KEYS, 3) });
  const message = (): JsonObject => ({
    role: pick(['user', 'assistant', 'system'], ''),
    content: Array.from({ length: chance(4) }, block),
  });
  let taken = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const noise = object(FIELDS, 0);
    const body =
      chance(3) === 0
        ? noise
        : { ...(chance(2) === 0 && noise), ...ASK, messages: Array.from({ length: 1 + chance(3) }, message) };
    if (messagesDialect.read(body).kind === 'OK') taken += 1;
    readTokenCount(body);
  }
  expect(taken).toBeGreaterThan(100);
});

test('what is far too deep anywhere makes neither reader throw', () => {
  const far = deep(50_000);
  for (const field of FIELDS) messagesDialect.read({ ...ASK, [field]: far });
  for (const type of WORDS)
    for (const key of KEYS) messagesDialect.read({ ...ASK, ...user({ type, [key]: far }) });
  for (const key of KEYS) messagesDialect.read({ ...ASK, ...assistant({ type: 'of_tomorrow', [key]: far }) });
  expect(messagesDialect.read({ ...ASK, of_tomorrow: far })).toMatchObject({ kind: 'OK' });
});
