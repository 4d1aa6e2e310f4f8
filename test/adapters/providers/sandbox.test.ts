import { describe, expect, test } from 'vitest';
import { createSandboxProvider, SANDBOX_OFFERINGS } from '../../../src/adapters/providers/sandbox.ts';
import type { CompletionRequest, Tool } from '../../../src/domain/completion-request.ts';
import { FAILURE_CODES } from '../../../src/domain/failure.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { quickest } from '../../support/quickest.ts';

type Reply = {
  readonly events: readonly ProviderEvent[];
  readonly text: string;
  readonly tookMs: number;
  readonly last: ProviderEvent | undefined;
};

const ask = async (
  text: string,
  request: Partial<CompletionRequest> = {},
  { model = 'echo', stream = true } = {},
): Promise<Reply> => {
  const clock = createFakeClock({ passing: 'instantly' });
  const call = {
    providerModelId: model,
    request: { messages: [{ role: 'user', parts: [{ type: 'text', text }] }], tools: [], ...request },
    stream,
  } as const;
  const events: ProviderEvent[] = [];
  for await (const event of providerEvents(createSandboxProvider(clock), call, new AbortController().signal))
    events.push(event);
  const said = events.map((event) => (event.type === 'textDelta' ? event.text : '')).join('');
  return { events, text: said, tookMs: clock.monotonicMs(), last: events.at(-1) };
};

const weather: Tool = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
    required: ['city', 'days'],
  },
};
const callsIn = (reply: Reply) => reply.events.filter((event) => event.type === 'toolCallEnded');

describe('what it says', () => {
  test('echo says the last user text again, spaces and lines included', async () => {
    expect((await ask('Hello,  world:\n line two\n')).text).toBe('Hello,  world:\n line two\n');
  });

  test('a prompt of space alone comes back as it is, however long', async () => {
    for (const space of [' ', '\n\t ', ' '.repeat(1_000_000)]) {
      const took = await quickest(1_000, async () => {
        const startedAt = performance.now();
        expect((await ask(space)).text === space).toBe(true);
        expect((await ask(`a${space}b${space}`)).text === `a${space}b${space}`).toBe(true);
        return performance.now() - startedAt;
      });
      expect(took).toBeLessThan(1_000);
    }
  });

  test('lorem writes as many words as it is asked for, the same ones every time', async () => {
    const first = await ask('write', { metadata: { 'sandbox.words': '100' } }, { model: 'lorem' });
    const second = await ask('write', { metadata: { 'sandbox.words': '100' } }, { model: 'lorem' });
    expect(first.text.split(' ')).toHaveLength(100);
    expect(first.text).toMatch(/^Lorem ipsum dolor sit amet,/);
    expect(first.events).toEqual(second.events);
  });

  test('lorem writes 100,000 words and says that it writes no more', async () => {
    const write = (words: string) =>
      ask('write', { metadata: { 'sandbox.words': words } }, { model: 'lorem', stream: false });
    expect((await write('100000')).text.split(' ')).toHaveLength(100_000);
    for (const words of ['100001', '1e308', 'Infinity']) {
      expect((await write(words)).last).toMatchObject({
        failure: {
          code: 'INVALID_REQUEST',
          message: `sandbox.words must be a number from 0 to 100000, not "${words}".`,
        },
      });
    }
  });

  test('every offering answers, and others are not there', async () => {
    for (const { providerModelId, billing } of SANDBOX_OFFERINGS) {
      expect(billing).toBe('FREE');
      expect((await ask('hi', {}, { model: providerModelId })).last?.type).toBe('completed');
    }
    expect((await ask('hi', {}, { model: 'gpt-5' })).last).toMatchObject({
      failure: { code: 'MODEL_NOT_FOUND' },
    });
  });

  test('an empty prompt is answered with nothing', async () => {
    expect(await ask('')).toMatchObject({ text: '', last: { type: 'completed', finishReason: 'STOP' } });
  });

  test('maxOutputTokens cuts it off with LENGTH', async () => {
    const reply = await ask('one two three four', { maxOutputTokens: 2 });
    expect(reply).toMatchObject({ text: 'one two', last: { finishReason: 'LENGTH' } });
    const usage = reply.events.findLast((event) => event.type === 'usageUpdated')?.usage;
    expect(usage).toMatchObject({ input: 4, output: 2 });
  });

  test('a stop sequence ends it before the sequence', async () => {
    const reply = await ask('one two three four', { stop: ['four', ' three'] });
    expect(reply).toMatchObject({ text: 'one two', last: { finishReason: 'STOP' } });
  });

  test('reasoning comes first, signed, and is counted apart', async () => {
    const reply = await ask('hi', { reasoningEffort: 'low' });
    const types = reply.events.map((event) => event.type);
    expect(types.lastIndexOf('reasoningDelta')).toBeLessThan(types.indexOf('textDelta'));
    expect(reply.events.findLast((event) => event.type === 'reasoningDelta')?.signature).toBe('sandbox');
    const usage = reply.events.findLast((event) => event.type === 'usageUpdated')?.usage;
    expect(usage).toMatchObject({ output: 1, reasoning: 8 });
    expect((await ask('hi', { reasoningEffort: 'none' })).events.map((event) => event.type)).not.toContain(
      'reasoningDelta',
    );
  });
});

describe('tools', () => {
  test('lines of the prompt call tools, with ids that go on counting', async () => {
    const prompt = 'call get_weather {"city":"Oslo"}\ncall nothing {}\ncall get_weather {"city":"Rome"}';
    const reply = await ask(prompt, { tools: [weather] });
    expect(callsIn(reply)).toMatchObject([
      { index: 0, id: 'call_1', arguments: '{"city":"Oslo"}' },
      { index: 1, id: 'call_2', arguments: '{"city":"Rome"}' },
    ]);
    expect(reply.last).toMatchObject({ finishReason: 'TOOL_CALLS' });
    expect(callsIn(await ask(prompt, { tools: [weather], parallelToolCalls: false }))).toHaveLength(1);
  });

  test('a required tool is called with a small instance of its schema', async () => {
    for (const toolChoice of [{ kind: 'required' }, { kind: 'tool', name: 'get_weather' }] as const) {
      const [call] = callsIn(await ask('hello', { tools: [weather], toolChoice }));
      expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'lorem', days: 1 });
    }
  });

  test('none are called unasked, and a result is answered in words', async () => {
    expect((await ask('hello', { tools: [weather] })).text).toBe('hello');
    const choice = { tools: [weather], toolChoice: { kind: 'none' } } as const;
    expect((await ask('call get_weather {}', choice)).last).toMatchObject({ finishReason: 'STOP' });
    const reply = await ask('', {
      tools: [weather],
      messages: [
        { role: 'user', parts: [{ type: 'text', text: 'call get_weather {}' }] },
        {
          role: 'assistant',
          text: '',
          reasoning: [],
          toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{}' }],
        },
        { role: 'tool', toolCallId: 'call_1', text: 'Sunny, 21 degrees', isError: false },
      ],
    });
    expect(reply).toMatchObject({ text: 'Sunny, 21 degrees', last: { finishReason: 'STOP' } });
  });
});

describe('JSON output', () => {
  test('a schema gets a valid instance', async () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 3 },
        size: { enum: ['S', 'M'] },
        kind: { const: 'shirt' },
        price: { type: 'number', exclusiveMinimum: 10 },
        count: { type: 'integer', multipleOf: 6, minimum: 7 },
        sold: { type: 'boolean' },
        at: { type: 'string', format: 'date-time' },
        tags: { type: 'array', items: { type: 'string' }, minItems: 2 },
        note: { type: ['string', 'null'] },
        owner: { $ref: '#/$defs/person' },
        either: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      },
      required: ['name'],
      $defs: {
        person: {
          type: 'object',
          properties: { name: { type: 'string' }, friend: { $ref: '#/$defs/person' } },
          required: ['name'],
        },
      },
    } as const;
    const reply = await ask('an item', { output: { kind: 'jsonSchema', name: 'item', schema } });
    expect(JSON.parse(reply.text)).toEqual({
      name: 'lor',
      size: 'S',
      kind: 'shirt',
      price: 10.5,
      count: 12,
      sold: true,
      at: '2000-01-01T00:00:00Z',
      tags: ['lorem', 'lorem'],
      note: 'lorem',
      owner: { name: 'lorem', friend: { name: 'lorem' } },
      either: 0,
    });
    expect(reply.events.filter((event) => event.type === 'textDelta').length).toBeGreaterThan(5);
  });

  test('a schema that requires itself without end still gets an answer', async () => {
    const schema = {
      $ref: '#/$defs/a',
      $defs: { a: { properties: { a: { $ref: '#/$defs/a' } }, required: ['a'] } },
    };
    expect((await ask('x', { output: { kind: 'jsonSchema', name: 'a', schema } })).last?.type).toBe(
      'completed',
    );
  });

  const wide = (depth: number): JsonObject =>
    depth === 0
      ? { type: 'string' }
      : { type: 'array', minItems: 100, items: { allOf: [{ type: 'null' }, wide(depth - 1)] } };
  const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const self = { $ref: '#' };
  const names = Array.from({ length: 200_000 }, (_, index) => `p${index}`);
  const tooLarge: readonly (readonly [string, JsonObject])[] = [
    ['minItems', { type: 'array', minItems: 1e10 }],
    ['minLength', { type: 'string', minLength: 1e10 }],
    ['lists of lists', wide(4)],
    [
      'four branches that require the whole',
      { properties: { a: self, b: self, c: self, d: self }, required: ['a', 'b', 'c', 'd'] },
    ],
    ['many large defaults', { type: 'array', minItems: 9000, items: { default: 'x'.repeat(10_000) } }],
    ['a constant that is nested without end', { const: nested }],
    ['long names', { type: 'array', minItems: 50, items: { properties: { ['x'.repeat(5000)]: {} } } }],
    ['many properties', { properties: Object.fromEntries(names.map((name) => [name, {}])) }],
    [
      'names that are required and not there',
      {
        $ref: '#/$defs/list',
        $defs: {
          list: { type: 'array', minItems: 9000, items: { $ref: '#/$defs/item' } },
          item: { $ref: '#/$defs/object' },
          object: { type: 'object', required: names },
        },
      },
    ],
  ];
  test.each(tooLarge)('too large an instance is refused at once: %s', async (_, schema) => {
    const tool: Tool = { name: 'tool', parameters: schema };
    const took = await quickest(2_000, async () => {
      const startedAt = performance.now();
      for (const request of [
        { output: { kind: 'jsonSchema', name: 'large', schema } },
        { tools: [tool], toolChoice: { kind: 'required' } },
      ] as const) {
        const { last } = await ask('x', request);
        expect(last).toMatchObject({ type: 'failed', failure: { code: 'INVALID_REQUEST' } });
        expect(JSON.stringify(last)).toContain('at most 10000 values and 100000 characters');
      }
      return performance.now() - startedAt;
    });
    expect(took).toBeLessThan(2_000);
  });

  test('many calls of a tool share what may be written', async () => {
    const large: Tool = { name: 'large', parameters: { type: 'array', minItems: 6000 } };
    expect((await ask('call large', { tools: [large] })).last).toMatchObject({ finishReason: 'TOOL_CALLS' });
    expect((await ask('call large\n'.repeat(1000), { tools: [large] })).last).toMatchObject({
      failure: { code: 'INVALID_REQUEST' },
    });
  });

  test.each<[JsonObject, unknown]>([
    [{ $ref: '#/%' }, null],
    [{ $ref: '#/__proto__' }, null],
    [{ $ref: '#/$defs/a%20b', $defs: { 'a b': { const: 1 } } }, 1],
    [{ type: 'string', maxLength: -1 }, ''],
    [{ type: 'string', format: 'constructor' }, 'lorem'],
    [{ type: 'array', minItems: -1 }, []],
  ])('an odd schema gets an answer: %j', async (schema, instance) => {
    const reply = await ask('x', { output: { kind: 'jsonSchema', name: 'odd', schema } });
    expect(JSON.parse(reply.text)).toEqual(instance);
  });

  test('a JSON object holds the text', async () => {
    expect(JSON.parse((await ask('say "hi"', { output: { kind: 'jsonObject' } })).text)).toEqual({
      text: 'say "hi"',
    });
  });
});

describe('pace', () => {
  const prompt = Array.from({ length: 21 }, (_, index) => `word${index}`).join(' ');

  test('streams 40 tokens a second after 100 ms by default', async () => {
    expect((await ask(prompt)).tookMs).toBe(100 + 20 * 25);
  });
  test('a whole answer comes at once by default', async () => {
    expect((await ask(prompt, {}, { stream: false })).tookMs).toBe(0);
  });
  test('metadata sets it, also of whole answers', async () => {
    const metadata = { 'sandbox.tokensPerSecond': '100', 'sandbox.ttftMs': '500' };
    expect((await ask(prompt, { metadata })).tookMs).toBe(700);
    expect((await ask(prompt, { metadata }, { stream: false })).tookMs).toBe(710);
  });
  test('what is not a pace is said to be wrong, not ignored', async () => {
    const reply = await ask(prompt, { metadata: { 'sandbox.ttftMs': 'soon', 'sandbox.words': '-1' } });
    expect(reply.last).toMatchObject({ failure: { code: 'INVALID_REQUEST' } });
    expect(JSON.stringify(reply.last)).toContain('sandbox.ttftMs');
    expect(JSON.stringify(reply.last)).toContain('sandbox.words');
  });
});

test.each(FAILURE_CODES)('fails with %s when asked to', async (code) => {
  const metadata = { 'sandbox.fail': code, 'sandbox.failAfterWords': '2' };
  const reply = await ask('one two three', { metadata });
  expect(reply).toMatchObject({ text: 'one two', last: { type: 'failed', failure: { code } } });
});
