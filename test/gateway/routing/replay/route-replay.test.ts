import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../../../src/catalogue/build-catalogue.ts';
import { callerOf } from '../../../../src/domain/caller.ts';
import type { Cost } from '../../../../src/domain/cost.ts';
import {
  asKeyId,
  asModelSlug,
  asOfferingId,
  asOperationId,
  asProviderId,
  asRouteName,
} from '../../../../src/domain/ids.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import type { OperationRecord } from '../../../../src/domain/operation-record.ts';
import type { PageRequest } from '../../../../src/domain/page.ts';
import type { Route, RoutePolicy } from '../../../../src/domain/route.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import { readPolicy } from '../../../../src/gateway/routing/policy/document.ts';
import { NO_ROUTES } from '../../../../src/gateway/routing/policy/route-book.ts';
import { createRouteReplay } from '../../../../src/gateway/routing/replay/create-route-replay.ts';
import type { ReplayInput, ReplayResult } from '../../../../src/gateway/routing/replay/replay-result.ts';
import { offeringWindowOf } from '../../../../src/gateway/statistics/offering-window.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { createScriptedProvider } from '../../../support/scripted-provider.ts';

/** US dollars for 1,000,000 tokens in and out, but for the one in China. */
const PRICES = {
  dear: [10, 30, 'USD'],
  cheap: [1, 2, 'USD'],
  cn: [7, 7, 'CNY'],
  unpriced: undefined,
} as const;
const names = ['dear', 'cheap', 'cn', 'unpriced'] as const;
type Name = (typeof names)[number];

const day = (number: number): Date => new Date(Date.UTC(2025, 11, number));
const clock = createFakeClock();

const catalogue = buildCatalogue({
  readings: [],
  seed: { version: '0', readings: [] },
  readAt: day(1),
  providers: names.map((id) => {
    const [input, output, currency] = PRICES[id] ?? [];
    return {
      info: {
        id: asProviderId(id),
        name: id,
        kind: 'RELAY',
        completes: true,
        operations: [],
        status: { kind: 'ON' },
      },
      declared: [
        {
          providerModelId: 'm',
          modelSlug: asModelSlug('lab/m'),
          ...(input !== undefined &&
            output !== undefined &&
            currency !== undefined && {
              prices: { input: new Decimal(input), output: new Decimal(output), currency },
            }),
        },
      ],
    };
  }),
});
const idOf = (name: Name) => asOfferingId(`${name}/m`);

const usd = (amount: number): Cost => ({
  kind: 'PRICED',
  lines: [],
  total: new Decimal(amount),
  currency: 'USD',
});

let made = 0;
/** A completion that `dear` answered: 1,000,000 tokens in and 100,000 out, 13 US dollars. */
const record = (rest: Partial<OperationRecord> = {}): OperationRecord => {
  made += 1;
  const usage = usageOf({ input: 1_000_000, output: 100_000 });
  return {
    id: asOperationId(`cmp_${String(made).padStart(4, '0')}`),
    operation: 'COMPLETION',
    keyId: asKeyId('key_a'),
    createdAt: day(2 + (made % 20)),
    status: 'SUCCEEDED',
    route: { requested: 'lab/m', modelSlug: asModelSlug('lab/m'), candidates: [idOf('dear')] },
    offeringId: idOf('dear'),
    usage,
    cost: usd(13),
    attempts: [
      {
        index: 0,
        offeringId: idOf('dear'),
        providerId: asProviderId('dear'),
        status: 'SUCCEEDED',
        startedAt: day(2),
        durationMs: 5,
        usage,
      },
    ],
    timings: { totalMs: 5_000, ttftMs: 800 },
    warnings: [],
    ...rest,
  };
};

const policy = (document: object): RoutePolicy => {
  const read = readPolicy({ candidates: names.map((name) => ({ offering: idOf(name) })), ...document });
  if (read.kind === 'INVALID') throw new Error(`${read.path}: ${read.problem}`);
  return read.policy;
};
const caller = callerOf({
  id: asKeyId('key_admin'),
  name: 'admin',
  role: 'ADMIN',
  prefix: 'mg_',
  createdAt: new Date(0),
});

/** Milliseconds to the first token as measured in the last day. */
const TTFTS: { readonly [id: string]: number } = { 'dear/m': 300, 'cheap/m': 150 };

const replayWith = (rows: readonly OperationRecord[], routes: readonly Route[] = []) => {
  const pages: PageRequest[] = [];
  const replay = createRouteReplay({
    catalogue: () => catalogue,
    providers: () => new Map(names.map((name) => [asProviderId(name), createScriptedProvider(name)])),
    book: { ...NO_ROUTES, all: () => routes, find: (name) => routes.find((route) => route.name === name) },
    stats: {
      of: () => [],
      window: (id, window) => {
        const p50 = TTFTS[id];
        return {
          ...offeringWindowOf(window, [], 0),
          ...(p50 !== undefined && { calls: 9, ttft: { p50, p90: p50, p95: p50, p99: p50, sampleSize: 9 } }),
        };
      },
    },
    clock,
    async rows(_caller, { operations }, page) {
      expect(operations).toEqual(['COMPLETION']);
      pages.push(page);
      const from = page.after === undefined ? 0 : rows.findIndex(({ id }) => id === page.after) + 1;
      return { rows: rows.slice(from, from + page.limit), hasMore: from + page.limit < rows.length };
    },
  });
  const run = (by: ReplayInput['by'], rest: Partial<ReplayInput> = {}) =>
    replay.replay(caller, { by, filter: {}, limit: 1_000, currency: 'USD', ...rest });
  return { run, pages };
};

const replayed = async (
  rows: readonly OperationRecord[],
  document: object,
  rest: Partial<ReplayInput> = {},
): Promise<ReplayResult> => {
  const result = await replayWith(rows).run({ kind: 'POLICY', policy: policy(document) }, rest);
  if (result.kind === 'REFUSED') throw new Error(JSON.stringify(result.refusal));
  return result.value;
};

const without = (...left: readonly Name[]) =>
  names.filter((name) => !left.includes(name)).map((name) => ({ offering: idOf(name) }));

describe('a replay', () => {
  it('gives each completion to the first that the draft would choose, at the rates of its day', async () => {
    const result = await replayed([record(), record(), record()], { strategy: 'CHEAPEST' });
    expect(result).toMatchObject({
      strategy: 'CHEAPEST',
      currency: 'USD',
      completions: 3,
      hasMore: false,
      replayed: 3,
      moved: 3,
      notReplayed: [],
      ttftCompletions: 3,
      recorded: { medianTtftMs: 800 },
      draft: { medianTtftMs: 150 },
    });
    expect(result.recorded.cost.toFixed()).toBe('39');
    expect(result.draft.cost.toFixed()).toBe('3.6');
    expect(result.savings.toFixed()).toBe('35.4');
    expect(result.savingsShare).toBeCloseTo(35.4 / 39, 12);
    expect(result.offerings).toEqual([
      {
        offeringId: 'cheap/m',
        recorded: 0,
        replayed: 3,
        cost: expect.anything(),
        ttftMs: 150,
        ttftSamples: 9,
      },
      {
        offeringId: 'dear/m',
        recorded: 3,
        replayed: 0,
        cost: expect.anything(),
        ttftMs: 300,
        ttftSamples: 9,
      },
    ]);
    expect(result.from).toEqual(expect.any(Date));
    expect(result.unknowns.join('\n')).toMatch(/Prompts are not kept/);
  });

  it('says where nothing would change, and what costs more', async () => {
    const same = await replayed([record()], { strategy: 'PRIORITY' });
    expect(same).toMatchObject({ moved: 0, savingsShare: 0 });
    const dearer = await replayed([record({ cost: usd(1), offeringId: idOf('cheap') })], {});
    expect(dearer.savings.toFixed()).toBe('-12');
    expect(dearer.savingsShare).toBe(-12);
  });

  it('counts what the answer used, not what was billed for attempts that failed before', async () => {
    const [answered] = record().attempts;
    if (answered === undefined) throw new Error('there is one');
    const failed = { ...answered, status: 'FAILED' as const, usage: usageOf({ input: 5_000_000 }) };
    const row = record({
      attempts: [failed, { ...answered, index: 1 }],
      usage: usageOf({ input: 6_000_000 }),
    });
    expect((await replayed([row], { strategy: 'CHEAPEST' })).draft.cost.toFixed()).toBe('1.2');
  });

  it('counts cached tokens as plain input where an offering has no rates for them', async () => {
    const usage = usageOf({ input: 500_000, cacheRead: 300_000, cacheWrite5m: 200_000, output: 100_000 });
    const result = await replayed([record({ attempts: [], usage })], { strategy: 'CHEAPEST' });
    expect(result.draft.cost.toFixed()).toBe('1.2');
  });

  it('converts by stated rates, and names them', async () => {
    const result = await replayed([record()], { candidates: [{ offering: idOf('cn') }] });
    // Without a rate nothing is added up as if it were dollars.
    expect(result).toMatchObject({
      replayed: 0,
      notReplayed: [{ reason: 'NO_FX_RATE', count: 1 }],
      fxRates: [],
    });
    const inYuan = await replayed(
      [record({ cost: { ...usd(1), currency: 'CNY' } as Cost })],
      {
        candidates: [{ offering: idOf('cn') }],
      },
      { currency: 'CNY' },
    );
    expect(inYuan.draft.cost.toFixed()).toBe('7.7');
  });

  it('leaves out what cannot be replayed, and says how many and why', async () => {
    const { usage: _usage, ...bare } = record({ attempts: [], status: 'FAILED' });
    const rows = [
      bare,
      record({ cost: { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] } }),
      record({ usage: usageOf({ input: 1 }), createdAt: day(3) }),
    ];
    expect(await replayed(rows, { candidates: [{ offering: idOf('unpriced') }] })).toMatchObject({
      completions: 3,
      replayed: 0,
      notReplayed: [
        { reason: 'NO_USAGE', count: 1 },
        { reason: 'PRICE_UNKNOWN', count: 1 },
        { reason: 'COST_UNKNOWN', count: 1 },
      ],
    });
    expect(await replayed([record()], { require: { providers: ['nobody'] } })).toMatchObject({
      notReplayed: [{ reason: 'NO_CANDIDATE', count: 1 }],
    });
  });

  it('does not guess what was not kept: complexity, language, region; tags and users were', async () => {
    const cheapFor = (when: object) => ({
      strategy: 'CONDITIONAL',
      candidates: [{ offering: idOf('cheap'), when }, { offering: idOf('dear') }],
    });
    const rows = [
      record({ metadata: { tier: 'free' }, user: 'u-1' }),
      record({ metadata: { tier: 'gold' } }),
    ];
    const moved = async (when: object) => {
      const { moved, notReplayed } = await replayed(rows, cheapFor(when));
      return [moved, notReplayed.map(({ reason, count }) => `${reason} ${count}`).join()];
    };
    expect(await moved({ metadata: { tier: ['free'] } })).toEqual([1, '']);
    expect(await moved({ users: ['u-1', 'u-2'] })).toEqual([1, '']);
    expect(await moved({ languages: ['de'] })).toEqual([0, 'PROMPT_NOT_KEPT 2']);
    expect(await moved({ metadata: { tier: ['free'] }, regions: ['eu'] })).toEqual([0, 'PROMPT_NOT_KEPT 1']);
    expect(
      await replayed(rows, {
        strategy: 'COMPLEXITY',
        candidates: [{ offering: idOf('cheap'), upTo: 0.5 }, { offering: idOf('dear') }],
      }),
    ).toMatchObject({ replayed: 0, notReplayed: [{ reason: 'PROMPT_NOT_KEPT', count: 2 }] });
  });

  it('draws the same each time, in the shares of the weights', async () => {
    const rows = Array.from({ length: 1_000 }, () => record());
    for (const strategy of ['WEIGHTED', 'SPLIT']) {
      const draft = {
        strategy,
        ...(strategy === 'SPLIT' && { split: { by: 'CONVERSATION' } }),
        candidates: [
          { offering: idOf('cheap'), weight: 1 },
          { offering: idOf('dear'), weight: 3 },
        ],
      };
      const first = await replayed(rows, draft);
      expect(first.moved).toBeGreaterThan(200);
      expect(first.moved).toBeLessThan(300);
      expect(await replayed(rows, draft)).toEqual(first);
    }
    // A split by key sends one key one way.
    const byKey = await replayed(rows, {
      strategy: 'SPLIT',
      candidates: [{ offering: idOf('cheap') }, { offering: idOf('dear') }],
    });
    expect([0, 1_000]).toContain(byKey.moved);
  });

  it('goes by what was measured: the fastest of the last day', async () => {
    const rows = Array.from({ length: 50 }, () => record());
    const result = await replayed(rows, { strategy: 'FASTEST', candidates: without('cn', 'unpriced') });
    expect(result.moved).toBe(50);
    expect(result.unknowns.join('\n')).toMatch(/under way/);
  });

  it('reads in pages up to the limit, and says that there are more', async () => {
    const rows = Array.from({ length: 450 }, () => record());
    const { run, pages } = replayWith(rows);
    const limited = await run({ kind: 'POLICY', policy: policy({}) }, { limit: 401 });
    expect(limited).toMatchObject({ value: { completions: 401, hasMore: true } });
    expect(pages.map(({ limit, after }) => [limit, after])).toEqual([
      [50, undefined],
      ...[50, 100, 150, 200, 250, 300, 350].map((read) => [50, rows[read - 1]?.id]),
      [1, rows[399]?.id],
    ]);
    const all = await run({ kind: 'POLICY', policy: policy({}) }, { limit: 10_000 });
    expect(all).toMatchObject({ value: { completions: 450, hasMore: false } });
    expect(await replayWith([]).run({ kind: 'POLICY', policy: policy({}) })).toMatchObject({
      value: { completions: 0, replayed: 0, ttftCompletions: 0, offerings: [] },
    });
  });

  it('takes a saved route by its name, routes within it in their order', async () => {
    const saved = (name: string, document: object): Route => ({
      name: asRouteName(name),
      version: 1,
      policy: policy(document),
      origin: 'GRAPH',
      savedAt: new Date(0),
    });
    const routes = [
      saved('inner', { strategy: 'CHEAPEST' }),
      saved('outer', { candidates: [{ route: 'inner' }] }),
    ];
    expect(await replayWith([record()], routes).run({ kind: 'ROUTE', name: 'outer' })).toMatchObject({
      value: { strategy: 'PRIORITY', offerings: [{ offeringId: 'cheap/m', replayed: 1 }, {}] },
    });
    expect(await replayWith([], routes).run({ kind: 'ROUTE', name: 'outr' })).toMatchObject({
      refusal: { code: 'UNKNOWN_ROUTE', suggestions: ['outer'] },
    });
  });

  it.each([[{ limit: 0 }], [{ limit: 10_001 }], [{ limit: 1.5 }], [{ currency: 'dollars' }]])(
    'refuses %j',
    async (rest) => {
      const result = await replayWith([]).run({ kind: 'POLICY', policy: policy({}) }, rest);
      expect(result).toMatchObject({
        refusal: { code: 'INVALID_INPUT', path: `input.${Object.keys(rest)[0]}` },
      });
    },
  );
});
