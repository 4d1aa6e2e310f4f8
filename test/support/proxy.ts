import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { TEST_TLS } from './tls.ts';

/** What a proxy does in place of connecting. */
export type ProxyAnswer =
  | { readonly status: number; readonly headers?: { readonly [name: string]: string } }
  /** Of SOCKS5. */
  | { readonly reply: number }
  | 'HANG'
  | 'CLOSE';

export type ProxyOptions = {
  readonly kind?: 'http' | 'https' | 'socks5';
  readonly credentials?: { readonly user: string; readonly password: string };
};

/** A real proxy on a loopback port of its own. It resolves no names: it knows where those that it was told of are. */
export type TestProxy = {
  /** `http://127.0.0.1:port`, or with the scheme of its kind. */
  readonly url: string;
  /** The same with the right credentials. */
  readonly urlWithCredentials: string;
  readonly port: number;
  /** `host:port` of each tunnel that was asked for, refused ones included. */
  readonly tunnels: readonly string[];
  /** Whole addresses of requests that came without a tunnel, refused ones included. */
  readonly forwarded: readonly string[];
  /** Connections that came. */
  readonly connections: () => number;
  /** Those that are open now. */
  readonly open: () => number;
  /** Where `host:port` really is: a loopback port. */
  know(authority: string, port: number): void;
  /** In place of connecting, from now on. Undefined: it connects again. */
  answerWith(answer: ProxyAnswer | undefined): void;
  close(): Promise<void>;
};

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The next `length` bytes of a socket. */
const readBytes = async (socket: Socket, length: number): Promise<Buffer> => {
  for (;;) {
    const bytes: unknown = socket.read(length);
    if (bytes instanceof Buffer) return bytes;
    await once(socket, 'readable');
  }
};

const pipeBoth = (one: Socket, other: Socket): void => {
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
  one.pipe(other).pipe(one);
};

export const startProxy = async ({ kind = 'http', credentials }: ProxyOptions = {}): Promise<TestProxy> => {
  const known = new Map<string, number>();
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let answer: ProxyAnswer | undefined;
  const wanted = credentials && basic(credentials.user, credentials.password);

  const answerFor = (authorization: string | undefined): ProxyAnswer | undefined =>
    wanted !== undefined && authorization !== wanted
      ? { status: 407, headers: { 'proxy-authenticate': 'Basic realm="test"' } }
      : answer;

  const reach = (authority: string): Socket | undefined => {
    const port = known.get(authority);
    return port === undefined ? undefined : connect(port, '127.0.0.1');
  };

  const onConnect = (asked: IncomingMessage, socket: Socket): void => {
    const authority = asked.url ?? '';
    tunnels.push(authority);
    const given = answerFor(asked.headers['proxy-authorization']);
    // Read on, so that its end is seen.
    if (given === 'HANG') return void socket.resume().on('end', () => socket.end());
    if (given === 'CLOSE') return void socket.destroy();
    const upstream = given === undefined ? reach(authority) : undefined;
    const refused =
      given !== undefined && 'status' in given ? given : upstream === undefined ? { status: 502 } : undefined;
    if (refused !== undefined || upstream === undefined) {
      const headers = Object.entries(refused?.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${refused?.status ?? 502} No\r\n${headers.join('')}content-length: 0\r\n\r\n`);
      return;
    }
    upstream.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      pipeBoth(socket, upstream);
    });
    upstream.on('error', () => socket.destroy());
  };

  const onRequest = (asked: IncomingMessage, response: ServerResponse): void => {
    forwarded.push(asked.url ?? '');
    const url = URL.parse(asked.url ?? '');
    const given = answerFor(asked.headers['proxy-authorization']);
    if (given === 'HANG') return;
    if (given === 'CLOSE') return void asked.socket.destroy();
    const port = url === null ? undefined : known.get(`${url.hostname}:${url.port || '80'}`);
    if (given !== undefined && 'status' in given) {
      response.writeHead(given.status, { ...given.headers }).end();
      return;
    }
    if (url === null || port === undefined) {
      response.writeHead(503, { 'x-squid-error': 'ERR_DNS_FAIL 0' }).end();
      return;
    }
    const { 'proxy-authorization': _own, ...headers } = asked.headers;
    const onward = request(
      { host: '127.0.0.1', port, method: asked.method, path: url.pathname + url.search, headers },
      (answered) => {
        response.writeHead(answered.statusCode ?? 0, answered.headers);
        answered.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    asked.pipe(onward);
  };

  const speakSocks = async (socket: Socket): Promise<void> => {
    const [, methods = 0] = await readBytes(socket, 2);
    const offered = await readBytes(socket, methods);
    const method = credentials === undefined ? 0 : 2;
    if (!offered.includes(method)) return void socket.end(Buffer.from([5, 0xff]));
    socket.write(Buffer.from([5, method]));
    let authorization: string | undefined;
    if (credentials !== undefined) {
      const [, userLength = 0] = await readBytes(socket, 2);
      const user = (await readBytes(socket, userLength)).toString();
      const [passwordLength = 0] = await readBytes(socket, 1);
      const password = (await readBytes(socket, passwordLength)).toString();
      authorization = basic(user, password);
      const isRight = authorization === wanted;
      socket.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) return void socket.end();
    }
    const [, , , type] = await readBytes(socket, 4);
    const host =
      type === 3
        ? (await readBytes(socket, (await readBytes(socket, 1))[0] ?? 0)).toString()
        : type === 1
          ? [...(await readBytes(socket, 4))].join('.')
          : `[${(await readBytes(socket, 16)).toString('hex')}]`;
    const authority = `${host}:${(await readBytes(socket, 2)).readUInt16BE()}`;
    tunnels.push(authority);
    const given = answerFor(authorization);
    if (given === 'HANG') return;
    if (given === 'CLOSE') return void socket.destroy();
    const reply = (code: number): void => void socket.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
    const upstream = given === undefined ? reach(authority) : undefined;
    if (upstream === undefined) {
      reply(given !== undefined && 'reply' in given ? given.reply : 4);
      return void socket.end();
    }
    upstream.once('connect', () => {
      reply(0);
      pipeBoth(socket, upstream);
    });
    upstream.on('error', () => socket.destroy());
  };

  const createServer = (): Server => {
    if (kind === 'socks5')
      return createSocketServer((socket) => {
        speakSocks(socket).catch(() => socket.destroy());
      });
    const server = kind === 'https' ? createHttpsServer(TEST_TLS, onRequest) : createHttpServer(onRequest);
    server.on('connect', onConnect);
    return server;
  };

  const server = createServer();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { user = '', password = '' } = credentials ?? {};
  return {
    url: `${kind}://127.0.0.1:${port}`,
    urlWithCredentials: `${kind}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    port,
    tunnels,
    forwarded,
    connections: () => connections,
    open: () => sockets.size,
    know: (authority, at) => void known.set(authority, at),
    answerWith(given) {
      answer = given;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
