import { carryOut } from './carry-out.ts';
import type { Choice, Chooser } from './choice.ts';
import { createMeter, type Measured } from './measurement.ts';
import { createRandom, seedOf } from './random.ts';
import type { SimulatedRequest } from './workload.ts';
import type { World, WorldOffering } from './world.ts';

export type Simulation = {
  readonly world: World;
  readonly chooser: Chooser;
  readonly requests: readonly SimulatedRequest[];
  readonly seed: number;
  /** Absent: STREAM. */
  readonly delivery?: 'STREAM' | 'WHOLE';
  /** Told of each call as it is sent. */
  readonly onCall?: (offering: WorldOffering) => void;
};

/** Long after the last request everything has ended. */
const REST_MS = 1_000_000;

/** Sends all requests at their times, and lets virtual time pass until the last is over. */
export const simulate = async (simulation: Simulation): Promise<Measured> => {
  const { world, chooser, requests, seed, delivery = 'STREAM', onCall } = simulation;
  const { queue } = world;
  const meter = createMeter();
  const chance = createRandom(seedOf(seed, 5));

  const begin = (request: SimulatedRequest, choice: Choice | undefined): void => {
    if (choice === undefined) {
      meter.add({ request, succeeded: false, ttftMs: Number.NaN, attempts: [], cost: 0 });
      return;
    }
    carryOut(request, choice, {
      world,
      chooser,
      seed,
      delivery,
      random: chance.next,
      ...(onCall !== undefined && { onCall }),
      onEnd(result) {
        meter.add(result);
        chooser.ended?.(result);
      },
    });
  };

  /** One arrival sets the next, so that the queue stays short. */
  const arrive = (place: number): void => {
    const request = requests[place];
    if (request === undefined) return;
    queue.after(request.at - queue.monotonicMs(), () => {
      arrive(place + 1);
      const choice = chooser.choose(request);
      if (choice instanceof Promise) {
        const begun = choice.then((made) => begin(request, made));
        if (chooser.waits === true) queue.attend(begun);
        else queue.hold(begun);
      } else begin(request, choice);
    });
  };

  arrive(0);
  await queue.run((requests.at(-1)?.at ?? 0) + REST_MS);
  await chooser.close?.();
  return meter.read();
};
