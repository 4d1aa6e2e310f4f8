import { createRandom } from '../routing/random.ts';
import { connectTo, type HttpConnection, requestBytes } from './http-connection.ts';
import type { LoadResult, OpenLoop, Target } from './load-job.ts';
import { startMeter } from './load-meter.ts';

const FIRST_CONNECTIONS = 32;
/** Milliseconds after the last request in which answers still count. */
const PATIENCE_MS = 5_000;

type Lane = { readonly connection: HttpConnection; dueMs: number };

/** Lanes on which requests can be sent: more are connected as more requests wait at once. */
const createLanes = (target: Target, onResult: (dueMs: number, result: true | string) => void) => {
  const request = requestBytes(target);
  const expected = Buffer.from(target.expected);
  const all: Lane[] = [];
  /** The one that was used last is taken first. */
  const free: Lane[] = [];
  /** When requests were due that have no lane yet, oldest first. */
  const queue: number[] = [];
  let connecting = 0;

  const ask = (lane: Lane, dueMs: number): void => {
    lane.dueMs = dueMs;
    lane.connection.send();
  };
  const release = (lane: Lane): void => {
    const dueMs = queue.shift();
    if (dueMs === undefined) free.push(lane);
    else ask(lane, dueMs);
  };
  const connect = async (): Promise<void> => {
    connecting += 1;
    let lane: Lane | undefined;
    const connection = await connectTo(target, request, expected, (result) => {
      if (lane === undefined) return;
      onResult(lane.dueMs, result);
      release(lane);
    });
    connecting -= 1;
    lane = { connection, dueMs: Number.NaN };
    all.push(lane);
    release(lane);
  };
  return {
    connect,
    send: (dueMs: number): void => {
      const lane = free.pop();
      if (lane !== undefined) {
        ask(lane, dueMs);
        return;
      }
      queue.push(dueMs);
      // Where none is to be had, the request waits for one of those that there are.
      if (connecting < queue.length) connect().catch(() => {});
    },
    close: () => {
      for (const { connection } of all) connection.close();
    },
  };
};

export const runOpenLoop = async (target: Target, load: OpenLoop): Promise<LoadResult> => {
  const random = createRandom(load.seed);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let waiting = 0;
  let isOver = false;
  const lanes = createLanes(target, (dueMs, result) => {
    meter.count(dueMs, result);
    waiting -= 1;
    if (isOver && waiting === 0) end();
  });
  for (let count = 0; count < FIRST_CONNECTIONS; count += 1) await lanes.connect();

  const meter = startMeter(target);
  const until = performance.now() + load.ms;
  const gap = (): number => random.exponential(1_000 / load.perSecond);
  let dueMs = performance.now() + gap();
  const patience = setTimeout(end, load.ms + PATIENCE_MS);
  /**
   * A timer is a millisecond coarse. To watch the clock instead would take a core from what is measured, so requests
   * leave up to a millisecond after they are due; the floor in the table shows it.
   */
  const turn = (): void => {
    const now = Math.min(performance.now(), until);
    for (; dueMs < now; dueMs += gap())
      if (waiting < load.maxWaiting) {
        waiting += 1;
        lanes.send(dueMs);
      } else meter.giveUp();
    if (now < until) return void setTimeout(turn, 1);
    isOver = true;
    if (waiting === 0) end();
  };
  turn();
  await ended;
  clearTimeout(patience);
  const result = meter.result();
  lanes.close();
  return { ...result, errors: result.errors + waiting, perSecond: (result.answered * 1_000) / result.tookMs };
};
