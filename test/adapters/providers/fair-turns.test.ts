import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { createFairTurns, type FairTurns } from '../../../src/adapters/providers/fair-turns.ts';
import { HttpExchange } from '../../../src/adapters/providers/http-exchange.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const STREAMS = 20;
/** What it takes to work through a piece; a turn has 20 ms for all of them. */
const PIECE_MS = 10;
const MOST_IN_A_TURN = 4;

let responses: ServerResponse[];
let asked: PromiseWithResolvers<void>;
const upstream = createServer((_request, response) => {
  responses.push(response);
  response.writeHead(200).flushHeaders();
  response.on('close', () => {
    gone += 1;
  });
  if (responses.length === STREAMS) asked.resolve();
});
let dispatcher: ReturnType<typeof createDispatcher>;
let clock: FakeClock;
let turns: FairTurns;
let isOver: boolean;
let turn: number;
/** Connections that are closed. */
let gone: number;

beforeEach(async () => {
  responses = [];
  asked = Promise.withResolvers();
  dispatcher = createDispatcher();
  clock = createFakeClock();
  turns = createFairTurns(clock);
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  isOver = false;
  turn = 0;
  gone = 0;
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

type Taken = { readonly stream: number; readonly turn: number; readonly text: string };

/** An answer that is worked through as it comes. */
class WorkedThrough extends HttpExchange {
  readonly #head = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  /** Told of each piece before time goes on. */
  onTaken: (text: string) => void = () => {};

  get head(): Promise<void> {
    return this.#head.promise;
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  protected override onHead(): void {
    this.#head.resolve();
  }

  protected override onPiece(piece: Uint8Array): void {
    this.onTaken(Buffer.from(piece).toString());
    clock.advance(PIECE_MS);
  }

  protected override onEnd(): void {
    this.#over.resolve();
  }

  protected override onLost(error: unknown): void {
    this.#over.reject(error);
  }

  protected override onDefect(error: unknown): void {
    this.#over.reject(error);
  }
}

const ask = async (): Promise<WorkedThrough> => {
  const { port } = upstream.address() as AddressInfo;
  const exchange = new WorkedThrough({ turns, clock });
  dispatcher.dispatch({ origin: `http://127.0.0.1:${port}`, method: 'GET', path: '/' }, exchange);
  await exchange.head;
  return exchange;
};

const read = (exchange: WorkedThrough, stream: number, taken: Taken[]): Promise<void> => {
  exchange.onTaken = (text) => void taken.push({ stream, turn, text });
  return exchange.over;
};

const openAll = async (): Promise<readonly WorkedThrough[]> => {
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
    for (const [stream, body] of bodies.entries())
      body.onTaken = () => {
        taken.push(stream);
        // By the third one the others' pieces have come, and wait.
        if (taken.length === 3) for (const other of bodies) other.close();
      };
    for (const response of responses) response.write('a piece');
    await expect.poll(() => taken.length).toBe(3);
    for (const response of responses) response.destroy();
    await expect.poll(() => gone).toBe(STREAMS);
    expect(taken).toHaveLength(3);
  });
});
