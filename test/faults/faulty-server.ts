import { createServer, type Socket } from 'node:net';

const JSON_BODY =
  '{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":';
const HEAD = (status: string, type: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`;
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const typeFor = (asked: string): string =>
  /"stream":true|streamGenerateContent|alt=sse/.test(asked) ? 'text/event-stream' : 'application/json';

/** Writes these one after another, as slowly as that, for as long as anybody reads. */
const drip = (socket: Socket, everyMs: number, pieces: (index: number) => string | undefined): void => {
  let index = 0;
  const timer = setInterval(() => {
    const piece = socket.destroyed ? undefined : pieces(index);
    index += 1;
    if (piece === undefined) clearInterval(timer);
    else socket.write(piece);
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
};

/** What a provider does in place of answering: it is given the connection, and the request as text. */
export const FAULTS = {
  silent: { does: 'accepts the request and says nothing', play: () => {} },
  slowHead: {
    does: 'sends its head one byte a second',
    play: (socket, asked) => drip(socket, 1_000, (at) => HEAD('200 OK', typeFor(asked))[at]),
  },
  informational: {
    does: 'sends answers of status 103 without end',
    play: (socket) => drip(socket, 50, () => 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n'),
  },
  headAlone: {
    does: 'sends its head and nothing more',
    play: (socket, asked) => void socket.write(HEAD('200 OK', typeFor(asked))),
  },
  slowBody: {
    does: 'sends its body one byte a second',
    play(socket, asked) {
      socket.write(HEAD('200 OK', typeFor(asked)));
      const body = typeFor(asked) === 'application/json' ? JSON_BODY : `data: ${JSON_BODY}`;
      drip(socket, 1_000, (at) => chunk(body[at] ?? ' '));
    },
  },
  halfBody: {
    does: 'sends half of its body and nothing more',
    play(socket, asked) {
      const body = typeFor(asked) === 'application/json' ? JSON_BODY : ': waiting\n\n';
      socket.write(HEAD('200 OK', typeFor(asked)) + chunk(body));
    },
  },
  keepAlive: {
    does: 'sends signs of life in place of its body',
    play(socket, asked) {
      const sign = typeFor(asked) === 'application/json' ? '\n' : ': waiting\n\n';
      socket.write(HEAD('200 OK', typeFor(asked)));
      drip(socket, 200, () => chunk(sign));
    },
  },
  errorHalf: {
    does: 'sends status 500 and half of the error',
    play: (socket) =>
      void socket.write(HEAD('500 Internal Server Error', 'application/json') + chunk('{"error":{"mess')),
  },
  errorSlow: {
    does: 'sends status 503 and the error one byte a second',
    play(socket) {
      socket.write(HEAD('503 Service Unavailable', 'application/json'));
      drip(socket, 1_000, (at) => chunk('{"error":{"message":"No capacity."}}'[at] ?? ' '));
    },
  },
} as const satisfies {
  readonly [name: string]: {
    readonly does: string;
    readonly play: (socket: Socket, asked: string) => void;
  };
};
export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS).filter((name): name is FaultName => name in FAULTS);

/** Models' names say what becomes of their requests: `…-fault-NAME-…`. */
const faultIn = (asked: string): FaultName | undefined => {
  const name = /-fault-([a-zA-Z]+)/.exec(asked)?.[1];
  return FAULT_NAMES.find((each) => each === name);
};

const isWhole = (asked: string): boolean => {
  const at = asked.indexOf('\r\n\r\n');
  if (at === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(asked)?.[1];
  return length === undefined
    ? !/\r\ntransfer-encoding: chunked/i.test(asked) || asked.endsWith('0\r\n\r\n')
    : asked.length >= at + 4 + Number(length);
};

export type FaultyServer = { readonly url: string; close(): Promise<void> };

/** A provider that answers nothing, in as many ways. */
export const startFaultyServer = async (): Promise<FaultyServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let asked = '';
    socket.on('data', (piece) => {
      asked += piece.toString('latin1');
      if (!isWhole(asked)) return;
      const fault = faultIn(asked);
      if (fault === undefined) socket.end('HTTP/1.1 599 Not Scripted\r\ncontent-length: 0\r\n\r\n');
      else FAULTS[fault].play(socket, asked);
      asked = '';
    });
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
