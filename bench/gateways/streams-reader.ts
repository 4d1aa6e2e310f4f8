/**
 * The client of the measurements of streams, in a process of its own: raw sockets, and a search for the stamps of tokens in
 * whatever comes, so that it takes little of the machine.
 */

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { nowUs, STAMP_DIGITS, STAMP_SIGN } from './streams-clock.ts';
import { createHistogram, type Histogram } from './streams-histogram.ts';
import type { FromReader, ReadStreams, StreamsRead } from './streams-message.ts';
import { pongFrame, textFrame, upgradeRequest } from './streams-websocket.ts';

const SIGN = STAMP_SIGN.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const STAMP_LENGTH = 1 + STAMP_DIGITS;
/** Opened one after another: who opens 1,000 connections at once measures the queue of the listening socket. */
const OPEN_EVERY_MS = 2;
const OPEN_WITHIN_MS = 60_000;
const PONG_EVERY_MS = 5_000;
const HEAD_LENGTH = 2_000;

const say = (message: FromReader): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
type Stream = { readonly socket: Socket; tokens: number; rest: Buffer; head: string; answered: boolean };
type Reading = { histogram: Histogram; isMeasured: boolean; reads: number };

/** NaN where a stamp is not whole, as where the boundary of two chunks goes through it. */
const stampAt = (bytes: Buffer, at: number): number => {
  let us = 0;
  for (let n = at + 1; n < at + STAMP_LENGTH; n += 1) {
    const digit = (bytes[n] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    us = us * 10 + digit;
  }
  return us;
};

/** Counts the tokens in what came; what may be the beginning of a stamp is kept for the next time. */
const search = (stream: Stream, came: Buffer, reading: Reading): void => {
  const bytes = stream.rest.length === 0 ? came : Buffer.concat([stream.rest, came]);
  const now = nowUs();
  reading.reads += 1;
  let at = bytes.indexOf(SIGN);
  for (; at >= 0 && at + STAMP_LENGTH <= bytes.length; at = bytes.indexOf(SIGN, at + STAMP_LENGTH)) {
    stream.tokens += 1;
    if (!reading.isMeasured) continue;
    const us = stampAt(bytes, at);
    if (!Number.isNaN(us)) reading.histogram.record(now - us);
  }
  stream.rest = at < 0 ? EMPTY : Buffer.from(bytes.subarray(at));
};
const EMPTY = Buffer.alloc(0);

const requestOf = ({ url, key, ask, transport }: ReadStreams): string => {
  const { host } = new URL(url);
  if (transport === 'GRAPHQL_WS') return upgradeRequest(host, ask.path);
  const headers = { ...ask.headers, 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return [
    `POST ${ask.path} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(ask.body)}`,
    '',
    ask.body,
  ].join('\r\n');
};

/** What comes before the first token: the answer's status, and over WebSocket what it needs to be said. */
const open = (stream: Stream, came: Buffer, asked: ReadStreams): void => {
  const before = stream.head;
  stream.head = (before + came.toString('latin1')).slice(0, HEAD_LENGTH);
  if (asked.transport === 'HTTP') {
    if (!stream.head.startsWith('HTTP/1.1 200')) throw new Error(stream.head);
    return;
  }
  if (!stream.head.startsWith('HTTP/1.1 101')) throw new Error(stream.head);
  const isNew = (text: string): boolean => stream.head.includes(text) && !before.includes(text);
  if (isNew('\r\n\r\n'))
    stream.socket.write(
      textFrame(
        JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${asked.key}` } }),
      ),
    );
  if (isNew('connection_ack'))
    stream.socket.write(
      textFrame(JSON.stringify({ id: '1', type: 'subscribe', payload: JSON.parse(asked.ask.body) })),
    );
};

const isOver = (stream: Stream, asked: ReadStreams): boolean =>
  asked.expect.kind === 'BURST' && stream.tokens >= asked.expect.tokens;

const readStreams = async (asked: ReadStreams): Promise<void> => {
  const { hostname, port } = new URL(asked.url);
  const reading: Reading = {
    histogram: createHistogram(),
    isMeasured: asked.expect.kind === 'BURST',
    reads: 0,
  };
  const streams: Stream[] = [];
  const failed = Promise.withResolvers<never>();
  const flowing = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  let left = asked.count;
  let answered = 0;
  let isClosing = false;
  const request = requestOf(asked);
  const start = (): void => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const stream: Stream = { socket, tokens: 0, rest: EMPTY, head: '', answered: false };
    streams.push(stream);
    const fail = (why: string): void => {
      if (!isClosing && !isOver(stream, asked)) failed.reject(new Error(why));
    };
    socket.once('connect', () => socket.write(request));
    socket.on('data', (came) => {
      try {
        if (!stream.answered) open(stream, came, asked);
      } catch (error) {
        return fail(`no stream: ${error instanceof Error ? error.message : String(error)}`);
      }
      const wasOver = isOver(stream, asked);
      search(stream, came, reading);
      if (!stream.answered && stream.tokens > 0) {
        stream.answered = true;
        answered += 1;
        if (answered === asked.count) flowing.resolve();
      }
      if (wasOver || !isOver(stream, asked)) return;
      left -= 1;
      if (left === 0) over.resolve();
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () =>
      fail(`a stream ended after ${stream.tokens} tokens: ${stream.head.slice(-500)}`),
    );
  };
  const ponging = setInterval(() => {
    if (asked.transport === 'GRAPHQL_WS') for (const { socket } of streams) socket.write(pongFrame());
  }, PONG_EVERY_MS);
  const impatience = setTimeout(() => {
    const silent = streams.find((stream) => !stream.answered);
    const untold = streams.filter(({ head, answered: flows }) => !flows && head === '');
    const tokens = streams.reduce((sum, stream) => sum + stream.tokens, 0);
    failed.reject(
      new Error(
        `${answered} of ${asked.count} streams were flowing within ${OPEN_WITHIN_MS / 1_000} s, ${streams.length} had been begun, and of ${untold.length} nothing came at all (not accepted, or not yet read). ${tokens} tokens came meanwhile. One silent stream said only: ${JSON.stringify(silent?.head)}`,
      ),
    );
  }, OPEN_WITHIN_MS);

  const measure = async (): Promise<StreamsRead> => {
    const { expect } = asked;
    const isPaced = expect.kind === 'PACED';
    if (!isPaced) await say({ kind: 'BEGIN' });
    const burstBegan = performance.now();
    for (let n = 0; n < asked.count; n += 1) {
      start();
      if (isPaced) await pause(OPEN_EVERY_MS);
    }
    await flowing.promise;
    clearTimeout(impatience);
    if (isPaced) await pause(expect.settleMs);
    if (isPaced) await say({ kind: 'BEGIN' });
    const before = streams.map(({ tokens }) => (isPaced ? tokens : 0));
    const began = isPaced ? performance.now() : burstBegan;
    reading.isMeasured = true;
    reading.reads = 0;
    if (isPaced) await pause(expect.ms);
    else await over.promise;
    reading.isMeasured = false;
    const ms = performance.now() - began;
    const tokens = streams.map((stream, index) => stream.tokens - (before[index] ?? 0));
    const ordered = tokens.toSorted((one, other) => one - other);
    return {
      tokens: tokens.reduce((sum, each) => sum + each, 0),
      ms,
      delayP50Ms: reading.histogram.percentileMs(0.5),
      delayP99Ms: reading.histogram.percentileMs(0.99),
      // Where most of them had nothing, the slowest is starved, too.
      slowestShare: (ordered[0] ?? 0) / Math.max(1, ordered[Math.floor(ordered.length / 2)] ?? 0),
      reads: reading.reads,
    };
  };
  try {
    const read = await Promise.race([measure(), failed.promise]);
    await say({ kind: 'END', read });
  } catch (error) {
    await say({ kind: 'FAILED', problem: error instanceof Error ? error.message : String(error) });
  } finally {
    isClosing = true;
    clearTimeout(impatience);
    clearInterval(ponging);
    for (const { socket } of streams) socket.destroy();
    await say({ kind: 'CLOSED' });
  }
};

process.on('message', (asked: ReadStreams) => void readStreams(asked));
process.once('disconnect', () => process.exit());
void say({ kind: 'READY' });
