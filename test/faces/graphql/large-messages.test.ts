import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SocketSender } from '../../../src/faces/graphql/socket-sender.ts';
import { WrittenResults, writeInSlices } from '../../../src/faces/graphql/work/written-result.ts';

const NO_PAUSE = () => undefined;
const LARGE = {
  data: { rows: Array.from({ length: 20_000 }, (_, index) => ({ id: index, name: `row ${index} – é` })) },
};

describe('a large result in a message of a protocol', () => {
  it('is handed on in pieces, and never put together', async () => {
    const written = new WrittenResults();
    const standIn = written.standInFor({ pieces: await writeInSlices(LARGE, NO_PAUSE), pause: NO_PAUSE });
    const text = JSON.stringify({ id: '1', payload: standIn });
    const message = written.take(text);
    expect(message?.pieces.join('')).toBe(JSON.stringify({ id: '1', payload: LARGE }));
    expect(Math.max(...(message?.pieces ?? []).map(({ length }) => length))).toBeLessThan(40_000);
    // Nothing is kept of what was taken.
    expect(written.take(text)).toBeUndefined();
  });
});

describe('the messages of a socket', () => {
  let http: Server;
  let sockets: WebSocketServer;
  beforeAll(async () => {
    http = createServer();
    sockets = new WebSocketServer({ server: http });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
  });
  afterAll(() => {
    sockets.close();
    http.close();
  });

  const port = (): number => (http.address() as AddressInfo).port;
  const nextSocket = async (): Promise<WebSocket> => {
    const [socket] = await once(sockets, 'connection');
    return socket;
  };

  it('come in their order, while a large one goes out piece by piece', async () => {
    const opened = nextSocket();
    const client = new WebSocket(`ws://127.0.0.1:${port()}`);
    const came: string[] = [];
    client.on('message', (data) => came.push(String(data)));
    const sender = new SocketSender(await opened);
    await once(client, 'open');
    const held = Promise.withResolvers<void>();
    let asked = 0;
    const large = sender.send({
      pieces: ['one ', 'twö ', 'three'],
      pause: () => {
        asked += 1;
        return asked === 2 ? held.promise : undefined;
      },
    });
    const after = [sender.send('next'), sender.send('last')];
    held.resolve();
    await Promise.all([large, ...after]);
    await sender.send('alone');
    client.close();
    await once(client, 'close');
    expect(came).toEqual(['one twö three', 'next', 'last', 'alone']);
  });

  it('go out as fragments where they are large, so that none is copied whole', async () => {
    const opened = nextSocket();
    const request = get({
      port: port(),
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    const [, client] = await once(request, 'upgrade');
    const sender = new SocketSender(await opened);
    const bytes: Buffer[] = [];
    client.on('data', (chunk: Buffer) => bytes.push(chunk));
    await sender.send({ pieces: ['a', 'b', 'c'], pause: NO_PAUSE });
    await sender.send('d');
    while (Buffer.concat(bytes).length < 12) await once(client, 'data');
    // RFC 6455, 5.2: a text's first fragment, one in between, the last one; and a text that is whole.
    expect(Buffer.concat(bytes).toString('latin1')).toBe('\x01\x01a\x00\x01b\x80\x01c\x81\x01d');
    client.destroy();
  });
});
