import { beforeAll, describe, expect, it, vi } from 'vitest';
import { multipartBody } from '../../../src/faces/graphql/multipart-subscriptions.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const APOLLO =
  'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9';
const HELLO =
  'subscription { completion(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { __typename } }';

const ask = async (query: string, accept: string) => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { token: server.adminKey, accept, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
};

/** The bodies of the parts of an answer that is whole. */
const partsOf = (text: string): readonly unknown[] => {
  expect(text.endsWith('\r\n--graphql--\r\n')).toBe(true);
  return text
    .slice(0, -'--\r\n'.length)
    .split('\r\n--graphql')
    .slice(1, -1)
    .map((part) => {
      const [head, body = ''] = part.split('\r\n\r\n');
      expect(head).toMatch(/^\r\ncontent-type: application\/json/);
      return JSON.parse(body);
    });
};

const LAST = { payload: { data: { completion: { __typename: 'CompletionFinished' } } } };

describe('a subscription', () => {
  it.each([APOLLO, 'multipart/mixed; subscriptionSpec="1.0"'])('streams payloads for %s', async (accept) => {
    const { status, type, text } = await ask(HELLO, accept);
    expect(status).toBe(200);
    expect(type).toBe('multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"');
    const parts = partsOf(text);
    expect(parts[0]).toEqual({ payload: { data: { completion: { __typename: 'CompletionStarted' } } } });
    expect(parts.at(-1)).toEqual(LAST);
  });

  it('streams plain results to clients of incremental delivery', async () => {
    const { type, text } = await ask(HELLO, 'multipart/mixed; deferSpec=20220824, application/json');
    expect(type).toBe('multipart/mixed; boundary="graphql"');
    const parts = partsOf(text);
    expect(parts[0]).toEqual({ data: { completion: { __typename: 'CompletionStarted' } }, hasNext: true });
    expect(parts.at(-1)).toEqual({ hasNext: false });
  });

  it('streams events to clients that name them first', async () => {
    const { type } = await ask(HELLO, `text/event-stream, ${APOLLO}`);
    expect(type).toMatch(/^text\/event-stream/);
  });

  it('that is refused is answered with JSON, or in a part where that alone is read', async () => {
    const wrong = HELLO.replace('__typename', 'nothing');
    const json = await ask(wrong, APOLLO);
    expect(json.type).toMatch(/json/);
    expect(JSON.parse(json.text).errors[0].message).toContain('nothing');
    const { status, text } = await ask(wrong, 'multipart/mixed;subscriptionSpec=1.0');
    expect(status).toBe(200);
    expect(partsOf(text)).toEqual([
      { payload: { errors: [expect.objectContaining({ message: expect.stringContaining('nothing') })] } },
    ]);
  });
});

it('a query is answered with JSON', async () => {
  for (const accept of [APOLLO, 'multipart/mixed;deferSpec=20220824,application/json']) {
    const { type, text } = await ask('{ __typename }', accept);
    expect(type).toMatch(/json/);
    expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query' } });
  }
});

describe('the body', () => {
  const api = { ReadableStream, TextEncoder };
  const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

  it('has heartbeats while nothing happens, and none when the client does not read', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
      const reader = multipartBody(never, 'PAYLOAD', api, 1_000).getReader();
      expect(decode((await reader.read()).value)).toBe('\r\n--graphql');
      for (let beat = 0; beat < 2; beat += 1) {
        const next = reader.read();
        await vi.advanceTimersByTimeAsync(1_000);
        expect(decode((await next).value)).toContain('\r\n\r\n{}\r\n--graphql');
      }
      await vi.advanceTimersByTimeAsync(60_000);
      await reader.cancel();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes results as the client reads them, and returns the source when it leaves', async () => {
    let taken = 0;
    let returned = false;
    async function* results() {
      try {
        for (;;) {
          taken += 1;
          yield { data: { n: taken } };
        }
      } finally {
        returned = true;
      }
    }
    const reader = multipartBody(results(), 'PAYLOAD', api).getReader();
    await reader.read();
    await reader.read();
    await new Promise(setImmediate);
    expect(taken).toBeLessThanOrEqual(3);
    await reader.cancel();
    expect(returned).toBe(true);
  });

  it('says so when the source breaks, and ends', async () => {
    // biome-ignore lint/correctness/useYield: it breaks before it yields
    async function* broken(): AsyncGenerator<never> {
      throw new Error('a secret of the inside');
    }
    const text = await new Response(multipartBody(broken(), 'PAYLOAD', api)).text();
    expect(partsOf(text)).toEqual([
      { payload: null, errors: [expect.objectContaining({ message: expect.stringContaining('failed') })] },
    ]);
    expect(text).not.toContain('secret');
  });
});
