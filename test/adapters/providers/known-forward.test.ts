import { expect, test } from 'vitest';
import { KNOWN_PROVIDERS } from '../../../src/adapters/providers/registry.ts';
import type { ClientRequest } from '../../../src/domain/client-request.ts';
import { forwardingOf } from '../../wire/forwarding.ts';

const MESSAGES = [{ role: 'user', content: 'Hello' }];

const PASSING = KNOWN_PROVIDERS.flatMap(({ id, api }) => {
  const codec = api.kind === 'DIALECT' && api.completes !== false ? api.codec('some-model') : undefined;
  return codec?.dialect === undefined || codec.forward === undefined
    ? []
    : [{ id, codec, dialect: codec.dialect }];
});

test('there are many that take requests as they came', () => {
  expect(PASSING.length).toBeGreaterThan(20);
  expect(PASSING.map(({ id }) => String(id))).not.toContain('perplexity');
});

test.each(PASSING)('$id gets them where it gets ours, with what nobody knows', ({ codec, dialect }) => {
  const client: ClientRequest = {
    dialect,
    body: { model: 'asked', messages: MESSAGES, novel: { deeply: [1] }, modelgraph: {} },
    headers: {},
    unread: [],
  };
  const ours = {
    messages: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'x' }] }],
    tools: [],
  };
  for (const stream of [true, false]) {
    const call = codec.forward?.('some-model', forwardingOf(client, stream))?.call;
    expect(call?.path).toBe(codec.encode('some-model', ours, stream).call.path);
    const body = JSON.parse(call?.body ?? '{}');
    expect(body).toMatchObject({ model: 'some-model', messages: MESSAGES, novel: { deeply: [1] }, stream });
    expect(body).not.toHaveProperty('modelgraph');
  }
});

test('MiniMax is asked to keep thinking apart, unless its client says otherwise', () => {
  const codec = PASSING.find(({ id }) => id === 'minimax')?.codec;
  const sent = (body: ClientRequest['body']) =>
    JSON.parse(
      codec?.forward?.('m', forwardingOf({ dialect: 'openai', body, headers: {}, unread: [] }, true))?.call
        .body ?? '{}',
    );
  expect(sent({})).toMatchObject({ reasoning_split: true });
  expect(sent({ reasoning_split: false })).toMatchObject({ reasoning_split: false });
});
