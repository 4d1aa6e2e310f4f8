import { z } from 'zod';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { conversionOf } from '../../../catalogue/fx.ts';
import type { Cost } from '../../../domain/cost.ts';
import { asRouteName, type RouteName } from '../../../domain/ids.ts';
import { type Currency, Decimal, type Money, ZERO } from '../../../domain/money.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { SpendLimit } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { LedgerStore } from '../../../ports/store.ts';
import { openNodeChannel } from '../../node-channel.ts';
import { SpendMeter } from './spend-meter.ts';

/** What a route serves, and what it sends to mirrors, have each a budget of their own. */
export const SPENDERS = ['SERVED', 'MIRRORED'] as const;
export type Spender = (typeof SPENDERS)[number];

export type SpendStatus = {
  readonly limit: SpendLimit;
  /** Of what is over. */
  readonly spent: Decimal;
  /** What is spent and in flight, of the limit; may be above 1. */
  readonly share: number;
  readonly from: Date;
  readonly to: Date;
};

/**
 * What routes spend, on all nodes: what is over, at what it cost, and what is in flight, at what it was estimated. What was
 * spent before this process began comes from the ledger. It guards routing and bills nobody: what other nodes spend is heard
 * a second later, and what is lost on the way is not counted.
 */
export type RouteBudgets = {
  statusOf(route: RouteName, limit: SpendLimit, spender: Spender): SpendStatus;
  /** The share of its limit that is spent or in flight. */
  shareOf(route: RouteName, limit: SpendLimit, spender: Spender): number;
  /** Resolves once it is known what was spent before; undefined: it is. Never rejects. */
  ready(route: RouteName, limit: SpendLimit, spender: Spender): Promise<void> | undefined;
  /** Whether something that likely costs so much, in US dollars, is within what is left; not where nobody knows. */
  affords(route: RouteName, limit: SpendLimit, spender: Spender, estimatedUsd: number): boolean;
  /** A run begins that likely costs so much, in US dollars; NaN: nobody knows. The function returned takes its row, if it has one. */
  begin(
    route: RouteName,
    limit: SpendLimit,
    spender: Spender,
    estimatedUsd: number,
  ): (record: OperationRecord | undefined) => void;
  close(): Promise<void>;
};

type Dependencies = {
  readonly catalogue: () => Catalogue;
  /** Absent: what was spent before is not known. */
  readonly spend?: Pick<LedgerStore, 'routeSpend'> | undefined;
  /** Absent: there are no other nodes. */
  readonly state?: SharedState | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

const TELL_EVERY_MS = 1_000;
/** The ledger is read hour by hour: a month at once would keep others waiting. */
const READ_MS = 3_600_000;
/** Who waits to hear what was spent before waits no longer than that. */
const READY_WITHIN_MS = 2_000;
const MAX_TOLD_AT_ONCE = 500;

const message = z.object({
  from: z.string(),
  spends: z
    .array(
      z.object({
        route: z.string().max(64),
        spender: z.enum(SPENDERS),
        currency: z.string().max(8),
        windowFromMs: z.number(),
        spent: z.string().regex(/^\d{1,20}(\.\d{1,60})?$/),
        inFlight: z.number().min(0).max(1e12),
      }),
    )
    .max(MAX_TOLD_AT_ONCE),
});

type Entry = {
  readonly route: RouteName;
  readonly spender: Spender;
  readonly meter: SpendMeter;
  ready: Promise<void> | undefined;
  /** Others have been told that something is in flight. */
  isTold: boolean;
};

/** Amounts may change while a window lasts; what is counted, and over which time, may not. */
const counts = (one: SpendLimit, other: SpendLimit): boolean =>
  one.currency === other.currency && one.per === other.per && one.timeZone === other.timeZone;

export const createRouteBudgets = (dependencies: Dependencies): RouteBudgets => {
  const { catalogue, spend, state, clock, log } = dependencies;
  const entries = new Map<string, Entry>();
  let cancel: (() => void) | undefined;
  let isClosed = false;

  const inCurrency = (amount: Decimal, from: Currency, to: Currency): Decimal | undefined => {
    const factor = conversionOf(from, to, catalogue().fx)?.factor;
    return factor && amount.times(factor);
  };
  /** Known lines of a bill that is not whole count as well: what is not known cannot. */
  const costIn = (cost: Cost, currency: Currency): Decimal => {
    const parts: readonly Money[] =
      cost.kind === 'PRICED'
        ? [{ amount: cost.total, currency: cost.currency }]
        : cost.kind === 'UNPRICED'
          ? cost.lines
          : [];
    return parts.reduce(
      (sum, part) => sum.plus(inCurrency(part.amount, part.currency, currency) ?? ZERO),
      ZERO,
    );
  };

  /** NaN: nobody knows. */
  const estimateIn = ({ currency }: SpendLimit, estimatedUsd: number): number =>
    estimatedUsd * (conversionOf('USD', currency, catalogue().fx)?.factor.toNumber() ?? Number.NaN);

  const channel =
    state &&
    openNodeChannel({
      state,
      log,
      name: 'route-spend',
      schema: message,
      subject: 'What routes spend',
      heard({ from, spends }) {
        const now = clock.now();
        for (const { route, spender, currency, windowFromMs, spent, inFlight } of spends) {
          const meter = entries.get(`${spender} ${route}`)?.meter;
          if (meter?.limit.currency !== currency) continue;
          meter.add(new Decimal(spent), windowFromMs, now);
          meter.heard(from, inFlight, now);
        }
      },
    });

  const tell = (): void => {
    cancel = undefined;
    const now = clock.now();
    const spends: z.infer<typeof message>['spends'] = [];
    for (const entry of entries.values()) {
      const { route, spender, meter } = entry;
      const { spent, ...news } = meter.takeNews(now);
      const isInFlight = news.inFlight > 0;
      if (spent.isZero() && !isInFlight && !entry.isTold) continue;
      entry.isTold = isInFlight;
      spends.push({ route, spender, currency: meter.limit.currency, spent: spent.toFixed(), ...news });
    }
    for (let from = 0; from < spends.length; from += MAX_TOLD_AT_ONCE)
      void channel?.tell({ spends: spends.slice(from, from + MAX_TOLD_AT_ONCE) });
    if (spends.length > 0) tellSoon();
  };
  /** There is no timer while nothing is spent. */
  const tellSoon = (): void => {
    if (channel !== undefined && !isClosed) cancel ??= clock.after(TELL_EVERY_MS, tell);
  };

  /** Adds what was spent in its window before the meter was made. */
  const read = async ({ route, spender, meter }: Entry): Promise<void> => {
    if (spend === undefined) return;
    const { from } = meter.windowAt(meter.since);
    const until = meter.since.getTime();
    try {
      for (let at = from.getTime(); at < until && !isClosed; at += READ_MS) {
        const to = new Date(Math.min(until, at + READ_MS));
        const found = await spend.routeSpend({
          route,
          isMirrored: spender === 'MIRRORED',
          from: new Date(at),
          to,
        });
        for (const { amount, currency } of found) {
          const converted = inCurrency(amount, currency, meter.limit.currency);
          if (converted !== undefined) meter.add(converted, from.getTime(), clock.now());
        }
      }
    } catch (error) {
      log.warn('What a route has spent before cannot be read: its budget counts from now on.', {
        code: 'ROUTE_SPEND_UNREAD',
        route,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  };

  const entryOf = (route: RouteName, limit: SpendLimit, spender: Spender): Entry => {
    const key = `${spender} ${route}`;
    const known = entries.get(key);
    if (known !== undefined && counts(known.meter.limit, limit)) {
      known.meter.limit = limit;
      return known;
    }
    const entry: Entry = {
      route: asRouteName(route),
      spender,
      meter: new SpendMeter(limit, clock.now()),
      ready: undefined,
      isTold: false,
    };
    entries.set(key, entry);
    entry.ready = read(entry).finally(() => {
      entry.ready = undefined;
    });
    return entry;
  };

  return {
    statusOf(route, limit, spender) {
      const { meter } = entryOf(route, limit, spender);
      const now = clock.now();
      return { limit, spent: meter.spentAt(now), share: meter.shareAt(now), ...meter.windowAt(now) };
    },
    shareOf: (route, limit, spender) => entryOf(route, limit, spender).meter.shareAt(clock.now()),
    ready(route, limit, spender) {
      const { ready } = entryOf(route, limit, spender);
      if (ready === undefined) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancelTimer = clock.after(READY_WITHIN_MS, resolve);
      void ready.then(resolve);
      return promise.finally(cancelTimer);
    },
    affords(route, limit, spender, estimatedUsd) {
      const { meter } = entryOf(route, limit, spender);
      return meter.shareAt(clock.now()) + estimateIn(limit, estimatedUsd) / limit.amount.toNumber() <= 1;
    },
    begin(route, limit, spender, estimatedUsd) {
      const { meter } = entryOf(route, limit, spender);
      const { currency } = limit;
      const estimate = estimateIn(limit, estimatedUsd);
      const over = meter.begin(Number.isNaN(estimate) ? 0 : estimate);
      tellSoon();
      return (record) => {
        over(record === undefined ? ZERO : costIn(record.cost, currency), clock.now());
        tellSoon();
      };
    },
    async close() {
      isClosed = true;
      cancel?.();
      await Promise.all([...entries.values()].map(({ ready }) => ready));
      await channel?.close();
    },
  };
};
