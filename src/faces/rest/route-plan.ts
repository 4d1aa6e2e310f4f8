import type { JsonObject } from '../../domain/json.ts';
import type { Offering } from '../../domain/model.ts';
import type { RoutePolicy } from '../../domain/route.ts';
import type { CompletionTimeouts } from '../../gateway/completion-command.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { ExplainedCandidate, RouteExplanation } from '../../gateway/routing/route-plan.ts';
import { given as ifGiven } from '../../wire/json-writing.ts';
import { costFacts, warningFacts } from '../../wire/serve/answer-facts.ts';
import { chatDialect } from '../../wire/serve/chat/dialect.ts';
import { clientErrorOf } from '../../wire/serve/client-error.ts';
import { messagesDialect } from '../../wire/serve/messages/dialect.ts';
import { responsesDialect } from '../../wire/serve/responses/dialect.ts';
import { rejectionFacts, scorePartFacts } from '../../wire/serve/route-facts.ts';
import { type Given, readAsked } from './completion-route.ts';
import { type Exchange, sendError, sendJson } from './exchange.ts';
import { familyOf } from './models.ts';

export type PlanDependencies = {
  readonly gateway: Pick<Gateway, 'plan'>;
  readonly timeouts: CompletionTimeouts;
};

/** As much of an explanation as is written. */
export type WrittenPlan = Omit<RouteExplanation, 'policy' | 'candidates'> & {
  readonly policy: Pick<RoutePolicy, 'strategy'>;
  readonly candidates: readonly (Omit<ExplainedCandidate, 'offering'> & {
    readonly offering: Pick<Offering, 'id' | 'modelSlug'>;
  })[];
};

/** What would be done with a request, in the words of this server's own members of answers. */
export const writePlan = ({
  decision,
  policy,
  dispatch,
  candidates,
  rejected,
  expectedTokens,
  complexity,
}: WrittenPlan): JsonObject => ({
  object: 'route.plan',
  requested: decision.requested,
  ...(decision.route !== undefined && {
    route: { name: decision.route.name, version: decision.route.version },
  }),
  strategy: policy.strategy.kind,
  dispatch: {
    kind: dispatch.kind,
    ...(dispatch.kind === 'RACE' && { count: dispatch.count }),
    ...(dispatch.kind === 'HEDGE' && ifGiven('after_ms', dispatch.afterMs)),
  },
  expected_tokens: {
    input: expectedTokens.input,
    cache_read: expectedTokens.cacheRead,
    output: expectedTokens.output,
  },
  ...ifGiven('complexity', complexity),
  candidates: candidates.map(
    ({ rank, offering, isFallback, score, parts, estimatedCost, breaker, warnings }) => ({
      rank,
      offering: offering.id,
      model: offering.modelSlug,
      is_fallback: isFallback,
      ...ifGiven('score', score),
      parts: scorePartFacts(parts),
      estimated_cost: costFacts(estimatedCost),
      breaker,
      warnings: warnings.map(warningFacts),
    }),
  ),
  rejected: rejectionFacts(rejected),
});

/** In whose format a body is: Anthropic's clients say so, and responses alone have an `input`. */
const askedIn = (given: Given, exchange: Exchange, timeouts: CompletionTimeouts) => {
  if (familyOf(exchange.request) === 'ANTHROPIC')
    return readAsked(messagesDialect, given, exchange, timeouts);
  return given.body.input !== undefined && given.body.messages === undefined
    ? readAsked(responsesDialect, given, exchange, timeouts)
    : readAsked(chatDialect, given, exchange, timeouts);
};

/** `POST /v1/route/plan`: where a completion would be sent, and why. Asks no provider and leaves no row in the ledger. */
export const servePlan = async (given: Given, exchange: Exchange, deps: PlanDependencies): Promise<void> => {
  const { command } = askedIn(given, exchange, deps.timeouts);
  const answer = await deps.gateway.plan(exchange.caller, command);
  if (answer.kind === 'REFUSED')
    sendError(
      exchange.response,
      exchange.format,
      clientErrorOf({ kind: 'REFUSED', refusal: answer.refusal }),
    );
  else sendJson(exchange.response, 200, writePlan(answer.explanation));
};
