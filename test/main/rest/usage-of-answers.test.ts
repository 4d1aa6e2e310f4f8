import { beforeAll, describe, expect, it } from 'vitest';
import { eventStream, type Piece, type Script, sseFrame } from '../../support/upstream.ts';
import { eventsIn, type Json, routedTo, type ScriptedServer, scriptedServer } from './scripted-server.ts';

let scripted: ScriptedServer;
beforeAll(async () => {
  scripted = await scriptedServer();
});

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const FACES = {
  chat: {
    path: '/chat/completions',
    body: { messages: MESSAGES, stream_options: { include_usage: true } },
    input: (events: readonly Json[]) => events.findLast(({ usage }) => usage)?.usage.prompt_tokens,
    cost: (events: readonly Json[]) => events.findLast(({ usage }) => usage)?.usage.cost,
  },
  messages: {
    path: '/messages',
    body: { messages: MESSAGES, max_tokens: 50 },
    input: (events: readonly Json[]) => {
      const { input_tokens, cache_read_input_tokens } = events.findLast(
        ({ type }) => type === 'message_delta',
      ).usage;
      return input_tokens + cache_read_input_tokens;
    },
    cost: (events: readonly Json[]) => events.findLast(({ type }) => type === 'message_delta').usage.cost,
  },
  responses: {
    path: '/responses',
    body: { input: 'Hello' },
    input: (events: readonly Json[]) => events.at(-1).response.usage.input_tokens,
    cost: (events: readonly Json[]) => events.at(-1).response.usage.cost,
  },
} as const;

const claudeStart = sseFrame(
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: null,
      usage: {
        input_tokens: 20,
        cache_read_input_tokens: 149_980,
        cache_creation_input_tokens: 0,
        output_tokens: 1,
      },
    },
  },
  'message_start',
);
const claudeFails = (type: string): Script =>
  eventStream([claudeStart, sseFrame({ type: 'error', error: { type, message: 'Sorry' } }, 'error')]);
const chunk = (more: object): string => sseFrame({ id: 'c1', model: 'k1', ...more });
const content = chunk({ choices: [{ index: 0, delta: { content: 'from the fallback' } }] });
const stop = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const USAGE = { prompt_tokens: 150_000, completion_tokens: 2, total_tokens: 150_002 };
const usage = chunk({ choices: [], usage: USAGE });
const done = sseFrame('[DONE]');

describe.each(Object.entries(FACES))('on the face of %s', (_face, { path, body, input, cost }) => {
  const ask = (request: object, ...scripts: readonly Script[]) =>
    scripted.post(path, { ...body, ...request, stream: true }, ...scripts);

  it('usage is that of the attempt that answered; one refused for want of room costs nothing', async () => {
    const offering = `claude/claude-${crypto.randomUUID()}`;
    const { text } = await ask(
      routedTo(offering, 'relay/k1'),
      claudeFails('overloaded_error'),
      eventStream([content, stop, usage, done]),
    );
    const events = eventsIn(text);
    expect(text).toContain('from the fallback');
    expect(input(events)).toBe(150_000);
    expect(cost(events)).toBe(0.150_004);
    const row = await scripted.lastRow();
    expect(row.usage).toMatchObject({ input: 150_000, output: 2 });
    expect(row.attempts.map(({ usage: used }: Json) => used.cacheRead)).toEqual([149_980, 0]);
    expect(row.attempts[0].cost).toBeNull();
  });

  it('what a failed attempt used stands with the attempt', async () => {
    const { text } = await ask(
      routedTo(`second/${crypto.randomUUID()}`, 'relay/k1'),
      eventStream([
        chunk({
          choices: [{ index: 0, delta: { role: 'assistant' } }],
          usage: { prompt_tokens: 1_000, completion_tokens: 0, total_tokens: 1_000 },
        }),
        sseFrame({ error: { message: 'the engine has died', type: 'server_error' } }),
      ]),
      eventStream([content, stop, usage, done]),
    );
    const events = eventsIn(text);
    expect(input(events)).toBe(150_000);
    expect((await scripted.lastRow()).attempts[0].usage).toMatchObject({ input: 1_000 });
  });

  it.each<readonly [string, readonly Piece[]]>([
    ['the end marker, at once', [content, stop, done + usage]],
    ['the end marker, in a piece of its own', [content, stop, done, usage]],
    ['the end marker and another one', [content, stop, done, usage, done]],
  ])('usage that comes after %s is read', async (_name, frames) => {
    const { text } = await ask({ model: 'relay/k1' }, eventStream(frames));
    expect(input(eventsIn(text))).toBe(150_000);
    expect(text.match(/\[DONE\]|message_stop"|"type":"response.completed"/g)).toHaveLength(1);
    expect((await scripted.lastRow()).usage).toMatchObject({ input: 150_000, output: 2 });
  });

  it('an answer whose upstream says no usage and does not close is whole all the same', async () => {
    const { text } = await ask({ model: 'relay/k1' }, eventStream([content, stop, done], { ending: 'hang' }));
    expect(text).toContain('from the fallback');
    const row = await scripted.lastRow();
    expect(row).toMatchObject({ status: 'SUCCEEDED', finishReason: 'STOP', usage: null });
  });
});

it("Claude's usage after its end is read on its own face and on another", async () => {
  const frame = (event: { readonly type: string }): string => sseFrame(event, event.type);
  const start = {
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model: 'c', content: [] },
  };
  const frames = [
    start,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null } },
    { type: 'message_stop' },
    { type: 'message_delta', delta: {}, usage: { input_tokens: 30, output_tokens: 4 } },
  ].map(frame);
  for (const { path, body } of [FACES.messages, FACES.responses]) {
    const { text } = await scripted.post(
      path,
      { ...body, model: 'claude/claude-sonnet-4-5', stream: true },
      eventStream(frames),
    );
    expect(text).toContain('Hi');
    // Clients take nothing after the end.
    const { usage: told } = eventsIn(text).findLast((event) => event.usage ?? event.response?.usage) ?? {};
    if (path === '/messages') {
      expect(told).toMatchObject({ input_tokens: 30, output_tokens: 4 });
      expect(eventsIn(text).at(-1).type).toBe('message_stop');
    }
    expect((await scripted.lastRow()).usage).toMatchObject({ input: 30, output: 4 });
  }
});

it("a response's usage after its end is told with it, on its own face", async () => {
  const response = { id: 'resp_1', object: 'response', status: 'completed', model: 'r1', output: [] };
  const { text } = await scripted.post(
    '/responses',
    { model: 'responses/r1', input: 'Hello', stream: true },
    eventStream([
      sseFrame({ type: 'response.created', response: { ...response, status: 'in_progress' } }),
      sseFrame({
        type: 'response.output_text.delta',
        output_index: 0,
        content_index: 0,
        item_id: 'm',
        delta: 'Hi',
      }),
      sseFrame({ type: 'response.completed', response }),
      sseFrame({ type: 'response.usage', usage: { input_tokens: 30, output_tokens: 4, total_tokens: 34 } }),
    ]),
  );
  const last = eventsIn(text).at(-1);
  expect(last).toMatchObject({ type: 'response.completed', response: { usage: { input_tokens: 30 } } });
  expect((await scripted.lastRow()).usage).toMatchObject({ input: 30, output: 4 });
});
