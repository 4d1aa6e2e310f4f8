import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyService } from '../../../src/control/key-service.ts';
import { type Caller, callerOf } from '../../../src/domain/caller.ts';
import { asKeyId } from '../../../src/domain/ids.ts';
import type { KeyRole } from '../../../src/domain/key.ts';
import { createHttpServer, type HttpServer } from '../../../src/faces/http/http-server.ts';
import { listen } from '../../../src/faces/http/listener.ts';
import { createMetrics } from '../../../src/faces/rest/metrics.ts';
import { type Node, startNode } from '../../gateway/routing/health/nodes.ts';

const never = (): never => {
  throw new Error('not used here');
};
const callerWith = (role: KeyRole): Caller =>
  callerOf({ id: asKeyId('key_1'), name: 'x', role, prefix: 'mg_', createdAt: new Date(0) });

const keys: KeyService = {
  async authenticate(secret) {
    if (secret === 'broken') throw new Error('the store is away');
    if (secret === 'admin') return { kind: 'CALLER', caller: callerWith('ADMIN') };
    return secret === 'member' ? { kind: 'CALLER', caller: callerWith('MEMBER') } : { kind: 'UNKNOWN' };
  },
  watch: () => () => {},
  create: never,
  revoke: never,
  list: never,
  findMany: never,
  ensureAdminKey: never,
  adminKeyShown: never,
  close: never,
};

describe('GET /metrics', () => {
  let server: HttpServer;
  let base: string;
  let node: Node;
  beforeAll(async () => {
    node = startNode();
    const { stats, board, catalogue } = node;
    const face = createMetrics({
      stats,
      health: board,
      parts: {
        store: async () => {},
        shared_state: async () => {
          throw new Error('away');
        },
      },
      waitingRows: () => 7,
      catalogue: () => catalogue,
      keys,
      audit: { denied: () => {} },
      failedAuthentications: () => new Map([['INVALID_API_KEY', 3]]),
      clients: () => server.reception,
      onFailure: () => {},
    });
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    server = createHttpServer([face], listener, {
      allowedOrigins: [],
      exposedHeaders: [],
      sendNotFound: (_, response) => void response.writeHead(404).end(),
      onFailure: (message) => {
        throw new Error(message);
      },
    });
    base = `http://127.0.0.1:${listener.port}`;
  });
  afterAll(() => server.close());

  const get = async (secret?: string, init: RequestInit = {}) => {
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    const response = await fetch(`${base}/metrics`, { ...init, headers });
    return { response, text: await response.text() };
  };
  /** The value of the one line with that name and those labels, in any order. */
  const figure = (text: string, name: string, labels: { readonly [label: string]: string }): number => {
    const wanted = { offering: 'host/talker', provider: 'host', ...labels };
    const lines = text
      .split('\n')
      .filter(
        (line) =>
          line.startsWith(`${name}{`) &&
          Object.entries(wanted).every(([label, value]) => line.includes(`${label}="${value}"`)),
      );
    expect(lines).toHaveLength(1);
    return Number(lines[0]?.split(' ').at(-1));
  };

  it.each([
    [undefined, 401],
    ['wrong', 401],
    ['member', 403],
    ['broken', 503],
  ])('is not for %s', async (secret, status) => {
    const { response, text } = await get(secret);
    expect(response.status).toBe(status);
    expect(text).not.toContain('modelgraph_');
  });

  it('tells of own traffic in the format of Prometheus, with units and help', async () => {
    for (let call = 0; call < 20; call += 1)
      node.call('SUCCEEDED', { ttftMs: 250, durationMs: 1_250, output: 40 });
    for (let call = 0; call < 4; call += 1) node.call('SERVER_ERROR');
    node.call('RATE_LIMITED');
    const { response, text } = await get('admin');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('# TYPE modelgraph_offering_ttft_seconds gauge');
    expect(text).toMatch(/# HELP modelgraph_offering_ttft_seconds Time to the first token\. .*own traffic/);
    for (const window of ['1m', '5m', '30m', '24h'])
      expect(figure(text, 'modelgraph_offering_ttft_seconds', { window, quantile: '0.95' })).toBe(0.25);
    const window = '5m';
    expect(figure(text, 'modelgraph_offering_latency_seconds', { window, quantile: '0.5' })).toBeCloseTo(
      1.25,
      1,
    );
    expect(
      figure(text, 'modelgraph_offering_output_tokens_per_second', { window, quantile: '0.5' }),
    ).toBeCloseTo(40, 0);
    expect(figure(text, 'modelgraph_offering_ttft_samples', { window })).toBe(20);
    expect(figure(text, 'modelgraph_offering_error_ratio', { window })).toBe(5 / 25);
    expect(figure(text, 'modelgraph_offering_uptime_ratio', { window })).toBe(1 - 4 / 25);
    expect(figure(text, 'modelgraph_attempts_total', { outcome: 'SERVER_ERROR' })).toBe(4);
    expect(figure(text, 'modelgraph_attempts_total', { outcome: 'SUCCEEDED' })).toBe(20);
    expect(figure(text, 'modelgraph_offering_breaker_state', { state: 'CLOSED' })).toBe(1);
    expect(text).toContain('process_resident_memory_bytes');
    expect((await get('admin', { method: 'HEAD' })).text).toBe('');
  });

  it('is read anew each time: counters go on, and the breaker has opened', async () => {
    node.call('SERVER_ERROR');
    for (let call = 0; call < 5; call += 1) node.call('OVERLOADED');
    const { text } = await get('admin');
    expect(figure(text, 'modelgraph_attempts_total', { outcome: 'SERVER_ERROR' })).toBe(5);
    expect(figure(text, 'modelgraph_attempts_total', { outcome: 'OVERLOADED' })).toBe(5);
    expect(figure(text, 'modelgraph_offering_breaker_state', { state: 'OPEN' })).toBe(1);
    expect(figure(text, 'modelgraph_offering_breaker_state', { state: 'CLOSED' })).toBe(0);
  });

  it('what has no measurement in a window has no figure there', async () => {
    node.clock.advance(120_000);
    const { text } = await get('admin');
    expect(text).not.toMatch(/ttft_seconds\{[^}]*window="1m"/);
    expect(text).toMatch(/ttft_seconds\{[^}]*window="5m"/);
    node.clock.advance(25 * 3_600_000);
    expect((await get('admin')).text).not.toContain('host/talker');
  });

  it('other paths and methods are not its own', async () => {
    expect((await fetch(`${base}/metrics/x`)).status).toBe(404);
    expect((await get('admin', { method: 'POST' })).response.status).toBe(404);
  });
});
