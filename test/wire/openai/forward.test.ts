import { describe, expect, test } from 'vitest';
import type { ClientRequest } from '../../../src/domain/client-request.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import type { OpenAiQuirks } from '../../../src/wire/openai/quirks.ts';
import { forwardingOf } from '../forwarding.ts';

const MESSAGES = [{ role: 'user', content: 'Hello' }];

const clientWith = (body: JsonObject, headers: ClientRequest['headers'] = {}): ClientRequest => ({
  dialect: 'openai',
  body: { model: 'asked', messages: MESSAGES, ...body },
  headers,
  unread: [],
});

const forwarded = (body: JsonObject, quirks: OpenAiQuirks = {}, stream = false, model = 'theirs') => {
  const forwarded = createOpenAiCodec(quirks).forward?.(model, forwardingOf(clientWith(body), stream));
  return forwarded === undefined ? undefined : JSON.parse(forwarded.call.body);
};

test('what nobody here knows goes on as it came; the model, whether to stream and usage are set', () => {
  const unknown = { novel: { deeply: [1, null, 'x'] }, messages: [{ ...MESSAGES[0], odd: true }] };
  expect(forwarded({ ...unknown, stream: false, stream_options: { chunk: 3 } }, {}, true)).toEqual({
    ...unknown,
    model: 'theirs',
    stream: true,
    stream_options: { chunk: 3, include_usage: true },
  });
});

test('a whole answer is asked for without options of streams, which would be refused', () => {
  const sent = forwarded({ stream: true, stream_options: { include_usage: true } });
  expect(sent).toEqual({ model: 'theirs', messages: MESSAGES, stream: false });
});

test('a client that wants no usage in its stream does not keep us from it', () => {
  const sent = forwarded({ stream_options: { include_usage: false } }, {}, true);
  expect(sent.stream_options).toEqual({ include_usage: true });
});

test('a server that knows no options of streams gets none', () => {
  const sent = forwarded({ stream_options: { include_usage: true } }, { supportsStreamOptions: false }, true);
  expect(sent).not.toHaveProperty('stream_options');
});

test('what is meant for this server stays here, credentials too', () => {
  const client = clientWith(
    { modelgraph: { tags: { a: 'b' } } },
    {
      'openai-beta': 'assistants=v2',
      authorization: 'Bearer mg_secret',
      'openai-organization': 'org-theirs',
    },
  );
  const call = createOpenAiCodec({}).forward?.('theirs', forwardingOf(client, false))?.call;
  expect(call?.path).toBe('/chat/completions');
  expect(call?.headers).toEqual({ 'content-type': 'application/json', 'openai-beta': 'assistants=v2' });
  expect(call?.body).not.toContain('modelgraph');
});

describe('what a server calls otherwise', () => {
  test.each<[JsonObject, OpenAiQuirks, JsonObject]>([
    [{ max_tokens: 7 }, { maxTokensField: 'max_completion_tokens' }, { max_completion_tokens: 7 }],
    [{ max_completion_tokens: 7 }, {}, { max_tokens: 7 }],
    [{ max_completion_tokens: 7, max_tokens: 9 }, {}, { max_tokens: 9 }],
    [{ seed: 5 }, { seedField: 'random_seed' }, { random_seed: 5 }],
    [{ reasoning_effort: 'high' }, { reasoningRequest: 'reasoning' }, { reasoning: { effort: 'high' } }],
    [{ reasoning_effort: 'minimal' }, { reasoningEfforts: { minimal: 'low' } }, { reasoning_effort: 'low' }],
    [{ reasoning_effort: 'novel' }, { reasoningEfforts: { low: 'low' } }, { reasoning_effort: 'novel' }],
    [{ logprobs: true, top_logprobs: 3 }, { logprobsRequest: 'number' }, { logprobs: 3 }],
    [{ logprobs: false }, { logprobsRequest: 'number' }, {}],
    [{ metadata: { a: 'b' } }, {}, {}],
    [{ metadata: { a: 'b' }, store: true }, {}, { metadata: { a: 'b' }, store: true }],
    [{ metadata: { a: 'b' } }, { supportsMetadata: true }, { metadata: { a: 'b' } }],
    [{ user: 'u' }, { unsupported: ['user'] }, {}],
    [{ user: 'u' }, {}, { user: 'u' }],
  ])('%j', (body, quirks, expected) => {
    const { model, messages, stream, ...rest } = forwarded(body, quirks);
    expect(rest).toEqual(expected);
  });

  test("a reasoning model's limit keeps its name behind a relay", () => {
    expect(forwarded({ max_completion_tokens: 7 }, {}, false, 'openai/gpt-5-mini')).toMatchObject({
      max_completion_tokens: 7,
    });
  });

  test('developers speak as the system where their role is not known', () => {
    const messages = [{ role: 'developer', content: 'Be brief', name: 'd' }, ...MESSAGES];
    expect(forwarded({ messages })?.messages[0]).toEqual({ role: 'system', content: 'Be brief', name: 'd' });
    expect(forwarded({ messages }, { supportsDeveloperRole: true })?.messages).toEqual(messages);
  });
});

describe('a form that the server cannot enforce', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const body = { novel: 1, response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } };

  test('is stated in the prompt, and the rest goes as it came', () => {
    const sent = forwarded(body, { structuredOutput: 'json_object' });
    expect(sent).toMatchObject({ novel: 1, response_format: { type: 'json_object' } });
    expect(sent.messages).toEqual([
      { role: 'system', content: expect.stringContaining(JSON.stringify(schema)) },
      ...MESSAGES,
    ]);
  });

  test('is added to the system message that there is', () => {
    for (const content of ['Be brief.', [{ type: 'text', text: 'Be brief.' }]]) {
      const messages = [{ role: 'system', content, odd: 1 }, ...MESSAGES];
      const [system, ...rest] = forwarded({ ...body, messages }, { structuredOutput: 'prompt' }).messages;
      expect(system).toMatchObject({ role: 'system', odd: 1 });
      expect(JSON.stringify(system.content)).toMatch(/Be brief.*JSON Schema/);
      expect(rest).toEqual(MESSAGES);
    }
  });

  test('is asked for where the server can', () => {
    expect(forwarded(body)).toMatchObject(body);
    const wish = { response_format: { type: 'json_object' } };
    expect(forwarded(wish, { structuredOutput: 'json_object' })).toMatchObject({
      ...wish,
      messages: MESSAGES,
    });
    expect(forwarded(wish, { structuredOutput: 'prompt' })).not.toHaveProperty('response_format');
  });
});

test.each([null, 'text', 7, [null, 'x', 3]])('garbage for messages, %j, goes on as it came', (messages) => {
  expect(forwarded({ messages })?.messages).toEqual(messages);
});
