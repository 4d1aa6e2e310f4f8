import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GraphFace } from '../../../src/faces/graphql/graph-face.ts';
import { type GraphOnDemand, onDemand } from '../../../src/faces/graphql/graph-on-demand.ts';

describe('a graph that is made on demand', () => {
  let making: PromiseWithResolvers<GraphFace>;
  let made: number;
  let closed: number;
  let graph: GraphOnDemand;
  let server: Server;
  let url: string;
  const face: GraphFace = {
    async handle(request, response) {
      response.end(`answered ${request.url}`);
      return true;
    },
    upgrade(_request, socket) {
      socket.end('HTTP/1.1 418 Seen\r\nconnection: close\r\n\r\n');
      return true;
    },
    async close() {
      closed += 1;
    },
  };

  beforeEach(async () => {
    making = Promise.withResolvers();
    [made, closed] = [0, 0];
    graph = onDemand(() => {
      made += 1;
      return making.promise;
    });
    server = createServer((request, response) => {
      const answered = graph.handle(request, response);
      if (answered === false) response.end('another face');
      else
        answered === true ||
          answered.catch((error: Error) => {
            response.statusCode = 500;
            response.end(error.message);
          });
    });
    server.on('upgrade', (request, socket, head) => {
      if (!graph.upgrade(request, socket, head)) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const textOf = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  const upgraded = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asking = ask(`${url}${path}`, { headers: { connection: 'upgrade', upgrade: 'websocket' } });
      asking.once('response', (response) => resolve(response.statusCode));
      asking.once('error', reject);
      asking.end();
    });

  it('is not made for what is asked of other faces, nor to be closed', async () => {
    for (const path of ['/', '/v1/models', '/ready', '/graphql/other', '/graphqls'])
      expect(await textOf(path)).toBe('another face');
    await expect(upgraded('/other')).rejects.toThrow();
    await graph.close();
    expect({ made, closed }).toEqual({ made: 0, closed: 0 });
  });

  it('is made once for all who ask meanwhile, who wait for it', async () => {
    const paths = ['/graphql', '/graphql?query={a}', '/graphql/stream', '/graphql/schema.graphql'];
    const arrived = Promise.withResolvers<void>();
    let requests = 0;
    const count = (): void => {
      requests += 1;
      if (requests === paths.length + 1) arrived.resolve();
    };
    server.on('request', count);
    server.on('upgrade', count);
    const answers = Promise.all([...paths.map(textOf), upgraded('/graphql')]);
    await arrived.promise;
    making.resolve(face);
    expect(await answers).toEqual([...paths.map((path) => `answered ${path}`), 418]);
    await graph.prepare();
    expect(await textOf('/graphql')).toBe('answered /graphql');
    expect(made).toBe(1);
    await graph.close();
    expect(closed).toBe(1);
  });

  it('fails each request, and being made ahead, where it cannot be made', async () => {
    making.reject(new Error('two types of one name'));
    await expect(graph.prepare()).rejects.toThrow('two types of one name');
    expect(await textOf('/graphql')).toBe('two types of one name');
    await expect(upgraded('/graphql')).rejects.toThrow();
    await graph.close();
  });
});
