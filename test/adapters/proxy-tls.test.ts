import { once } from 'node:events';
import { createServer, get } from 'node:https';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { tunnelAgent } from '../../src/adapters/proxy-agent.ts';
import { openTunnel } from '../../src/adapters/proxy-tunnel.ts';
import { type ProxyServer, parseProxy } from '../../src/domain/proxy.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { TEST_TLS, trustTestCertificate } from '../support/tls.ts';

beforeAll(trustTestCertificate);

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const proxyAt = (url: string): ProxyServer => {
  const proxy = parseProxy(url, 'HTTPS_PROXY');
  if (typeof proxy === 'string') throw new Error(proxy);
  return proxy;
};

const httpsServer = async (): Promise<number> => {
  const server = createServer(TEST_TLS, (_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ close: () => server.closeAllConnections() ?? server.close() });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const proxyTo = async (kind: 'http' | 'https', authority: string, port: number): Promise<TestProxy> => {
  const proxy = await startProxy({ kind });
  opened.push(proxy);
  proxy.know(authority, port);
  return proxy;
};

it.each(['127.0.0.1', 'localhost'])(
  'a proxy over TLS at %s shows a certificate of its own, whatever lies behind it',
  async (host) => {
    const { port } = await proxyTo('https', 'api.elsewhere.test:443', await httpsServer());
    const socket = await openTunnel(proxyAt(`https://${host}:${port}`), {
      host: 'api.elsewhere.test',
      port: 443,
    });
    socket.destroy();
  },
);

const statusOf = (host: string, proxy: ProxyServer): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = get({ host, port: 443, agent: tunnelAgent(proxy, 'https:') }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
  });

it('a certificate of the proxy is none of the address behind it', async () => {
  const server = await httpsServer();
  const { port } = await proxyTo('http', '192.0.2.7:443', server);
  await expect(statusOf('192.0.2.7', proxyAt(`http://localhost:${port}`))).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

it('an address behind a proxy shows a certificate of its own', async () => {
  const server = await httpsServer();
  const { port } = await proxyTo('http', '127.0.0.1:443', server);
  expect(await statusOf('127.0.0.1', proxyAt(`http://localhost:${port}`))).toBe(200);
});
