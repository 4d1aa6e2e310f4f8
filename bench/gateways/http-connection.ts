import { createConnection } from 'node:net';
import type { Target } from './load-job.ts';

/**
 * As little of HTTP/1.1 as a load generator needs, over one connection that is kept: what the generator computes, the
 * measured server cannot on a machine that both of them share.
 */
export type HttpConnection = {
  /** One request at a time; `onAnswer` says when it is through. */
  send(): void;
  close(): void;
};

/** `true` for a true answer; a text says what came instead of one. */
export type OnAnswer = (result: true | string) => void;

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const SHOWN = 1_500;

export const requestBytes = ({ url, path, headers, body }: Target): Buffer => {
  const lines = [`POST ${path} HTTP/1.1`, `host: ${new URL(url).host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  lines.push(`content-length: ${Buffer.byteLength(body)}`, '', '');
  return Buffer.concat([Buffer.from(lines.join('\r\n')), Buffer.from(body)]);
};

type Head = { readonly bodyAt: number; readonly length: number | undefined };

const readHead = (received: Buffer): Head | undefined => {
  const end = received.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, end))?.[1];
  return { bodyAt: end + HEAD_END.length, length: length === undefined ? undefined : Number(length) };
};

export const connectTo = (
  target: Target,
  request: Buffer,
  expected: Buffer,
  onAnswer: OnAnswer,
): Promise<HttpConnection> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target.url);
    const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
    let received: Buffer | undefined;
    let head: Head | undefined;
    let isAsking = false;

    const finish = (): void => {
      const answer = received;
      received = undefined;
      head = undefined;
      isAsking = false;
      const isTrue = answer?.toString('latin1', 9, 12) === '200' && answer.includes(expected);
      onAnswer(isTrue || `${answer?.toString('latin1', 0, SHOWN)}`);
    };
    /** A chunked answer ends as its last chunk does; none of those that are asked for here ends so in its midst. */
    const isThrough = (bytes: Buffer, { bodyAt, length }: Head): boolean =>
      length === undefined
        ? bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
        : bytes.length >= bodyAt + length;
    socket.on('data', (chunk: Buffer) => {
      received = received === undefined ? chunk : Buffer.concat([received, chunk]);
      head ??= readHead(received);
      if (head !== undefined && isThrough(received, head)) finish();
    });
    const fail = (why: string): void => {
      if (!isAsking) return;
      isAsking = false;
      onAnswer(why);
    };
    socket.once('error', (error) => {
      reject(error);
      fail(error.message);
    });
    socket.once('close', () => fail('The connection was closed.'));
    socket.once('connect', () =>
      resolve({
        send: () => {
          isAsking = true;
          if (socket.destroyed) return void queueMicrotask(() => fail('The connection is closed.'));
          socket.write(request);
        },
        close: () => socket.destroy(),
      }),
    );
  });
