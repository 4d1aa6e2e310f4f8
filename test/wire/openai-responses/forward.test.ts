import { expect, test } from 'vitest';
import type { ClientRequest } from '../../../src/domain/client-request.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { forwardingOf } from '../forwarding.ts';

const BODY = {
  model: 'asked',
  input: [{ type: 'novel_item', x: 1 }],
  tools: [{ type: 'web_search' }],
  previous_response_id: 'resp_1',
  store: true,
  safety_identifier: 'u',
};
const CLIENT: ClientRequest = {
  dialect: 'openai-responses',
  body: { ...BODY, modelgraph: {} },
  headers: { 'openai-beta': 'responses=v1', authorization: 'Bearer mg_secret' },
  unread: [],
};

test('a request of the dialect goes on as it came', () => {
  const call = createOpenAiResponsesCodec().forward?.('theirs', forwardingOf(CLIENT, true))?.call;
  expect(call?.path).toBe('/responses');
  expect(call?.headers).toEqual({ 'content-type': 'application/json', 'openai-beta': 'responses=v1' });
  expect(JSON.parse(call?.body ?? '')).toEqual({ ...BODY, model: 'theirs', stream: true });
});

test('an older server gets the end user under the name that it knows, and nothing about storing', () => {
  const codec = createOpenAiResponsesCodec({ userField: 'user', supportsStore: false });
  const { safety_identifier: user, store: _, ...rest } = BODY;
  expect(JSON.parse(codec.forward?.('theirs', forwardingOf(CLIENT, false))?.call.body ?? '')).toEqual({
    ...rest,
    user,
    model: 'theirs',
    stream: false,
  });
});
