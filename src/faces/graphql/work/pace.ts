import { GraphQLError } from 'graphql';
import type { Pause } from '../../../domain/pause.ts';
import type { Lane, Pacer } from './pacer.ts';

/** The pace of one heavy operation. Light ones have none: they never wait. */
export type Pace = {
  /** undefined: go on now. Rejects once the client has gone. */
  turn(): Promise<void> | undefined;
  /** Waits for a turn of its own. */
  wait(): Promise<void>;
  /** Counts what other threads did for it. */
  charge(ms: number): void;
};

/** What becomes of the rest of an operation whose client does not wait any more. */
export class ClientHasGone extends GraphQLError {
  constructor() {
    super('The client has gone.', { extensions: { code: 'CANCELLED' } });
  }
}

export const createPace = (pacer: Pacer, lane: Lane, gone: AbortSignal): Pace => {
  const check = (): void => {
    if (gone.aborted) throw new ClientHasGone();
  };
  const wait = (): Promise<void> =>
    gone.aborted ? Promise.reject(new ClientHasGone()) : pacer.wait(lane).then(check);
  return {
    turn() {
      if (gone.aborted) return wait();
      return pacer.turn(lane)?.then(check);
    },
    wait,
    charge: (ms) => lane.budget.charge(ms, performance.now()),
  };
};

/** Of what resolvers are given: absent where the operation is light, and for tools that read the schema. */
export type Paced = { pace?: Pace | undefined };

export const isPaced = (context: unknown): context is Paced & { readonly pace: Pace } =>
  typeof context === 'object' && context !== null && 'pace' in context && context.pace !== undefined;

/** For long work of one field. */
export const pauseOf = ({ pace }: Paced): Pause =>
  Object.assign(() => pace?.turn(), { tookElsewhere: (ms: number) => pace?.charge(ms) });
