import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, spawnModelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { quickest } from '../../support/quickest.ts';
import { eventStream, gate, NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';
import { STREAMING_CLIENTS, STREAMING_UPSTREAMS, type StreamingClient } from './stream-dialects.ts';

const configFor = ({ url }: Upstream): string =>
  JSON.stringify({
    routing: {
      breaker: { consecutiveFailures: 1_000, minSamples: 1_000_000 },
      fallback: { maxAttempts: 1 },
    },
    providers: [
      { id: 'openai', baseUrl: `${url}/v1`, apiKey: 'sk-test-0123456789' },
      { id: 'anthropic', baseUrl: url, apiKey: 'sk-ant-test-0123456789' },
      { id: 'google', baseUrl: url, apiKey: 'AIza-test-0123456789' },
    ],
  });

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({ lists: 'SMALL', config: configFor(upstream) });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const ask = (
  { path, body }: StreamingClient,
  model: string,
  { signal, headers = {} }: { readonly signal?: AbortSignal; readonly headers?: object } = {},
): Promise<Response> =>
  fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body(model)),
    ...(signal !== undefined && { signal }),
  });

/** OpenAI is asked in the client's own dialect, whichever of its two that is. */
const PAIRS = STREAMING_CLIENTS.flatMap((client) =>
  STREAMING_UPSTREAMS.map((provider) => {
    const spoken = STREAMING_UPSTREAMS.find(({ name }) => name === client.spokenBy);
    const isSpoken = spoken !== undefined && provider.model.startsWith('openai/');
    return {
      client,
      provider: isSpoken ? { ...spoken, name: provider.name, model: provider.model } : provider,
    };
  }),
);

describe.each(PAIRS)('a client of $client.name by $provider.name', ({ client, provider }) => {
  const { frames, before, failure, model } = provider;
  const begun = frames(['Good', ' morning']).slice(0, before + 2);

  it('reads a stream to its end', async () => {
    upstream.enqueue(eventStream(frames(['Good', ' morning'])));
    const text = await (await ask(client, model)).text();
    expect(text).toContain('morning');
    expect(text).toMatch(client.ending);
    expect(text).not.toMatch(client.error);
  });

  it.each(['told', 'not told'])('sees a failure in the middle that is %s as one, and no end', async (way) => {
    upstream.enqueue(
      way === 'told' ? eventStream([...begun, failure]) : eventStream(begun, { ending: 'cut' }),
    );
    const response = await ask(client, model);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('morning');
    expect(text).toMatch(client.error);
    expect(text).not.toMatch(client.ending);
  });

  it('gets a status of its own where nothing had come before the failure', async () => {
    upstream.enqueue(eventStream([failure]));
    const response = await ask(client, model);
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toHaveProperty('error.message');
  });
});

type Row = {
  readonly status: string;
  readonly usage: { readonly input: number; readonly output: number };
  readonly attempts: readonly { readonly status: string; readonly error?: { readonly code: string } }[];
};

const LEDGER =
  '{ completions(first: 1) { edges { node { status usage { input output } attempts { status error { code } } } } } }';
const newest = async (): Promise<Row> => {
  const { body } = await server.post(LEDGER);
  return body.data.completions.edges[0].node;
};

/** Reads until the first word has come. */
const firstWord = async (response: Response): Promise<void> => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('Good')) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) throw new Error(`no word in: ${text}`);
    text += value;
  }
  reader?.releaseLock();
};

const vanish = async (client: StreamingClient, model: string, headers: object = {}): Promise<void> => {
  const aborter = new AbortController();
  await firstWord(await ask(client, model, { signal: aborter.signal, headers }));
  aborter.abort();
};

describe.each(PAIRS)('a client of $client.name that vanishes, by $provider.name', ({ client, provider }) => {
  const { frames, before, model } = provider;
  const words = ['Good', ' morning', ' to', ' all'];

  it('closes the connection to the provider within 100 ms, and what was used is recorded', async () => {
    const took = await quickest(100, async () => {
      const n = upstream.requests.length;
      upstream.enqueue(eventStream([...frames(words).slice(0, before + 2), NEVER]));
      await vanish(client, model);
      const leftAt = performance.now();
      await upstream.closedByClient(n);
      return performance.now() - leftAt;
    });
    expect(took).toBeLessThan(100);
    await expect.poll(newest).toMatchObject({
      status: 'CANCELLED',
      attempts: [{ error: { code: 'CANCELLED' } }],
    });
    const { usage } = await newest();
    expect(usage.output).toBeGreaterThan(0);
    expect(usage.input).toBeGreaterThan(0);
  });

  it("lets the provider end where it says so, and the provider's own count is recorded", async () => {
    const n = upstream.requests.length;
    const left = gate();
    const all = frames(words);
    const begun = all.slice(0, before + 2);
    upstream.enqueue(eventStream([...begun, left.opened, ...all.slice(before + 2)]));
    await vanish(client, model, { 'x-modelgraph-on-disconnect': 'DRAIN' });
    left.open();
    await upstream.answered(n);
    await expect
      .poll(newest)
      .toMatchObject({ attempts: [{ status: 'SUCCEEDED' }], usage: { input: 12, output: 4 } });
  });
});

/** Waits until the upstream gets rid of no more bytes; they arrive in bursts of milliseconds. */
const standstill = async (request: number): Promise<number> => {
  let seen = -1;
  let unchanged = 0;
  await expect
    .poll(
      () => {
        const now = upstream.bytesWritten(request);
        unchanged = now === seen ? unchanged + 1 : 0;
        seen = now;
        return unchanged;
      },
      { interval: 60, timeout: 20_000 },
    )
    .toBeGreaterThan(5);
  return seen;
};

const residentBytes = async (server: Modelgraph): Promise<number> => {
  const metrics = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.adminKey}` },
  });
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(await metrics.text())?.[1]);
};

const MEGABYTE = 1_048_576;
const STREAMS = 8;

describe('a client that does not read', () => {
  /** In a process of its own: what is resident is of no other server. */
  let alone: Modelgraph;
  beforeAll(async () => {
    alone = await spawnModelgraph({ config: configFor(upstream) });
  });
  afterAll(() => alone?.stop());

  it.each(STREAMING_CLIENTS)(
    'of $name costs less than 12 MB of memory and holds the provider back',
    async (client) => {
      const { frames, model } = STREAMING_UPSTREAMS.find(({ name }) => name === 'Anthropic') ?? {};
      const all = frames?.(Array.from({ length: 800 }, () => 'x'.repeat(65_536))) ?? [];
      const whole = all.reduce((sum, frame) => sum + frame.length, 0);
      const idle = await residentBytes(alone);
      const { hostname, port } = new URL(alone.url);
      const body = JSON.stringify(client.body(model ?? ''));
      const first = upstream.requests.length;
      upstream.enqueue(...Array.from({ length: STREAMS }, () => eventStream(all)));
      const sockets = Array.from({ length: STREAMS }, () => {
        const socket = connect(Number(port), hostname);
        socket.pause();
        socket.write(
          [
            `POST /v1${client.path} HTTP/1.1`,
            `host: ${hostname}`,
            `authorization: Bearer ${alone.adminKey}`,
            'content-type: application/json',
            `content-length: ${body.length}`,
            '',
            body,
          ].join('\r\n'),
        );
        return socket;
      });
      const requests = Array.from({ length: STREAMS }, (_, n) => first + n);
      await Promise.all(requests.map((n) => upstream.received(n)));
      const taken = await Promise.all(requests.map(standstill));
      // The system's own buffers hold some megabytes besides.
      for (const bytes of taken) expect(bytes).toBeLessThan(whole * 0.6);
      const grown = ((await residentBytes(alone)) - idle) / STREAMS;
      expect(grown).toBeLessThan(12 * MEGABYTE);
      for (const socket of sockets) socket.destroy();
      await Promise.all(requests.map((n) => upstream.closedByClient(n)));
    },
  );
});

it.each(STREAMING_CLIENTS)(
  'a client of $name that leaves before a whole answer is not waited for',
  async (client) => {
    const whole: StreamingClient = {
      ...client,
      body: (model) => ({ ...client.body(model), stream: false }),
    };
    const took = await quickest(500, async () => {
      const n = upstream.requests.length;
      upstream.enqueue({ before: NEVER });
      const aborter = new AbortController();
      const asked = ask(whole, 'openai/gpt-4o-mini', { signal: aborter.signal });
      await upstream.received(n);
      const leftAt = performance.now();
      aborter.abort();
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
      await upstream.closedByClient(n);
      return performance.now() - leftAt;
    });
    expect(took).toBeLessThan(500);
  },
);
