import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/domain/json.ts';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';
import { legacyDialect } from '../../../../src/wire/serve/chat/legacy/dialect.ts';
import { quickest } from '../../../support/quickest.ts';

/** The same numbers in every run. */
const createRandom = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const WHOLE: JsonObject = {
  model: 'tell',
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'https://a.test/b.png', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'eA==', format: 'wav' } },
        { type: 'file', file: { file_data: 'data:text/plain;base64,eA==', filename: 'a.txt' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_details: [{ type: 'reasoning.text', text: 'b', signature: 's' }],
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      function_call: { name: 'g', arguments: '{}' },
    },
    { role: 'tool', tool_call_id: 'c', content: 'd' },
    { role: 'function', name: 'g', content: 'e' },
  ],
  tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
  tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } },
  response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } },
  reasoning: { effort: 'low', max_tokens: 5 },
  stop: ['a'],
  metadata: { a: 'b' },
  logprobs: true,
  top_logprobs: 2,
  prompt: ['a'],
};

const deep = (levels: number): JsonValue => {
  let value: JsonValue = 'end';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

const STRANGE: readonly JsonValue[] = [
  ...[null, true, 0, -1, 1e308, 0.5, '', 'x', '\uD800', 'constructor', 'data:,', 'data:image/png;base64,'],
  ...[[], {}, [null], [[]], { type: 'text' }, { role: 'user' }, { type: null }, { toString: 1 }],
  JSON.parse('{"__proto__":{"role":"user"},"constructor":{"prototype":1},"hasOwnProperty":1}'),
];

/** A copy in which some values have become others. */
const twisted = (value: JsonValue, random: () => number): JsonValue => {
  if (random() < 0.012) return STRANGE[Math.floor(random() * STRANGE.length)] ?? null;
  if (Array.isArray(value)) {
    const copy = value.map((each) => twisted(each, random));
    return random() < 0.02 ? [...copy, ...copy] : copy;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, each]): [string, JsonValue][] =>
    random() < 0.004 ? [] : [[random() < 0.004 ? 'toString' : key, twisted(each, random)]],
  );
  return Object.fromEntries(entries);
};

/** The older completions take a number here. */
const OLDER: JsonObject = { ...WHOLE, logprobs: 2 };
const DIALECTS = [
  ['chat', chatDialect, WHOLE],
  ['legacy', legacyDialect, OLDER],
] as const;

test.for(DIALECTS)('no body makes reading throw: %s', ([, dialect, whole]) => {
  const random = createRandom(6);
  const kinds = { OK: 0, INVALID: 0 };
  for (let round = 0; round < 600; round += 1) {
    const body = twisted(whole, random);
    if (!isJsonObject(body)) continue;
    const { kind } = dialect.read(body);
    kinds[kind] += 1;
  }
  // It would prove nothing if all went one way.
  expect(Math.min(kinds.OK, kinds.INVALID)).toBeGreaterThan(50);
});

test.for(DIALECTS)('nor does one that is deep, wide or named strangely: %s', ([, dialect, whole]) => {
  const bottomless = deep(50_000);
  for (const name of [...Object.keys(WHOLE), 'novel'])
    expect(['OK', 'INVALID']).toContain(dialect.read({ ...whole, [name]: bottomless }).kind);
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`f${at}`, at]));
  const read = dialect.read({ ...whole, ...wide });
  expect(read.kind === 'OK' && read.unread.length).toBe(51);
  const named = JSON.parse('{"__proto__":{"model":"x"},"messages":[{"__proto__":{"role":"user"}}]}');
  expect(dialect.read(named)).toMatchObject({ kind: 'INVALID', path: 'model' });
  expect(Object.hasOwn(Object.prototype, 'role')).toBe(false);
});

test.for([
  ['messages', {}],
  ['messages', { role: 'user', content: Array.from({ length: 9_000 }, () => ({ type: 'text' })) }],
  ['tools', { type: 'function', function: { name: 5 } }],
  ['functions', {}],
  ['stop', 5],
  ['modalities', {}],
] as const)('the first wrong member of %s is enough', async ([name, member]) => {
  const list = Array.from({ length: name === 'messages' ? 10_000 : 1_000 }, () => member);
  const took = await quickest(500, async () => {
    const before = performance.now();
    expect(chatDialect.read({ ...WHOLE, [name]: list }).kind).toBe('INVALID');
    return performance.now() - before;
  });
  // Wrong in each of them it would be seconds.
  expect(took).toBeLessThan(500);
});

test('schemas of tools and outputs are kept however deep they are', () => {
  const parameters: JsonObject = { a: deep(50_000) };
  const read = chatDialect.read({
    ...WHOLE,
    tool_choice: null,
    tools: [{ type: 'function', function: { name: 'f', parameters } }],
  });
  if (read.kind === 'INVALID') throw new Error(`${read.path}: ${read.problem}`);
  expect(read.request.tools[0]?.parameters === parameters).toBe(true);
});
