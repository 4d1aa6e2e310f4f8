import { randomBytes } from 'node:crypto';

/** The little of RFC 6455 that a client of one subscription needs. What the server sends is searched, not parsed. */

const frame = (opcode: number, payload: Buffer): Buffer => {
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  const header =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, mask, masked]);
};

export const textFrame = (text: string): Buffer => frame(1, Buffer.from(text));

/** May be sent without having been asked for, and is then as good as an answer to a ping. */
export const pongFrame = (): Buffer => frame(10, Buffer.alloc(0));

export const upgradeRequest = (host: string, path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    `host: ${host}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    'sec-websocket-protocol: graphql-transport-ws',
    '\r\n',
  ].join('\r\n');
