import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnswerBody, sendRequest } from '../../../src/adapters/providers/answer-body.ts';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { createFairTurns, type FairTurns } from '../../../src/adapters/providers/fair-turns.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const HALT = { onStop: () => {}, failure: () => undefined };
const STREAMS = 20;
/** What it takes to work through a piece; a turn has 20 ms for all of them. */
const PIECE_MS = 10;
const MOST_IN_A_TURN = 4;

let responses: ServerResponse[];
let asked: PromiseWithResolvers<void>;
const upstream = createServer((_request, response) => {
  responses.push(response);
  response.writeHead(200).flushHeaders();
  if (responses.length === STREAMS) asked.resolve();
});
let dispatcher: ReturnType<typeof createDispatcher>;
let clock: FakeClock;
let turns: FairTurns;
let isOver: boolean;
let turn: number;

beforeEach(async () => {
  responses = [];
  asked = Promise.withResolvers();
  dispatcher = createDispatcher();
  clock = createFakeClock();
  turns = createFairTurns(clock);
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  isOver = false;
  turn = 0;
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  count();
});
afterEach(async () => {
  isOver = true;
  await dispatcher.destroy();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

const ask = async (): Promise<AnswerBody> => {
  const { port } = upstream.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const response = await sendRequest(dispatcher, { origin, method: 'GET', path: '/' }, HALT, turns);
  return response.body;
};

type Taken = { readonly stream: number; readonly turn: number; readonly text: string };

const read = async (body: AnswerBody, stream: number, taken: Taken[]): Promise<void> => {
  for (let step = await body.next(); step.done !== true; step = await body.next()) {
    taken.push({ stream, turn, text: Buffer.from(step.value).toString() });
    clock.advance(PIECE_MS);
  }
};

const openAll = async (): Promise<readonly AnswerBody[]> => {
  const bodies = Promise.all(Array.from({ length: STREAMS }, ask));
  await asked.promise;
  return bodies;
};

describe('answers of providers', () => {
  it('that all come at once are worked through in several turns, each stream in its turn', async () => {
    const bodies = await openAll();
    const taken: Taken[] = [];
    const reading = bodies.map((body, stream) => read(body, stream, taken));
    for (const response of responses) response.end('a piece');
    await Promise.all(reading);
    expect(taken).toHaveLength(STREAMS);
    const each = Map.groupBy(taken, (piece) => piece.turn);
    expect(Math.max(...[...each.values()].map((pieces) => pieces.length))).toBeLessThanOrEqual(
      MOST_IN_A_TURN,
    );
  });

  it('are given whole and in order, however much waits and though the connection is closed meanwhile', async () => {
    const bodies = await openAll();
    const taken: Taken[] = [];
    const text = Array.from({ length: 20_000 }, (_, n) => `${n} `).join('');
    const reading = bodies.map((body, stream) => read(body, stream, taken));
    for (const response of responses) response.end(text);
    await Promise.all(reading);
    const got = Map.groupBy(taken, ({ stream }) => stream);
    expect(got.size).toBe(STREAMS);
    for (const pieces of got.values()) expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });

  it('give nothing more once they are given up, though pieces waited for their turn', async () => {
    const bodies = await openAll();
    const taken: number[] = [];
    const readOne = async (body: AnswerBody, stream: number): Promise<void> => {
      await body.next();
      taken.push(stream);
      clock.advance(PIECE_MS);
      // By the third one the others' pieces have come, and wait.
      if (taken.length === 3) for (const other of bodies) other.destroy();
    };
    const reading = bodies.map(readOne);
    for (const response of responses) response.write('a piece');
    const ends = await Promise.allSettled(reading);
    expect(taken).toHaveLength(3);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(STREAMS - 3);
  });
});
