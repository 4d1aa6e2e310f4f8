import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { ProxyServer } from '../domain/proxy.ts';
import { openTunnel, tlsName } from './proxy-tunnel.ts';

/** For libraries that send by Node's own client: an agent whose connections are tunnels through a proxy. */
export const tunnelAgent = (
  proxy: ProxyServer,
  protocol: string,
  tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'> = {},
): HttpAgent => {
  const isSecure = protocol === 'https:';
  const agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  agent.createConnection = (options, callback) => {
    const host = (options.host ?? 'localhost').replace(/^\[(.*)\]$/, '$1');
    const port = Number(options.port) || (isSecure ? 443 : 80);
    openTunnel(proxy, { host, port }).then(
      (socket) => {
        // Without the host, the certificate of an address would be held to be the proxy's.
        callback?.(null, isSecure ? connectTls({ ...tls, host, servername: tlsName(host), socket }) : socket);
      },
      // Its second argument is left out by the declaration of the types alone.
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
};
