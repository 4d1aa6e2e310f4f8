import type { Attributes } from '@opentelemetry/api';
import type { Attempt, RouteDecision } from '../../../domain/attempt.ts';
import type { Cost } from '../../../domain/cost.ts';
import { type LocatedFailure, withoutQuotes } from '../../../domain/failure.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { cachedTokensOf, inputTokensOf, outputTokensOf, type Usage } from '../../../domain/usage.ts';
import { providerModel, providerName } from './provider-attributes.ts';
import type { SpanError } from './spans.ts';

/** Input tokens are all of them, those read from and written to a cache included. */
export const usageAttributes = (usage: Usage): Attributes => {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    'gen_ai.usage.input_tokens': inputTokensOf(usage),
    'gen_ai.usage.output_tokens': outputTokensOf(usage),
    ...(cachedTokensOf(usage) > 0 && { 'gen_ai.usage.cache_read.input_tokens': cachedTokensOf(usage) }),
    ...(written > 0 && { 'gen_ai.usage.cache_creation.input_tokens': written }),
    ...(usage.reasoning > 0 && { 'gen_ai.usage.reasoning.output_tokens': usage.reasoning }),
  };
};

/** Amounts are text, as they are exact. */
export const costAttributes = (cost: Cost): Attributes => {
  switch (cost.kind) {
    case 'PRICED':
      return {
        'modelgraph.cost.kind': cost.kind,
        'modelgraph.cost.total': cost.total.toFixed(),
        'modelgraph.cost.currency': cost.currency,
      };
    case 'FREE':
      return { 'modelgraph.cost.kind': cost.kind };
    case 'UNPRICED':
      return { 'modelgraph.cost.kind': cost.kind, 'modelgraph.cost.reason': cost.reason };
  }
};

export const routeAttributes = ({ route, strategy, modelSlug, candidates }: RouteDecision): Attributes => ({
  'modelgraph.model': modelSlug,
  'modelgraph.candidates': candidates.length,
  ...(route !== undefined && {
    'modelgraph.route.name': route.name,
    'modelgraph.route.version': route.version,
  }),
  ...(strategy !== undefined && { 'modelgraph.strategy': strategy }),
});

/** What an attempt says once it is over. */
export const attemptAttributes = (attempt: Attempt): Attributes => ({
  'modelgraph.attempt.status': attempt.status,
  ...answerAttributes(attempt),
  ...(attempt.usage !== undefined && usageAttributes(attempt.usage)),
  ...(attempt.usageEstimated === true && { 'modelgraph.usage.estimated': true }),
  ...(attempt.cost !== undefined && costAttributes(attempt.cost)),
  ...(attempt.serviceTier !== undefined && { 'modelgraph.service_tier': attempt.serviceTier }),
  ...(attempt.failure?.status !== undefined && { 'http.response.status_code': attempt.failure.status }),
});

/** Who answered, and when the answer began. */
export const answerAttributes = ({ ttftMs, providerResponseId, providerModel }: Attempt): Attributes => ({
  ...(providerResponseId !== undefined && { 'gen_ai.response.id': providerResponseId }),
  ...(providerModel !== undefined && { 'gen_ai.response.model': providerModel }),
  ...(ttftMs !== undefined && { 'gen_ai.response.time_to_first_chunk': ttftMs / 1_000 }),
});

/** What the row of a completion or of another operation says. `decided`: the attempt that its outcome is of. */
export const recordAttributes = (
  { offeringId, usage, cost, attempts, warnings, keyId, status }: OperationRecord,
  decided: Attempt | undefined,
): Attributes => ({
  'modelgraph.status': status,
  'modelgraph.key.id': keyId,
  'modelgraph.attempts': attempts.length,
  'modelgraph.warnings': warnings.length,
  ...(offeringId !== undefined && { 'modelgraph.offering.id': offeringId }),
  ...(decided !== undefined && {
    'gen_ai.provider.name': providerName(decided.providerId),
    'gen_ai.response.model': providerModel(decided.offeringId),
    ...answerAttributes(decided),
  }),
  ...(usage !== undefined && usageAttributes(usage)),
  ...costAttributes(cost),
});

/** In our words: a provider's may quote the prompt. */
export const errorOf = (failure: LocatedFailure): SpanError => ({
  type: failure.code,
  message: withoutQuotes(failure).message,
});
