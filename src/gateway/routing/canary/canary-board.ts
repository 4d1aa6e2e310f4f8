import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { conversionOf } from '../../../catalogue/fx.ts';
import type { Attempt } from '../../../domain/attempt.ts';
import type { Cost } from '../../../domain/cost.ts';
import { asRouteName, type OfferingId, type RouteName } from '../../../domain/ids.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { CANARY_REASONS, type Canary, type Route } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { CanaryStore, StoredRollback } from '../../../ports/store.ts';
import { openNodeChannel } from '../../node-channel.ts';
import { speedSampleOf } from '../../statistics/output-speed.ts';
import { documentOf } from '../policy/document.ts';
import type { RouteBook } from '../policy/route-book.ts';
import { type CallSample, judgeCanary, medianOf } from './judgement.ts';

/** What calls of one side came to in the window, as far as this node made them. */
export type CanarySide = {
  readonly calls: number;
  readonly failed: number;
  readonly medianTtftMs?: number | undefined;
  readonly medianOutputTps?: number | undefined;
  readonly medianCostUsd?: number | undefined;
};

export type CanaryStatus = {
  /** Absent: it runs. */
  readonly rolledBack?: Pick<StoredRollback, 'reason' | 'detail' | 'at'>;
  readonly canary: CanarySide;
  readonly others: CanarySide;
};

/**
 * Canaries of saved routes: each node judges them by the calls that it made itself, and the first that finds one worse than it
 * may be tells all others and the store. It stays rolled back until another policy is saved under the name, or an admin says so.
 */
export type CanaryBoard = {
  /** Why it gets nothing; undefined: it runs. */
  rollbackOf(route: RouteName): StoredRollback | undefined;
  statusOf(route: RouteName, canary: Canary): CanaryStatus;
  /** A run of the route is over. `own`: the offerings of the canary. */
  observe(route: RouteName, canary: Canary, own: ReadonlySet<OfferingId>, record: OperationRecord): void;
  /** It was drawn and could not be called, as its breaker is open. */
  missed(route: RouteName, canary: Canary): void;
  /** It runs again, on every node, and is judged anew. Rejects where that cannot be stored. */
  resume(route: RouteName): Promise<void>;
  close(): Promise<void>;
};

type Dependencies = {
  readonly catalogue: () => Catalogue;
  readonly book: Pick<RouteBook, 'find'>;
  /** Absent: a rollback ends with this process. */
  readonly canaries?: CanaryStore | undefined;
  /** Absent: there are no other nodes. */
  readonly state?: SharedState | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

/** The latest of each side: they are sorted at each look. */
const MAX_SAMPLES = 500;
const STORE_AGAIN_MS = 5_000;

class Side {
  #samples: CallSample[] = [];

  add(sample: CallSample): void {
    this.#samples.push(sample);
    if (this.#samples.length >= 2 * MAX_SAMPLES) this.#samples = this.#samples.slice(-MAX_SAMPLES);
  }

  since(ms: number): readonly CallSample[] {
    return this.#samples.slice(-MAX_SAMPLES).filter(({ atMs }) => atMs >= ms);
  }
}

type Sides = { readonly policy: string; readonly canary: Side; readonly others: Side };

const text = z.string().max(2_000);
const message = z.union([
  z.object({
    from: z.string(),
    rolledBack: z.object({
      route: text,
      policy: text,
      reason: z.enum(CANARY_REASONS),
      detail: text,
      atMs: z.number(),
    }),
  }),
  z.object({ from: z.string(), resumed: text }),
]);

/** Versions of saved policies tell them apart; those of the config file have none. */
const policyOf = ({ version, policy }: Route): string =>
  version > 0 ? `v${version}` : hash('sha256', JSON.stringify(documentOf(policy)), 'base64url');

const isJudged = ({ status, failure }: Attempt): boolean =>
  status !== 'CANCELLED' && failure?.code !== 'CANCELLED' && failure?.code !== 'STOPPED';

export const createCanaryBoard = (dependencies: Dependencies): CanaryBoard => {
  const { catalogue, book, canaries: store, state, clock, log } = dependencies;
  const rollbacks = new Map<RouteName, StoredRollback>();
  const sides = new Map<RouteName, Sides>();
  /** Routes and policies are objects that stand for as long as nothing is saved. */
  const known = new WeakMap<Route, string>();
  const storing = new Set<() => void>();
  let isClosed = false;

  const policyNow = (name: RouteName): string | undefined => {
    const route = book.find(name);
    if (route === undefined) return undefined;
    let policy = known.get(route);
    if (policy === undefined) {
      policy = policyOf(route);
      known.set(route, policy);
    }
    return policy;
  };
  const sidesOf = (route: RouteName): Sides => {
    const policy = policyNow(route) ?? '';
    const found = sides.get(route);
    if (found?.policy === policy) return found;
    const made = { policy, canary: new Side(), others: new Side() };
    sides.set(route, made);
    return made;
  };
  const isNewer = (rollback: StoredRollback): boolean =>
    rollback.at.getTime() > (rollbacks.get(rollback.route)?.at.getTime() ?? Number.NEGATIVE_INFINITY);
  const resumedHere = (route: RouteName): void => {
    rollbacks.delete(route);
    sides.delete(route);
  };

  const channel =
    state &&
    openNodeChannel({
      state,
      log,
      name: 'canaries',
      schema: message,
      subject: 'Canaries',
      heard(told) {
        if ('resumed' in told) resumedHere(asRouteName(told.resumed));
        else {
          const { route, atMs, ...rest } = told.rolledBack;
          const rollback = { ...rest, route: asRouteName(route), at: new Date(atMs) };
          if (isNewer(rollback)) rollbacks.set(rollback.route, rollback);
        }
      },
    });
  const loaded = store
    ?.list()
    .then((rows) => {
      for (const row of rows) if (isNewer(row)) rollbacks.set(row.route, row);
    })
    .catch((error: unknown) =>
      log.warn('What was rolled back cannot be read: canaries run.', { reason: String(error) }),
    );

  /** Tried again as long as it holds: else a restart would undo it. */
  const keep = (rollback: StoredRollback): void => {
    void store?.put(rollback).catch((error: unknown) => {
      log.warn('A rollback cannot be stored yet; it holds, and is stored later.', {
        route: rollback.route,
        reason: String(error),
      });
      const cancel = clock.after(STORE_AGAIN_MS, () => {
        storing.delete(cancel);
        if (!isClosed && rollbacks.get(rollback.route) === rollback) keep(rollback);
      });
      storing.add(cancel);
    });
  };

  const rollbackOf = (route: RouteName): StoredRollback | undefined => {
    const found = rollbacks.get(route);
    return found !== undefined && found.policy === policyNow(route) ? found : undefined;
  };

  const judge = (route: RouteName, canary: Canary): void => {
    const { policy, ...both } = sidesOf(route);
    if (rollbackOf(route) !== undefined || policy === '') return;
    const since = clock.monotonicMs() - canary.windowMs;
    const verdict = judgeCanary(
      both.canary.since(since),
      both.others.since(since),
      canary.rollBackOn,
      canary.minSamples,
    );
    if (verdict === undefined) return;
    const at = clock.now();
    const rollback: StoredRollback = { route, policy, ...verdict, at };
    rollbacks.set(route, rollback);
    log.warn('A canary is rolled back: it gets no more requests.', {
      code: 'CANARY_ROLLED_BACK',
      route,
      ...verdict,
    });
    keep(rollback);
    const { at: _at, ...told } = rollback;
    void channel?.tell({ rolledBack: { ...told, atMs: at.getTime() } });
  };

  const inUsd = (cost: Cost): number | undefined => {
    if (cost.kind === 'FREE') return 0;
    if (cost.kind === 'UNPRICED') return undefined;
    const factor = conversionOf(cost.currency, 'USD', catalogue().fx)?.factor;
    return factor && cost.total.times(factor).toNumber();
  };
  const sampleOf = (attempt: Attempt): CallSample => {
    const atMs = clock.monotonicMs();
    if (attempt.status === 'FAILED') return { atMs, hasFailed: true };
    const outputTps = speedSampleOf(attempt);
    const costUsd = attempt.cost && inUsd(attempt.cost);
    return {
      atMs,
      hasFailed: false,
      ...(attempt.ttftMs !== undefined && { ttftMs: attempt.ttftMs }),
      ...(outputTps !== undefined && { outputTps }),
      ...(costUsd !== undefined && { costUsd }),
    };
  };
  const summary = (samples: readonly CallSample[]): CanarySide => ({
    calls: samples.length,
    failed: samples.filter(({ hasFailed }) => hasFailed).length,
    medianTtftMs: medianOf(samples, 'ttftMs'),
    medianOutputTps: medianOf(samples, 'outputTps'),
    medianCostUsd: medianOf(samples, 'costUsd'),
  });

  return {
    rollbackOf,
    statusOf(route, { windowMs }) {
      const { canary, others } = sidesOf(route);
      const since = clock.monotonicMs() - windowMs;
      const rolledBack = rollbackOf(route);
      return {
        ...(rolledBack !== undefined && { rolledBack }),
        canary: summary(canary.since(since)),
        others: summary(others.since(since)),
      };
    },
    observe(route, canary, own, { attempts }) {
      const both = sidesOf(route);
      let isOwn = false;
      for (const attempt of attempts) {
        if (!isJudged(attempt)) continue;
        const isOfCanary = own.has(attempt.offeringId);
        isOwn ||= isOfCanary;
        (isOfCanary ? both.canary : both.others).add(sampleOf(attempt));
      }
      if (isOwn) judge(route, canary);
    },
    missed(route, canary) {
      sidesOf(route).canary.add({ atMs: clock.monotonicMs(), hasFailed: true });
      judge(route, canary);
    },
    async resume(route) {
      await store?.remove(route);
      resumedHere(route);
      await channel?.tell({ resumed: route });
    },
    async close() {
      isClosed = true;
      for (const cancel of storing) cancel();
      await loaded;
      await channel?.close();
    },
  };
};
