import { expect, test } from 'vitest';
import type { ClientRequest } from '../../../src/domain/client-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { forwardingOf } from '../forwarding.ts';

const BODY = {
  model: 'asked',
  max_tokens: 9,
  thinking: { type: 'enabled', budget_tokens: 2_000, novel: 1 },
  messages: [
    { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: 'raw' }] },
    { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
  ],
  container: { skills: [] },
};
const CLIENT: ClientRequest = {
  dialect: 'anthropic',
  body: { ...BODY, modelgraph: { tags: {} } },
  headers: {
    'anthropic-beta': 'context-1m-2025-08-07,novel-2027',
    'x-api-key': 'mg_secret',
    authorization: 'Bearer mg_secret',
  },
  unread: [],
};

test('a request of the dialect goes on as it came, with its betas and without its key', () => {
  const call = createAnthropicCodec().forward?.('claude-x', forwardingOf(CLIENT, true))?.call;
  expect(call?.path).toBe('/v1/messages');
  expect(call?.headers).toEqual({
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'context-1m-2025-08-07,novel-2027',
  });
  expect(JSON.parse(call?.body ?? '')).toEqual({ ...BODY, model: 'claude-x', stream: true });
});

test("the client's own version of the API is kept", () => {
  const client = { ...CLIENT, headers: { 'anthropic-version': '2027-01-01' } };
  expect(
    createAnthropicCodec().forward?.('claude-x', forwardingOf(client, false))?.call.headers,
  ).toMatchObject({
    'anthropic-version': '2027-01-01',
  });
});

test('on Vertex the model is in the path and the version in the body', () => {
  const call = createAnthropicCodec('vertex').forward?.(
    'claude-x@20250101',
    forwardingOf(CLIENT, true),
  )?.call;
  expect(call?.path).toBe('/publishers/anthropic/models/claude-x@20250101:streamRawPredict');
  expect(call?.headers).toEqual({
    'content-type': 'application/json',
    'anthropic-beta': 'context-1m-2025-08-07,novel-2027',
  });
  const { model: _, ...rest } = BODY;
  expect(JSON.parse(call?.body ?? '')).toEqual({
    ...rest,
    anthropic_version: 'vertex-2023-10-16',
    stream: true,
  });
});
