import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createSocketServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMediaFetcher, type MediaFetcherOptions } from '../../../src/adapters/media/fetcher.ts';

const LIMITS = { maxBytes: 1_000, timeoutMs: 5_000 };
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const NOBODY = 'could not be fetched: no public server answers at this address.';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server; `connections` counts every socket that reached it. */
const serve = async (handler: Handler, host = '127.0.0.1', at = 0) => {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(at, host, resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host === '::1' ? '[::1]' : host}:${port}`,
    requests,
    connections: () => connections,
    open: () => sockets.size,
  };
};

const png: Handler = (_request, response) => response.setHeader('content-type', 'image/png').end(PNG);

const anyPort = { isAllowedPort: () => true } as const;
/** For servers of the tests, which all live on this machine. */
const here = { ...anyPort, isAllowed: () => true } as const;

const fetchFrom = (url: string, options: MediaFetcherOptions = here, limits = LIMITS) =>
  createMediaFetcher(options).fetch(url, limits, new AbortController().signal);

const problemOf = async (...args: Parameters<typeof fetchFrom>): Promise<string> => {
  const fetched = await fetchFrom(...args);
  if (fetched.kind !== 'REFUSED') throw new Error('it was fetched');
  return fetched.problem;
};

describe('what lies at an address', () => {
  it('is fetched with its type and name, and nothing of ours goes along', async () => {
    const server = await serve((_request, response) =>
      response.setHeader('content-type', 'Image/PNG; charset=x').setHeader('set-cookie', 'a=b').end(PNG),
    );
    const fetcher = createMediaFetcher(here);
    const url = `${server.url}/a/cat.png?size=1#top`;
    for (let n = 0; n < 2; n += 1) {
      const fetched = await fetcher.fetch(url, LIMITS, new AbortController().signal);
      expect(fetched).toMatchObject({ kind: 'FETCHED', media: { mediaType: 'image/png', name: 'cat.png' } });
      if (fetched.kind === 'FETCHED') expect(Buffer.from(fetched.media.bytes)).toEqual(PNG);
    }
    expect(server.connections()).toBe(2);
    for (const { headers } of server.requests) {
      expect(Object.keys(headers).toSorted()).toEqual([
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
      ]);
      expect(headers['accept-encoding']).toBe('identity');
    }
  });

  it('has no type where the server says none that is one', async () => {
    const server = await serve((_request, response) => response.setHeader('content-type', 'lies').end(PNG));
    expect(await fetchFrom(server.url)).toMatchObject({ media: { mediaType: 'application/octet-stream' } });
  });

  it('is fetched where redirects lead, up to three', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) png(request, response);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await fetchFrom(`${server.url}/3`)).toMatchObject({ kind: 'FETCHED' });
    expect(await problemOf(`${server.url}/4`)).toBe('could not be fetched: it leads on more than 3 times.');
    await expect.poll(server.open).toBe(0);
  });
});

describe('nothing is connected to', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1'],
    ['one number', 'http://2130706433'],
    ['octal', 'http://0177.0.0.1'],
    ['hexadecimal', 'http://0x7f.0.0.1'],
    ['short', 'http://127.1'],
    ['with a dot at its end', 'http://127.0.0.1.'],
    ['zero', 'http://0'],
    ['full-width digits', 'http://１２７.0.0.1'],
    ['IPv6', 'http://[::1]'],
    ['mapped', 'http://[::ffff:127.0.0.1]'],
    ['mapped, in hexadecimal', 'http://[::ffff:7f00:1]'],
    ['localhost', 'http://localhost'],
    ['localhost with a dot', 'http://localhost.'],
  ])('at this machine, written as %s', async (_, origin) => {
    const server = await serve(png);
    expect(await problemOf(`${origin}:${server.port}/`, anyPort)).toBe(NOBODY);
    expect(server.connections()).toBe(0);
  });

  it('at this machine over IPv6', async () => {
    const server = await serve(png, '::1');
    expect(await problemOf(server.url, anyPort)).toBe(NOBODY);
    expect(server.connections()).toBe(0);
  });

  it.each([
    ['metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a private network', 'http://10.0.0.1/'],
    ['a zone', 'http://[fe80::1%25eth0]/'],
  ])('at %s', async (_, url) => {
    expect(await problemOf(url, {})).toMatch(/^(could not be fetched: no public|is no address)/);
  });

  it('where a public server redirects to this machine', async () => {
    const inside = await serve(png);
    for (const target of [
      inside.url,
      `//127.0.0.1:${inside.port}/`,
      `http://[::ffff:7f00:1]:${inside.port}`,
    ]) {
      const outside = await serve((_request, response) =>
        response.writeHead(302, { location: target }).end(),
      );
      // The outside server stands for the internet under a name of its own.
      const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
      let asked = 0;
      const isAllowed = (): boolean => {
        asked += 1;
        return asked === 1;
      };
      expect(
        await problemOf(`http://outside.test:${outside.port}/`, { ...anyPort, resolve, isAllowed }),
      ).toBe(NOBODY);
      expect(outside.connections()).toBe(1);
    }
    expect(inside.connections()).toBe(0);
  });

  it('when a name means a public address first and this machine later', async () => {
    // 127.0.0.2 stands for the internet, 127.0.0.1 for this machine; both serve on one port.
    const outside = await serve(png, '127.0.0.2');
    const inside = await serve(png, '127.0.0.1', outside.port);
    const [publicOne, ours] = [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const answers = [[publicOne], [ours], [publicOne, ours], [publicOne]];
    let lookups = 0;
    const fetcher = createMediaFetcher({
      ...anyPort,
      resolve: async () => answers[lookups++] ?? [],
      isAllowed: (address) => address === publicOne.address,
    });
    const fetched: string[] = [];
    for (const _ of answers) {
      const url = `http://rebinding.test:${outside.port}/`;
      fetched.push((await fetcher.fetch(url, LIMITS, new AbortController().signal)).kind);
    }
    expect(fetched).toEqual(['FETCHED', 'REFUSED', 'REFUSED', 'FETCHED']);
    // Once a fetch: nobody asks again between the check and the connection.
    expect(lookups).toBe(4);
    expect(outside.connections()).toBe(2);
    expect(inside.connections()).toBe(0);
  });

  it.each([
    ['file:///etc/passwd', 'takes an address of http or https.'],
    ['ftp://example.com/', 'takes an address of http or https.'],
    ['data:image/png;base64,AAAA', 'takes an address of http or https.'],
    ['http://user:pass@example.com/', 'takes an address without a user name and a password.'],
    ['http://example.com:22/', 'takes an address with one of the ports 80, 443, 8080, 8443.'],
    ['http://example.com:6379/', 'takes an address with one of the ports 80, 443, 8080, 8443.'],
    ['nonsense', 'is no address that can be fetched.'],
    [`http://example.com/${'a'.repeat(9_000)}`, 'is no address that can be fetched.'],
  ])('for %s', async (url, problem) => {
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return [];
    };
    expect(await problemOf(url, { resolve })).toBe(problem);
    expect(asked).toEqual([]);
  });
});

it('does not tell a closed port, an unknown name and a private address from one another', async () => {
  const closed = createSocketServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await problemOf(`http://127.0.0.1:${port}/`)).toBe(NOBODY);
  expect(await problemOf(`http://127.0.0.1:${port}/`, anyPort)).toBe(NOBODY);
  const unknown = () => Promise.reject(new Error('ENOTFOUND'));
  expect(await problemOf('http://nowhere.test/', { resolve: unknown })).toBe(NOBODY);
  const intranet = async () => [{ address: '10.1.2.3', family: 4 }];
  expect(await problemOf('http://wiki.corp.test/', { resolve: intranet })).toBe(NOBODY);
});

describe('a body is refused', () => {
  it('that is larger than allowed, without being read to its end', async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(100_000))) sent += 100_000;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await problemOf(server.url, here, { maxBytes: 300_000, timeoutMs: 5_000 })).toBe(
      'is larger than 300000 bytes.',
    );
    await expect.poll(server.open).toBe(0);
    expect(sent).toBeLessThan(50_000_000);
  });

  it('whose stated length is too much, before any of it', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1001' }).flushHeaders();
    });
    expect(await problemOf(server.url)).toBe('is larger than 1000 bytes.');
    await expect.poll(server.open).toBe(0);
  });

  it('that is shorter than it says', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '500' }).write('abc', () => response.destroy());
    });
    expect(await problemOf(server.url)).toBe('could not be fetched: its server broke off.');
  });

  it('that is compressed, whatever it grows to', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const server = await serve((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(bomb),
    );
    expect(await problemOf(server.url, here, { maxBytes: 1_000_000, timeoutMs: 5_000 })).toBe(
      'could not be fetched: its server sends it compressed, although asked not to.',
    );
  });

  it.each([
    [404, 'could not be fetched: its server answers with status 404.'],
    [206, 'could not be fetched: its server answers with status 206.'],
    [304, 'could not be fetched: its server answers with status 304.'],
  ])('of status %i', async (status, problem) => {
    const server = await serve((_request, response) => response.writeHead(status).end());
    expect(await problemOf(server.url)).toBe(problem);
  });

  it('that is empty', async () => {
    const server = await serve((_request, response) => response.end());
    expect(await problemOf(server.url)).toBe('is empty.');
  });
});

describe('time', () => {
  it.each([
    ['an answer', () => {}],
    [
      'the end of a body that drips',
      (_request: IncomingMessage, response: ServerResponse) => {
        const timer = setInterval(() => response.write('a'), 5);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'redirects that come slowly',
      (_request: IncomingMessage, response: ServerResponse) => {
        setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 80);
      },
    ],
  ])('is limited in all while waiting for %s', async (_, handler) => {
    const server = await serve(handler);
    expect(await problemOf(server.url, here, { maxBytes: 1_000, timeoutMs: 150 })).toBe(
      'could not be fetched within 150 ms.',
    );
    await expect.poll(server.open).toBe(0);
  });

  it('ends at once when the caller goes', async () => {
    const server = await serve(() => {});
    const aborter = new AbortController();
    // Longer than a test may take: what ends it is not the limit.
    const limits = { ...LIMITS, timeoutMs: 600_000 };
    const fetching = createMediaFetcher(here).fetch(server.url, limits, aborter.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    aborter.abort();
    expect(await fetching).toEqual({ kind: 'REFUSED', problem: 'was not fetched: the request was ended.' });
    await expect.poll(server.open).toBe(0);
    // The server itself goes on.
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.destroy();
        resolve();
      });
    });
  });
});
