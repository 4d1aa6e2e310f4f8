/**
 * The provider of the measurements of streams, in a process of its own. Every token says when it was sent. One timer carries
 * all streams, whose beginnings are spread evenly over the time between two tokens, and one write is one token.
 * `POST /pace` with `{"tokensPerSecond": 50}` or `{"burst": 1000}` (so many at once, then the end) sets what follows.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { STREAMED, WORD } from './answers.ts';
import { nowUs, stamp } from './streams-clock.ts';

const MARK = stamp(0);

/** What surrounds the stamp in one chunk of HTTP. */
type Token = { readonly before: string; readonly after: string };
type Answer = {
  readonly begin: string;
  readonly end: string;
  readonly token: Token;
  readonly burst: Token;
};

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const split = (text: string): Token => {
  const [before = '', after = ''] = text.split(MARK);
  return { before, after };
};
const ANSWERS: ReadonlyMap<string, Answer> = new Map(
  Object.entries(STREAMED).map(([path, { begin, token, end }]) => {
    const stamped = token.replace(WORD, `${MARK} `);
    return [
      path,
      {
        begin: chunk(begin),
        end: `${chunk(end)}0\r\n\r\n`,
        token: split(chunk(stamped)),
        burst: split(stamped),
      },
    ];
  }),
);

type Stream = { readonly socket: Socket; readonly token: Token };
type Pace = { readonly tokensPerSecond: number } | { readonly burst: number };

let pace: Pace = { tokensPerSecond: 50 };
/** Milliseconds between two tokens are as many slots; each stream has one. */
let slots: Set<Stream>[] = [];
let timer: NodeJS.Timeout | undefined;

const setPace = (next: Pace): void => {
  pace = next;
  clearInterval(timer);
  if ('burst' in next) return;
  const round = Math.round(1_000 / next.tokensPerSecond);
  slots = Array.from({ length: round }, () => new Set<Stream>());
  const began = performance.now();
  let served = 0;
  timer = setInterval(() => {
    const due = Math.floor(performance.now() - began);
    // A machine that cannot follow is not asked for more than it has missed in one round.
    served = Math.max(served, due - round);
    for (; served < due; served += 1)
      for (const { socket, token } of slots[served % round] ?? [])
        socket.write(token.before + stamp(nowUs()) + token.after, 'latin1');
  }, 1);
};

const join = (stream: Stream): Set<Stream> => {
  const slot = slots.reduce((emptiest, each) => (each.size < emptiest.size ? each : emptiest));
  slot.add(stream);
  return slot;
};

const answer = (path: string, response: ServerResponse): void => {
  const said = ANSWERS.get(path);
  const { socket } = response;
  if (said === undefined || socket === null) return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    ...('burst' in pace && { connection: 'close' }),
  });
  response.flushHeaders();
  socket.write(said.begin, 'latin1');
  if ('burst' in pace) {
    const { before, after } = said.burst;
    const one = before + stamp(nowUs()) + after;
    socket.write(chunk(one.repeat(pace.burst)) + said.end, 'latin1');
    // The answer was written past Node's own framing: the connection is not used again.
    socket.end();
    return;
  }
  const stream = { socket, token: said.token };
  const slot = join(stream);
  socket.once('close', () => slot.delete(stream));
};

const read = (request: IncomingMessage, whole: (text: string) => void): void => {
  const chunks: Buffer[] = [];
  request.on('data', (part: Buffer) => chunks.push(part));
  request.once('end', () => whole(Buffer.concat(chunks).toString()));
};

setPace(pace);
const server = createServer((request, response) => {
  request.socket.on('error', () => {});
  read(request, (body) => {
    if (request.url !== '/pace') return answer(request.url ?? '', response);
    setPace(JSON.parse(body));
    response.end('{}');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stdout.write(`listening http://127.0.0.1:${address.port}\n`);
});
