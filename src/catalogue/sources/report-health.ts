import type { QuarantinedPrice } from '../../domain/price.ts';
import type { SourceHealth, SourceStatus } from '../source-health.ts';
import { OVERRIDES_ID, type OverridesState } from './overrides-watch.ts';
import type { PlannedSource } from './source-plan.ts';
import { type PollState, problemCodeOf } from './source-poller.ts';
import type { ShippedSource, SourceUse } from './source-use.ts';

/** What is shipped is old after so long: prices of a quarter of all models change within three months. */
const SHIPPED_STALE_MS = 60 * 86_400_000;
/** A source is stale that was not read for so many of its own intervals. */
const STALE_INTERVALS = 2;
const MOST_QUARANTINED = 1_000;

export type HealthFacts = {
  readonly uses: ReadonlyMap<string, SourceUse>;
  readonly quarantine: readonly QuarantinedPrice[];
  readonly now: Date;
};

const usedOf = (id: string, { uses, quarantine }: HealthFacts) => ({
  offerings: uses.get(id)?.offerings ?? 0,
  prices: uses.get(id)?.prices ?? 0,
  quarantined: quarantine.filter(({ source }) => source === id).slice(0, MOST_QUARANTINED),
});

export const shippedHealth = (
  { id, name, pageUrl, terms, publishedAt }: ShippedSource,
  facts: HealthFacts,
): SourceHealth => ({
  id,
  name,
  pageUrl,
  terms,
  status: facts.now.getTime() - publishedAt.getTime() > SHIPPED_STALE_MS ? 'STALE' : 'FRESH',
  changedAt: publishedAt,
  isBeingRead: false,
  failures: 0,
  ...usedOf(id, facts),
});

export const overridesHealth = (
  file: string,
  { reading, problem, failures }: OverridesState,
  facts: HealthFacts,
): SourceHealth => ({
  id: OVERRIDES_ID,
  name: "The operator's overrides",
  pageUrl: file,
  terms: "The operator's own.",
  isBeingRead: false,
  status: failures > 0 ? 'FAILING' : reading === undefined ? 'WAITING' : 'FRESH',
  ...(reading !== undefined && { checkedAt: reading.checkedAt, changedAt: reading.observedAt }),
  ...(problem !== undefined && { problem: { code: 'UNREADABLE' as const, ...problem } }),
  failures,
  ...usedOf(OVERRIDES_ID, facts),
});

const statusOf = ({ stored, reading }: PollState, everyMs: number, now: Date): SourceStatus => {
  if (stored.failures > 0) return 'FAILING';
  if (reading === undefined) return 'WAITING';
  const age = now.getTime() - (stored.checkedAt?.getTime() ?? 0);
  return age > everyMs * STALE_INTERVALS ? 'STALE' : 'FRESH';
};

export const healthOf = (
  planned: PlannedSource,
  state: PollState | undefined,
  facts: HealthFacts,
): SourceHealth => {
  const { id, name, pageUrl, terms } = planned.source;
  const said = { id, name, pageUrl, terms, ...usedOf(id, facts) };
  if (planned.kind === 'OFF' || state === undefined)
    return {
      ...said,
      status: 'OFF',
      isBeingRead: false,
      failures: 0,
      ...(planned.kind === 'OFF' && { offReason: planned.reason }),
    };
  const { stored, nextCheckAt, isBeingRead } = state;
  return {
    ...said,
    status: statusOf(state, planned.everyMs, facts.now),
    isBeingRead,
    failures: stored.failures,
    ...(stored.checkedAt !== undefined && { checkedAt: stored.checkedAt }),
    ...(stored.observedAt !== undefined && { changedAt: stored.observedAt }),
    ...(nextCheckAt !== undefined && { nextCheckAt }),
    ...(stored.problem !== undefined && {
      problem: { ...stored.problem, code: problemCodeOf(stored.problem.code) },
    }),
  };
};
