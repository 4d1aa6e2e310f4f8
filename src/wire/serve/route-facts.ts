import type { ConsideredOffering, Rejection, RouteDecision } from '../../domain/attempt.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { given } from '../json-writing.ts';

export const scorePartFacts = (parts: ConsideredOffering['parts']): JsonObject[] =>
  parts.map(({ criterion, value, weight }) => ({
    criterion,
    ...given('value', value),
    ...given('weight', weight),
  }));

export const rejectionFacts = (rejected: readonly Rejection[]): JsonObject[] =>
  rejected.map(({ offeringId, reason, detail, retryAfterMs }) => ({
    offering: offeringId,
    reason,
    detail,
    ...given('retry_after_ms', retryAfterMs),
  }));

/** What was asked for and by which rules; without what each candidate was ordered by. */
export const routeHeadFacts = ({ requested, route, strategy, candidates }: RouteDecision): JsonObject => ({
  requested,
  ...(route !== undefined && { route: { name: route.name, version: route.version } }),
  ...given('strategy', strategy),
  candidates,
});

/** Why an answer came from where it did, in the words of a plan, and how each attempt ended. */
export const routeFacts = ({ route, attempts }: Pick<OperationRecord, 'route' | 'attempts'>): JsonObject => ({
  ...routeHeadFacts(route),
  considered: (route.considered ?? []).map(({ offeringId, score, parts }) => ({
    offering: offeringId,
    ...given('score', score),
    parts: scorePartFacts(parts),
  })),
  rejected: rejectionFacts(route.rejected ?? []),
  attempts: attempts.map(({ offeringId, cause, status, durationMs, ttftMs, failure }) => ({
    offering: offeringId,
    ...given('cause', cause),
    status,
    duration_ms: durationMs,
    ...given('ttft_ms', ttftMs),
    ...given('error', failure?.code),
  })),
});
