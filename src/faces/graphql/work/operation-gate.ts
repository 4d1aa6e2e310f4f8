import { setTimeout as pause } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { Caller } from '../../../domain/caller.ts';
import type { WorkLimits } from '../../../domain/work-limits.ts';
import { UNIT_US } from '../field-weight.ts';
import { createKeysWork, type KeyWork } from './key-work.ts';
import { createPace, type Paced } from './pace.ts';
import { createPacer } from './pacer.ts';

/** Whose operation it is, and until when somebody waits for it. */
type Asker = Paced & { readonly caller: Caller; readonly gone: AbortSignal };

/** READ counts against the key's time; what completions take is limited elsewhere. WATCH goes on until its client leaves. */
export type Work = { readonly kind: 'READ' | 'WATCH' | 'OTHER'; readonly weight: number };

/** May run until `leave` is called, or why not. */
export type Admission =
  | { readonly kind: 'ADMITTED'; leave(): void }
  | { readonly kind: 'REFUSED'; readonly error: GraphQLError };

/** Sees to it that no key's operations keep others' waiting. */
export type OperationGate = {
  /** For documents that were not read before: they are read in turn, as it is not known yet what they ask for. */
  beforeReading(asker: Asker): Promise<void> | undefined;
  /** What reading a document took, in milliseconds. */
  paid(asker: Asker, ms: number): void;
  /** Heavy operations get their pace, and wait until few enough of the key's are under way. */
  admit(asker: Asker, work: Work): Admission | Promise<Admission>;
};

/** From this weight on an operation is worked on in slices. */
const HEAVY = 400;
/** Reads that weigh no more are never refused: they say whether the server is there. */
const MIN_COUNTED = 20;
/** Who asks again at once all the same waits so long for each refusal. */
const REFUSAL_DELAY_MS = 100;

const refusal = (message: string, retryAfterMs: number): Admission => ({
  kind: 'REFUSED',
  error: new GraphQLError(message, {
    extensions: {
      code: 'RATE_LIMITED',
      retryAfterMs: Math.ceil(retryAfterMs),
      http: { status: 429, headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) } },
    },
  }),
});

const millisecondsOf = (weight: number): number => (weight * UNIT_US) / 1_000;

export const createOperationGate = (limits: WorkLimits): OperationGate => {
  const pacer = createPacer();
  const keys = createKeysWork(limits);
  const percent = Math.round(limits.cpuShare * 100);
  const OUT_OF_TIME = `This key has used its time for reading the graph: ${percent} % of a core over 10 seconds. Ask again later, or for less at once.`;
  const TOO_MANY = `This key has ${limits.operations} operations under way, the most at once.`;

  const TOO_MANY_WATCHES = `This key has ${limits.watches} subscriptions of this kind under way, the most at once. End one of them, or ask for more things in each.`;

  const begin = (key: KeyWork, asker: Asker, { kind, weight }: Work): Admission | Promise<Admission> => {
    const isHeavy = weight >= HEAVY;
    const { budget } = key.lane;
    if (kind !== 'READ' || !isHeavy) {
      if (isHeavy) asker.pace = createPace(pacer, key.lane, asker.gone);
      else if (kind === 'READ') budget.charge(millisecondsOf(weight), performance.now());
      const isWatch = kind === 'WATCH' && isHeavy;
      if (isWatch) key.watches += 1;
      return {
        kind: 'ADMITTED',
        leave() {
          key.operations -= 1;
          if (isWatch) key.watches -= 1;
        },
      };
    }
    const reserved = millisecondsOf(weight);
    budget.reserve(reserved);
    const leave = (): void => {
      key.operations -= 1;
      budget.release(reserved);
      key.leave();
    };
    const admitted = (): Admission => {
      asker.pace = createPace(pacer, key.lane, asker.gone);
      return { kind: 'ADMITTED', leave };
    };
    return key.enter()?.then(admitted) ?? admitted();
  };

  return {
    beforeReading({ caller, gone }) {
      return createPace(pacer, keys.of(caller.key.id).lane, gone).turn();
    },
    paid({ caller }, ms) {
      keys.of(caller.key.id).lane.budget.charge(ms, performance.now());
    },
    admit(asker, work) {
      const key = keys.of(asker.caller.key.id);
      if (key.operations >= limits.operations) return refusal(TOO_MANY, 1_000);
      if (work.kind === 'WATCH' && work.weight >= HEAVY && key.watches >= limits.watches)
        return refusal(TOO_MANY_WATCHES, 1_000);
      if (work.weight >= (work.kind === 'READ' ? MIN_COUNTED : HEAVY)) {
        const waitMs = key.lane.budget.beginsInMs(performance.now());
        if (waitMs > 0)
          return pause(REFUSAL_DELAY_MS, undefined, { signal: asker.gone })
            .catch(() => {})
            .then(() => refusal(OUT_OF_TIME, waitMs));
      }
      key.operations += 1;
      return begin(key, asker, work);
    },
  };
};
