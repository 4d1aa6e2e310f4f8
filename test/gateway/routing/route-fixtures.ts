import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import type { Catalogue, ModelResolution } from '../../../src/catalogue/catalogue.ts';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import type { FxRate } from '../../../src/domain/fx.ts';
import {
  asModelSlug,
  asOfferingId,
  asProviderId,
  asRouteName,
  type OfferingId,
  type ProviderId,
} from '../../../src/domain/ids.ts';
import type { Offering } from '../../../src/domain/model.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { PerfStat } from '../../../src/domain/performance.ts';
import type { ProviderKind } from '../../../src/domain/provider.ts';
import type { QualityScore } from '../../../src/domain/quality.ts';
import {
  type CandidateRule,
  type CandidateTarget,
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  type Route,
  type RoutePolicy,
} from '../../../src/domain/route.ts';
import type { CompletionCommand } from '../../../src/gateway/completion-command.ts';
import type { BreakerState } from '../../../src/gateway/routing/health/breaker-machine.ts';
import type { HealthBoard } from '../../../src/gateway/routing/health/health-board.ts';
import type { Pulse } from '../../../src/gateway/routing/health/pulse.ts';
import { Room } from '../../../src/gateway/routing/health/room.ts';
import type { RouteBook } from '../../../src/gateway/routing/policy/route-book.ts';
import { createRouter, type Router } from '../../../src/gateway/routing/router.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import type { SharedState } from '../../../src/ports/shared-state.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import { callerWith, commandWith } from '../harness.ts';

/** An offering as a test states it; its provider is the part of the id before the slash. */
export type Stated = {
  readonly id: string;
  readonly model?: string;
  /** US dollars for a million tokens; absent: none is known. */
  readonly input?: string;
  readonly output?: string;
  readonly cacheRead?: string;
  readonly cacheWrite5m?: string;
  readonly currency?: string;
  readonly kind?: ProviderKind;
  readonly region?: string;
  readonly off?: string;
  /** False: its provider has no language models. */
  readonly completes?: boolean;
  readonly facts?: Partial<Offering>;
};

const AT = new Date('2025-12-01T00:00:00Z');
const provenance = { source: 'test', observedAt: AT };

export const idOf = (id: string): OfferingId => asOfferingId(id);
const providerIdOf = (id: string): ProviderId => asProviderId(id.slice(0, id.indexOf('/')));

/** A catalogue built from declarations, with facts that no declaration can state. */
export const catalogueWith = (
  stated: readonly Stated[],
  more: {
    readonly fx?: readonly FxRate[];
    readonly scores?: { readonly [slug: string]: readonly Omit<QualityScore, 'provenance'>[] };
  } = {},
): Catalogue => {
  const byProvider = Map.groupBy(stated, ({ id }) => providerIdOf(id));
  const built = buildCatalogue({
    readings: [],
    seed: { version: '0', readings: [] },
    readAt: AT,
    providers: [...byProvider].map(([id, offered]) => ({
      info: {
        id,
        name: id,
        kind: offered[0]?.kind ?? 'RELAY',
        ...(offered[0]?.region !== undefined && { region: offered[0].region }),
        completes: offered[0]?.completes ?? true,
        operations: [],
        status:
          offered[0]?.off === undefined
            ? { kind: 'ON' as const }
            : { kind: 'OFF' as const, reason: offered[0].off },
      },
      declared: offered.map(
        ({ id: own, model = 'lab/talker', input, output, cacheRead, cacheWrite5m, currency = 'USD' }) => ({
          providerModelId: own.slice(own.indexOf('/') + 1),
          modelSlug: asModelSlug(model),
          ...(input !== undefined && {
            prices: {
              input: new Decimal(input),
              output: new Decimal(output ?? input),
              ...(cacheRead !== undefined && { cacheRead: new Decimal(cacheRead) }),
              ...(cacheWrite5m !== undefined && { cacheWrite5m: new Decimal(cacheWrite5m) }),
              currency,
            },
          }),
        }),
      ),
    })),
  });
  const facts = new Map(stated.map((each) => [idOf(each.id), each.facts]));
  const withFacts = (offering: Offering): Offering => ({ ...offering, ...facts.get(offering.id) });
  const offerings = built.offerings.map(withFacts);
  const byId = new Map(offerings.map((offering) => [offering.id, offering]));
  const resolved = (found: ModelResolution): ModelResolution =>
    found.kind === 'OFFERING' ? { ...found, offering: withFacts(found.offering) } : found;
  return {
    ...built,
    offerings,
    offering: (id) => byId.get(id),
    offeringsOf: (slug) => built.offeringsOf(slug).map(withFacts),
    resolve: (name) => resolved(built.resolve(name)),
    qualityOf: (slug) => (more.scores?.[slug] ?? []).map((score) => ({ ...score, provenance })),
    fx: more.fx ?? [],
  };
};

export const ruleFor = (target: CandidateTarget, more: Partial<CandidateRule> = {}): CandidateRule => ({
  target,
  weight: 1,
  ...more,
});
export const model = (name: string, more?: Partial<CandidateRule>): CandidateRule =>
  ruleFor({ kind: 'MODEL', name }, more);
export const offering = (id: string, more?: Partial<CandidateRule>): CandidateRule =>
  ruleFor({ kind: 'OFFERING', id: idOf(id) }, more);
export const nested = (name: string, more?: Partial<CandidateRule>): CandidateRule =>
  ruleFor({ kind: 'ROUTE', name: asRouteName(name) }, more);
export const everything = (more?: Partial<CandidateRule>): CandidateRule =>
  ruleFor({ kind: 'FILTER', filter: {} }, more);

export const policyWith = (
  candidates: readonly CandidateRule[],
  more: Partial<RoutePolicy> = {},
): RoutePolicy => ({
  candidates,
  strategy: { kind: 'PRIORITY' },
  preferRegions: [],
  fallback: DEFAULT_FALLBACK,
  breaker: DEFAULT_BREAKER,
  ...more,
});

export const bookOf = (routes: { readonly [name: string]: RoutePolicy }): RouteBook => {
  const saved = Object.entries(routes).map(
    ([name, policy]): Route => ({
      name: asRouteName(name),
      version: 3,
      policy,
      origin: 'GRAPH',
      savedAt: AT,
    }),
  );
  return {
    find: (name) => saved.find((route) => route.name === name.toLowerCase()),
    all: () => saved,
    revision: () => 1,
  };
};

/** How an offering does, as a test sets it. */
export type Condition = {
  -readonly [Member in keyof Pulse]: Pulse[Member];
} & { state: BreakerState; retryAfterMs: number; reason?: string };

const WELL: Condition = {
  inFlight: 0,
  failed: 0,
  ttftMs: Number.NaN,
  wholeMs: Number.NaN,
  outputTps: Number.NaN,
  errorRate: 0,
  p95TtftMs: Number.NaN,
  p95WholeMs: Number.NaN,
  isSuspect: false,
  measuredAtMs: Number.NEGATIVE_INFINITY,
  closedUntil: 0,
  state: 'CLOSED',
  retryAfterMs: 0,
};

/** All are well until a test says otherwise. */
export const healthStub = (): HealthBoard & { of(id: string): Condition } => {
  const conditions = new Map<string, Condition>();
  const of = (id: string): Condition => {
    const condition = conditions.get(id) ?? { ...WELL };
    conditions.set(id, condition);
    return condition;
  };
  return {
    of,
    refresh() {},
    availabilityOf: (id) => ({
      pulse: of(id),
      room: new Room(),
      askedToWaitMs: () => 0,
      mayInsist: () => false,
      insist: () => false,
      state: () => of(id).state,
      retryAfterMs: () => of(id).retryAfterMs,
      reason: () => of(id).reason,
      admit: () => true,
      decline() {},
      began: () => ({ firstToken() {}, observed() {}, failed() {}, ended() {} }),
    }),
  };
};

/** Shared by nodes; answers at once unless told otherwise. */
export const stateStub = (): Pick<SharedState, 'getBytes' | 'putBytes'> & {
  readonly kept: Map<string, Uint8Array>;
} => {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    getBytes: async (key) => kept.get(key),
    putBytes: async (key, bytes) => void kept.set(key, bytes),
  };
};

export type RoutingHarness = {
  readonly router: Router;
  readonly health: ReturnType<typeof healthStub>;
  readonly clock: FakeClock;
  readonly defects: readonly unknown[];
};

export const routerOver = (
  catalogue: Catalogue,
  options: {
    /** The catalogue as it is later. */
    readonly current?: () => Catalogue;
    readonly book?: RouteBook;
    readonly state?: Pick<SharedState, 'getBytes' | 'putBytes'>;
    readonly providers?: readonly Provider[];
    readonly random?: () => number;
    readonly measured?: (id: OfferingId) => readonly PerfStat[];
  } = {},
): RoutingHarness => {
  const health = healthStub();
  const clock = createFakeClock();
  const defects: unknown[] = [];
  const given = new Map((options.providers ?? []).map((provider) => [provider.id, provider]));
  const providers = new Map(
    catalogue.providers.map(({ id, completes }) => [
      id,
      given.get(id) ?? createScriptedProvider(id, { completes }),
    ]),
  );
  const router = createRouter({
    catalogue: options.current ?? (() => catalogue),
    providers: () => providers,
    book: options.book ?? bookOf({}),
    health,
    state: options.state ?? stateStub(),
    clock,
    random: options.random ?? (() => 0.5),
    ...(options.measured !== undefined && { measured: options.measured }),
    onDefect: (error) => defects.push(error),
  });
  return { router, health, clock, defects };
};

export const textRequest = (text: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
  ...more,
});

type Asking = {
  readonly request?: CompletionRequest;
  readonly command?: Partial<CompletionCommand>;
};

const askOf = ({ clock }: RoutingHarness, { request = textRequest('Hello'), command = {} }: Asking) => ({
  command: commandWith({ ...command, request }),
  caller: callerWith(),
  request,
  at: clock.now(),
});

/** A command for a policy of its own. */
export const inline = (
  policy: RoutePolicy,
  more: Partial<CompletionCommand> = {},
): Partial<CompletionCommand> => ({
  model: 'inline',
  ...more,
  routing: { policy, ...more.routing },
});

const compiled = (harness: RoutingHarness, command: CompletionCommand) => {
  const found = harness.router.compile(command);
  if (found.kind === 'REFUSED') throw new Error(JSON.stringify(found.refusal));
  return found.value;
};

export const planned = async (harness: RoutingHarness, asking: Asking = {}) => {
  const ask = askOf(harness, asking);
  return harness.router.plan(compiled(harness, ask.command), ask);
};

export const explained = async (harness: RoutingHarness, asking: Asking = {}) => {
  const ask = askOf(harness, asking);
  return harness.router.explain(compiled(harness, ask.command), ask);
};

/** The ids in the order in which they would be tried. */
export const orderIn = async (harness: RoutingHarness, asking: Asking = {}): Promise<readonly string[]> => {
  const plan = await planned(harness, asking);
  if (plan.kind === 'REFUSED') throw new Error(JSON.stringify(plan.refusal));
  return plan.value.decision.candidates;
};

/** What the route of a command would use, as listed, and what it may not. */
export const compiledIn = (harness: RoutingHarness, command: Partial<CompletionCommand>) => {
  const { candidates, rejected: named, unfit } = compiled(harness, commandWith(command));
  const rejected = [...named, ...unfit];
  return {
    ids: candidates.map((each) => each.offering.id),
    groups: candidates.map((each) => each.group),
    rejected: Object.fromEntries(rejected.map(({ offeringId, reason }) => [offeringId, reason])),
    details: Object.fromEntries(rejected.map(({ offeringId, detail }) => [offeringId, detail])),
  };
};
