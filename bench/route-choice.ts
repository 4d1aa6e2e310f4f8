/**
 * What it costs to choose among 200 offerings, for each strategy: from a compiled route to its plan. Ends by itself and prints
 * what it measured. `npm run bench:route`, or of some alone `npm run bench:route -- CHEAPEST BALANCED`
 */
import { createMemoryState } from '../src/adapters/state/memory.ts';
import { buildCatalogue } from '../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../src/catalogue/catalogue.ts';
import type { Seed } from '../src/catalogue/seed.ts';
import type { Attempt } from '../src/domain/attempt.ts';
import { callerOf } from '../src/domain/caller.ts';
import type { CompletionRequest } from '../src/domain/completion-request.ts';
import { asKeyId, asModelSlug, asProviderId, asRouteName, type ProviderId } from '../src/domain/ids.ts';
import type { Offering } from '../src/domain/model.ts';
import { Decimal } from '../src/domain/money.ts';
import {
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  DEFAULT_POLICY,
  type Order,
  type RoutePolicy,
  STRATEGIES,
  type Strategy,
} from '../src/domain/route.ts';
import { usageOf } from '../src/domain/usage.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS } from '../src/gateway/completion-command.ts';
import { createOfferingStats } from '../src/gateway/offering-stats.ts';
import type { CompiledRoute } from '../src/gateway/routing/compiled-route.ts';
import { createHealthBoard } from '../src/gateway/routing/health/health-board.ts';
import type { RouteBook } from '../src/gateway/routing/policy/route-book.ts';
import { createRouter } from '../src/gateway/routing/router.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Provider } from '../src/ports/provider.ts';
import { unsupportedByOpenAi } from '../src/wire/openai/unsupported.ts';

const CANDIDATES = 200;
const MODELS = 40;
const ROUNDS = 2_000;
const BATCH = 5;
const AT = new Date('2026-11-02T10:00:00Z');

const clock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

const ids: readonly ProviderId[] = Array.from({ length: CANDIDATES }, (_, index) =>
  asProviderId(`p${index}`),
);
const seed: Seed = { version: '0', readings: [] };
const slugOf = (index: number) =>
  asModelSlug(
    `${index % 3 === 0 ? 'anthropic' : index % 3 === 1 ? 'google' : 'lab'}/model-${index % MODELS}`,
  );

const catalogue = buildCatalogue({
  seed,
  readings: [],
  readAt: AT,
  providers: ids.map((id, index) => ({
    info: {
      id,
      name: id,
      kind: 'RELAY',
      region: index % 4 === 0 ? 'cn' : 'us',
      completes: true,
      operations: [],
      status: { kind: 'ON' },
    },
    declared: [
      {
        providerModelId: 'model',
        modelSlug: slugOf(index),
        prices: {
          input: new Decimal((index % 97) + 1).div(10),
          output: new Decimal((index % 89) + 2).div(2),
          cacheRead: new Decimal((index % 83) + 1).div(100),
          currency: 'USD',
        },
      },
    ],
  })),
});
/** Each model has limits and a score, as sources would state them. */
const limited = new Map(
  catalogue.offerings.map((each) => [each.id, { ...each, limits: { contextWindow: 128_000 } }]),
);
const known = (offering: Offering): Offering => limited.get(offering.id) ?? offering;
const scored: Catalogue = {
  ...catalogue,
  offerings: [...limited.values()],
  offering: (id) => limited.get(id),
  offeringsOf: (slug) => catalogue.offeringsOf(slug).map(known),
  qualityOf: (slug: string) => [
    {
      benchmark: 'bench',
      category: 'OTHER' as const,
      lessIsBetter: false,
      reportedBy: 'INDEPENDENT' as const,
      series: 'bench:bench',
      represents: true,
      score: 30 + ((slug.length * 7) % 60),
      provenance: { source: 'bench', observedAt: AT },
    },
  ],
};

const provider = (id: ProviderId): Provider => ({
  id,
  completes: true,
  unsupported: (_model, given) => unsupportedByOpenAi({ supportsTopK: true }, given),
  operations: {},
  listModels: async () => ({ kind: 'NOT_OFFERED' }),
  complete() {
    throw new Error('nothing is sent');
  },
});

const providers = new Map(ids.map((id) => [id, provider(id)]));
/** A route to a model by its name, for what a saved route costs over that name. */
const PLAIN_MODEL = slugOf(1);
const SAVED = asRouteName('saved');
const book: RouteBook = {
  find: (name) => (name === SAVED ? book.all()[0] : undefined),
  all: () => [
    {
      name: SAVED,
      version: 1,
      policy: {
        ...DEFAULT_POLICY,
        candidates: [{ target: { kind: 'MODEL', name: PLAIN_MODEL }, weight: 1 }],
      },
      origin: 'GRAPH',
      savedAt: AT,
    },
  ],
  revision: () => 1,
};
const nothing = (): void => {};
const state = createMemoryState();
const health = createHealthBoard({
  catalogue: () => scored,
  stats: createOfferingStats(() => scored, clock),
  clock,
  state,
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
});
const router = createRouter({
  catalogue: () => scored,
  providers: () => providers,
  book,
  health,
  state,
  clock,
  random: Math.random,
  onDefect(error) {
    throw error;
  },
});

const orderOf = (kind: Order['kind']): Order => {
  switch (kind) {
    case 'QUALITY_FLOOR':
      return { kind, floor: { benchmark: 'bench', score: 50 } };
    case 'SPLIT':
      return { kind, by: 'KEY' };
    default:
      return { kind };
  }
};

const strategyOf = (kind: Strategy['kind']): Strategy => {
  switch (kind) {
    case 'RACE':
      return { kind, count: 2, order: { kind: 'FASTEST' } };
    case 'HEDGE':
      return { kind, order: { kind: 'FASTEST' } };
    case 'STICKY':
      return { kind, forMs: 300_000, maxCostRatio: 1.5, order: { kind: 'CHEAPEST' } };
    case 'CASCADE':
      return { kind, checks: ['REFUSAL'], maxEscalations: 3, stream: 'HOLD', order: { kind: 'PRIORITY' } };
    default:
      return orderOf(kind);
  }
};

const policyOf = (kind: Strategy['kind']): RoutePolicy => ({
  // Ten rules, so that there is something to draw from.
  candidates: Array.from({ length: 10 }, (_, rule) => ({
    target: { kind: 'FILTER', filter: { providers: ids.filter((_id, index) => index % 10 === rule) } },
    weight: rule + 1,
    upTo: (rule + 1) / 10,
  })),
  strategy: strategyOf(kind),
  preferRegions: [],
  fallback: DEFAULT_FALLBACK,
  breaker: DEFAULT_BREAKER,
});

const text = 'Compare the two drafts below and say which clauses contradict each other. '.repeat(20);
const caller = callerOf({
  id: asKeyId('key_bench'),
  name: 'bench',
  role: 'MEMBER',
  prefix: 'mg_bench',
  createdAt: AT,
});
const request: CompletionRequest = {
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
};
const commandOf = (policy: RoutePolicy): CompletionCommand => ({
  model: 'inline',
  request,
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts: {},
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'STREAM',
  routing: { policy },
});

const measure = (route: CompiledRoute): void => {
  for (const [index, { offering, availability }] of route.candidates.entries()) {
    const watch = availability.began('STREAMED');
    const ttftMs = 100 + ((index * 37) % 900);
    watch.firstToken(ttftMs);
    const attempt: Attempt = {
      index: 0,
      offeringId: offering.id,
      providerId: offering.providerId,
      status: 'SUCCEEDED',
      startedAt: clock.now(),
      durationMs: ttftMs + 2_000,
      ttftMs,
      usage: usageOf({ input: 900, output: 200 }),
    };
    watch.ended(attempt);
  }
};

const compiled = (kind: Strategy['kind']): { route: CompiledRoute; command: CompletionCommand } => {
  const command = commandOf(policyOf(kind));
  const found = router.compile(command);
  if (found.kind === 'REFUSED') throw new Error(JSON.stringify(found.refusal));
  if (found.value.candidates.length !== CANDIDATES) throw new Error('not all are candidates');
  return { route: found.value, command };
};

/**
 * Microseconds of one plan, of batches so short that few are interrupted by what else runs: the median, and the tenth that is
 * quickest, which a busy machine disturbs least.
 */
const timed = (work: () => void): { readonly median: number; readonly quick: number } => {
  for (let round = 0; round < ROUNDS; round += 1) work();
  const batches = Array.from({ length: ROUNDS }, () => {
    const before = performance.now();
    for (let count = 0; count < BATCH; count += 1) work();
    return ((performance.now() - before) * 1_000) / BATCH;
  }).sort((one, other) => one - other);
  return { median: batches[ROUNDS / 2] ?? Number.NaN, quick: batches[ROUNDS / 10] ?? Number.NaN };
};

process.stdout.write(
  `Choosing among ${CANDIDATES} offerings of ${MODELS} models for a prompt of ${text.length} characters.\n\n` +
    '| strategy | median µs | quickest tenth µs |\n|---|---:|---:|\n',
);
const wanted = process.argv.slice(2);
for (const kind of STRATEGIES) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const { route, command } = compiled(kind);
  measure(route);
  const { median, quick } = timed(() => {
    const planned = router.plan(route, {
      command,
      caller,
      request,
      at: AT,
    });
    if (planned instanceof Promise || planned.kind === 'REFUSED') throw new Error('no plan');
  });
  process.stdout.write(`| ${kind} | ${median.toFixed(1)} | ${quick.toFixed(1)} |\n`);
}
process.stdout.write(
  '\nA model by its name and a saved route to it, each found and planned.\n\n| asked for | prompt | median µs | quickest tenth µs |\n|---|---|---:|---:|\n',
);
const TURN: CompletionRequest['messages'] = [
  { role: 'user', parts: [{ type: 'text', text: 'Which of the two drafts is better?' }] },
  { role: 'assistant', text: 'The second one, for it says why.', reasoning: [], toolCalls: [] },
];
const PROMPTS: { readonly [name: string]: CompletionRequest } = {
  short: { messages: TURN.slice(0, 1), tools: [], temperature: 0.2, maxOutputTokens: 200 },
  '200 messages': { messages: Array.from({ length: 100 }, () => TURN).flat(), tools: [] },
  '64 tools': {
    messages: TURN.slice(0, 1),
    tools: Array.from({ length: 64 }, (_, index) => ({
      name: `tool_${index}`,
      description: 'Looks something up that the question is about.',
      parameters: { type: 'object', properties: { what: { type: 'string', description: 'In words.' } } },
    })),
  },
};
for (const model of wanted.length > 0 ? [] : [PLAIN_MODEL, `route:${SAVED}`])
  for (const [name, prompt] of Object.entries(PROMPTS)) {
    const command: CompletionCommand = { ...commandOf(DEFAULT_POLICY), model, request: prompt, routing: {} };
    const { median, quick } = timed(() => {
      const found = router.compile(command);
      if (found.kind === 'REFUSED') throw new Error(JSON.stringify(found.refusal));
      const planned = router.plan(found.value, { command, caller, request: prompt, at: AT });
      if (planned instanceof Promise || planned.kind === 'REFUSED') throw new Error('no plan');
    });
    process.stdout.write(`| ${model} | ${name} | ${median.toFixed(2)} | ${quick.toFixed(2)} |\n`);
  }
await state.close();
