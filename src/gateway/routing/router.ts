import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { cachedTokensOf, inputTokensOf, outputTokensOf, type Usage } from '../../domain/usage.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { Calibration } from '../estimate/calibration.ts';
import type { Staged } from '../stages/stage.ts';
import type { RouteBudgets } from './budget/route-budgets.ts';
import { createCacheHits } from './cache-hits.ts';
import type { CanaryBoard } from './canary/canary-board.ts';
import type { OnDefect } from './choose.ts';
import type { CompiledRoute } from './compiled-route.ts';
import {
  type CompiledRoutes,
  type CompiledRoutesDependencies,
  createCompiledRoutes,
} from './compiled-routes.ts';
import { completionCalls } from './completion-calls.ts';
import { type ConversationHome, createConversationMemory, pastKeysOf, turnKeyOf } from './conversation.ts';
import { createOutputLengths } from './expected-tokens.ts';
import { createGovernedPlans } from './governed-plans.ts';
import { type OperationAsk, OperationFacts, operationCalls } from './operation-calls.ts';
import { type FactsDependencies, RequestFacts, WARM_MS } from './request-facts.ts';
import {
  type OperationCall,
  plannedAt,
  type RouteAsk,
  type RoutedPlan,
  type RouteExplanation,
} from './route-plan.ts';
import { orderOf } from './strategies/registry.ts';

/**
 * How much of a prompt its provider keeps. Where writing to the cache is billed, it is done on demand, and usage says how
 * much; elsewhere providers keep prompts by themselves and report it only when they are read.
 */
const keptTokens = (usage: Usage, offeringId: OfferingId, catalogue: Catalogue): number => {
  const billsWriting = catalogue
    .pricesOf(offeringId)
    .some(({ meter }) => meter.tokenType === 'CACHE_WRITE_5M' || meter.tokenType === 'CACHE_WRITE_1H');
  return billsWriting
    ? cachedTokensOf(usage) + usage.cacheWrite5m + usage.cacheWrite1h
    : inputTokensOf(usage);
};

/** A conversation that is not gone on with for so long begins anew at the other nodes. */
const RISEN_MS = 3_600_000;

/** How long other nodes are told of the conversation; undefined: one that may have no second turn is nobody's concern. */
const toldForMs = ({ ask, strategy, levelOf }: RoutedPlan): number | undefined => {
  if (levelOf !== undefined) return RISEN_MS;
  if (strategy.kind === 'STICKY') return Math.max(strategy.forMs, WARM_MS);
  return hasPast(ask) ? WARM_MS : undefined;
};

/** How often a conversation has risen, once an offering has answered: with each escalation, or by coming to a higher tier. */
const risesAfter = (
  { levelOf }: RoutedPlan,
  home: ConversationHome | undefined,
  offeringId: OfferingId,
  { attempts }: OperationRecord,
): number => {
  if (levelOf === undefined) return 0;
  const before = home?.rises ?? 0;
  const escalations = attempts.filter(({ cause }) => cause === 'ESCALATION').length;
  if (escalations > 0) return before + escalations;
  const [was, is] = [home && levelOf(home.offeringId), levelOf(offeringId)];
  return was !== undefined && is !== undefined && is > was ? before + 1 : before;
};

/** Decides which offerings a completion may go to, and in which order. */
export type Router = {
  /** What the name and the routing of a command stand for. Refused: names that mean nothing, or nothing that is on. */
  readonly compile: CompiledRoutes;
  /** At once, but where another node has to be asked for the home of a conversation. Refused: no candidate is left. */
  plan(route: CompiledRoute, ask: RouteAsk): Staged<RoutedPlan> | Promise<Staged<RoutedPlan>>;
  /** The same of another operation, for a route that was compiled for it. */
  planOperation<Kind extends OperationKind>(
    route: CompiledRoute,
    ask: OperationAsk<Kind>,
  ): Staged<RoutedPlan<OperationCall<Kind>>>;
  /** The same plan with all that it rests on. Draws by chance are drawn anew. Leaves no trace. */
  explain(route: CompiledRoute, ask: RouteAsk): Promise<RouteExplanation>;
  /** A completion is over: where its conversation is at home, and how long answers are. Never throws. */
  learn(plan: RoutedPlan, record: OperationRecord): void;
};

export type RouterDependencies = CompiledRoutesDependencies & {
  readonly state: Pick<SharedState, 'getBytes' | 'putBytes'>;
  readonly calibration?: Pick<Calibration, 'learnt'>;
  /** Absent: no route has a budget. */
  readonly budgets?: RouteBudgets;
  /** Absent: no route has a canary. */
  readonly canaries?: CanaryBoard;
  readonly clock: Clock;
  readonly random: () => number;
  /** Takes what a provider threw, which its contract forbids; for a log. Never throws. */
  readonly onDefect: OnDefect;
};

/** Whether it may have been answered before: what begins is at home nowhere. */
const hasPast = ({ command, request }: RouteAsk): boolean =>
  command.routing?.conversation !== undefined || request.messages.some(({ role }) => role === 'assistant');

/** Whether it matters enough where a conversation is at home to ask other nodes. */
const asksOthers = ({ policy: { strategy, rising } }: CompiledRoute, ask: RouteAsk): boolean => {
  if (strategy.kind === 'STICKY' || rising !== undefined) return hasPast(ask);
  const { kind } = orderOf(strategy);
  return (kind === 'CHEAPEST' || kind === 'QUALITY_FLOOR') && hasPast(ask);
};

export const createRouter = (dependencies: RouterDependencies): Router => {
  const { catalogue, health, clock, random, onDefect, calibration, budgets, canaries } = dependencies;
  const memory = createConversationMemory(dependencies.state, clock);
  const outputLengths = createOutputLengths();
  const cacheHits = createCacheHits();
  /** Until a route has asked where a conversation is at home, be it at its first turn, nobody has a use for that. */
  let goesByHomes = false;
  const compile = createCompiledRoutes(dependencies);
  const governed = createGovernedPlans({ budgets, canaries, catalogue, onDefect });
  const dependenciesNow = (home: FactsDependencies['home']): FactsDependencies => {
    health.refresh();
    return {
      calibration,
      outputLengths,
      cacheHits,
      random,
      nowMs: clock.monotonicMs(),
      home,
      budgetShareOf: governed.budgetShareOf,
    };
  };
  const homeOf = (keys: readonly string[]): ConversationHome | undefined => {
    for (const key of keys) {
      const home = memory.find(key);
      if (home !== undefined) return home;
    }
    return undefined;
  };
  const factsOf = (ask: RouteAsk): RequestFacts => {
    const facts: RequestFacts = new RequestFacts(
      ask,
      dependenciesNow(() => {
        goesByHomes = true;
        return homeOf(facts.pastKeys());
      }),
    );
    return facts;
  };
  /** Undefined: nobody has to be asked. */
  const askOthers = (route: CompiledRoute, facts: RequestFacts): Promise<unknown> | undefined => {
    if (!asksOthers(route, facts.ask)) return undefined;
    const keys = facts.pastKeys();
    return keys.length === 0 || homeOf(keys) !== undefined ? undefined : Promise.all(keys.map(memory.ask));
  };

  return {
    compile,
    plan(route, ask) {
      const facts = factsOf(ask);
      const planning = { route, facts, calls: completionCalls(facts), onDefect };
      const asked = askOthers(route, facts);
      const known = governed.ready(route);
      if (asked === undefined && known === undefined) return governed.plan(planning);
      return Promise.all([asked, known]).then(() => governed.plan(planning));
    },
    planOperation(route, ask) {
      const facts = new OperationFacts(
        ask,
        dependenciesNow(() => undefined),
      );
      return governed.plan({ route, facts, calls: operationCalls(ask), onDefect });
    },
    async explain(route, ask) {
      const facts = factsOf(ask);
      await Promise.all([askOthers(route, facts), governed.ready(route)]);
      return governed.explain(route, facts);
    },
    learn(plan, record) {
      const attempt = record.attempts.findLast(({ status }) => status === 'SUCCEEDED');
      if (record.status !== 'SUCCEEDED' || attempt === undefined) return;
      const { offeringId, providerId, usage } = attempt;
      const called = plannedAt(plan, offeringId)?.offering;
      if (called !== undefined && usage !== undefined && outputTokensOf(usage) > 0)
        outputLengths.learn(called.modelSlug, outputTokensOf(usage));
      const { ask } = plan;
      if (!goesByHomes && ask.command.routing?.conversation === undefined) return;
      try {
        const inputTokens = usage === undefined ? 0 : keptTokens(usage, offeringId, catalogue());
        const at = clock.now();
        const keys = pastKeysOf(ask);
        const home = homeOf(keys);
        if (
          usage !== undefined &&
          home?.offeringId === offeringId &&
          ask.at.getTime() - home.at.getTime() <= WARM_MS
        )
          cacheHits.learn(offeringId, home.inputTokens, cachedTokensOf(usage));
        const rises = risesAfter(plan, home, offeringId, record);
        memory.settle(
          keys[0] ?? turnKeyOf(ask),
          { offeringId, inputTokens, at, ...(rises > 0 && { rises }) },
          toldForMs(plan),
        );
      } catch (error) {
        onDefect(error, providerId);
      }
    },
  };
};
