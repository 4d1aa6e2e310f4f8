import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { callerOf } from '../../src/domain/caller.ts';
import { asKeyId, asOperationId } from '../../src/domain/ids.ts';
import type { RoutePolicy } from '../../src/domain/route.ts';
import {
  type CompletionCommand,
  DEFAULT_TIMEOUTS,
  INLINE_ROUTE,
} from '../../src/gateway/completion-command.ts';
import { createOfferingStats } from '../../src/gateway/offering-stats.ts';
import type { CompiledRoute } from '../../src/gateway/routing/compiled-route.ts';
import type { BreakerState } from '../../src/gateway/routing/health/breaker-machine.ts';
import { createHealthBoard } from '../../src/gateway/routing/health/health-board.ts';
import { NO_ROUTES } from '../../src/gateway/routing/policy/route-book.ts';
import type { PlannedCandidate, RouteAsk, RoutedPlan } from '../../src/gateway/routing/route-plan.ts';
import { createRouter } from '../../src/gateway/routing/router.ts';
import { Turns } from '../../src/gateway/runs/turns.ts';
import type { Staged } from '../../src/gateway/stages/stage.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Provider } from '../../src/ports/provider.ts';
import type { SharedState } from '../../src/ports/shared-state.ts';
import type { Choice, Chooser, Chosen } from './choice.ts';
import { createPrompts } from './prompts.ts';
import { createRandom, seedOf } from './random.ts';
import { CATALOGUE_AT } from './simulated-catalogue.ts';
import { REQUEST_CLASSES, type RequestClass, type SimulatedRequest } from './workload.ts';
import type { World, WorldOffering } from './world.ts';

export type Policies = { readonly [Class in RequestClass]: RoutePolicy };

/** A chooser with a look at what it thinks. */
export type RoutedChooser = Chooser & {
  breakerState(offering: WorldOffering): BreakerState;
  isSuspect(offering: WorldOffering): boolean;
};

const nothing = (): void => {};
const QUIET: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** That of a deployment of one node. */
const LONE_STATE: SharedState = {
  publish: async () => {},
  subscribe: async () => async () => {},
  putBytes: async () => {},
  getBytes: async () => undefined,
  claim: async () => true,
  release: async () => {},
  ping: async () => {},
  close: async () => {},
};

const CALLER = callerOf({
  id: asKeyId('key_simulated'),
  name: 'simulation',
  role: 'MEMBER',
  prefix: 'mg_',
  createdAt: CATALOGUE_AT,
});

/** The router asks providers what they cannot honour; the simulation itself makes the calls. */
const providerOf = (offering: WorldOffering): Provider => ({
  id: offering.providerId,
  completes: true,
  unsupported: () => [],
  operations: {},
  listModels: async () => ({ kind: 'NOT_OFFERED' }),
  complete() {
    throw new Error('The simulation calls no provider.');
  },
});

/** The gateway's own router, with its health board, statistics and breakers, over the world in virtual time. */
export const createRouted = (
  world: World,
  options: { readonly catalogue: Catalogue; readonly policies: Policies; readonly seed: number },
): RoutedChooser => {
  const { queue: clock } = world;
  const catalogue = (): Catalogue => options.catalogue;
  const stats = createOfferingStats(catalogue, clock);
  const state = LONE_STATE;
  const health = createHealthBoard({ catalogue, stats, clock, state, log: QUIET });
  const providers = new Map(world.offerings.map((offering) => [offering.providerId, providerOf(offering)]));
  const router = createRouter({
    catalogue,
    providers: () => providers,
    book: NO_ROUTES,
    health,
    state,
    clock,
    random: createRandom(seedOf(options.seed, 6)).next,
    onDefect(error) {
      throw error;
    },
  });
  const promptOf = createPrompts();

  const routes = new Map<RequestClass, CompiledRoute>();
  for (const name of REQUEST_CLASSES) {
    const compiled = router.compile({ model: INLINE_ROUTE, routing: { policy: options.policies[name] } });
    if (compiled.kind === 'REFUSED')
      throw new Error(`A route is refused: ${JSON.stringify(compiled.refusal)}`);
    routes.set(name, compiled.value);
  }

  const underWay = new Map<number, RoutedPlan>();

  const askOf = (request: SimulatedRequest): RouteAsk => {
    const prompt = promptOf(request);
    const command: CompletionCommand = {
      model: INLINE_ROUTE,
      request: prompt,
      streamUpstream: true,
      unsupported: 'WARN',
      timeouts: {},
      defaultTimeouts: DEFAULT_TIMEOUTS,
      delivery: 'STREAM',
      routing: { policy: options.policies[request.class], conversation: `${request.conversation}` },
    };
    return { command, caller: CALLER, request: prompt, at: clock.now() };
  };

  const choiceOf = (request: SimulatedRequest, planned: Staged<RoutedPlan>): Choice | undefined => {
    if (planned.kind === 'REFUSED') return undefined;
    const { candidates, dispatch, fallback } = planned.value;
    underWay.set(request.index, planned.value);
    const turns = new Turns(planned.value);
    const planOf = new Map<Chosen, PlannedCandidate>();
    const chosenOf = (each: PlannedCandidate | undefined): Chosen | undefined => {
      if (each === undefined) return undefined;
      const { offering, availability } = each;
      const chosen: Chosen = {
        offering: world.offering(offering.id),
        admit: () => turns.again(each),
        began: () => availability.began('STREAMED'),
      };
      planOf.set(chosen, each);
      return chosen;
    };
    const told = (chosen: Chosen, tell: (each: PlannedCandidate) => void): void => {
      const each = planOf.get(chosen);
      if (each !== undefined) tell(each);
    };
    return {
      dispatch,
      fallback,
      candidates: candidates.flatMap((each) => chosenOf(each) ?? []),
      turns: {
        next(waits) {
          const next = turns.next(waits);
          return next instanceof Promise ? next.then(chosenOf) : chosenOf(next);
        },
        taken: (chosen) => told(chosen, (each) => turns.taken(each)),
        passedOver: (chosen) => told(chosen, (each) => turns.passedOver(each)),
      },
    };
  };

  return {
    choose(request) {
      const ask = askOf(request);
      const route = routes.get(request.class);
      if (route === undefined) return undefined;
      const planned = router.plan(route, ask);
      return planned instanceof Promise
        ? planned.then((staged) => choiceOf(request, staged))
        : choiceOf(request, planned);
    },
    attempted: (attempt) => stats.record(attempt),
    ended({ request, attempts, succeeded, answeredBy, ttftMs }) {
      const known = underWay.get(request.index);
      underWay.delete(request.index);
      const usage = attempts.at(-1)?.usage;
      if (known === undefined || answeredBy === undefined || usage === undefined) return;
      router.learn(known, {
        id: asOperationId(`cmp_${request.index}`),
        operation: 'COMPLETION',
        keyId: CALLER.key.id,
        createdAt: known.ask.at,
        status: succeeded ? 'SUCCEEDED' : 'FAILED',
        route: known.decision,
        offeringId: answeredBy.model.id,
        usage,
        cost: { kind: 'UNPRICED', reason: 'NO_USAGE', lines: [], missing: [] },
        attempts,
        timings: { totalMs: clock.monotonicMs() - request.at, ttftMs },
        warnings: [],
      });
    },
    close: () => health.close(),
    breakerState: ({ model }) => health.availabilityOf(model.id, options.policies.CHAT.breaker).state(),
    isSuspect: ({ model }) => health.pulseOf(model.id).isSuspect,
  };
};
