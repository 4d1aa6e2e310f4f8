import { describe, expect, it } from 'vitest';
import { asOfferingId, asProviderId, asRouteName } from '../../../../src/domain/ids.ts';
import type { Route, RoutePolicy } from '../../../../src/domain/route.ts';
import { readPolicy } from '../../../../src/gateway/routing/policy/document.ts';
import { routeProblem } from '../../../../src/gateway/routing/policy/problems.ts';
import { catalogueOf, provenance } from '../../../catalogue/comparison/catalogue-of.ts';
import { scoreAtBenchmark } from '../../../support/quality-score.ts';

const known = catalogueOf({
  small: { quality: [{ ...scoreAtBenchmark('aider-polyglot', 50), provenance }] },
  large: { off: true },
  'gpt-4o-mini': { offering: { id: asOfferingId('host/gpt-4o-mini'), providerId: asProviderId('host') } },
});
const catalogue = {
  ...known,
  resolve: (name: string) =>
    name === 'twofold'
      ? ({ kind: 'AMBIGUOUS', candidates: known.models.map(({ slug }) => slug).slice(0, 2) } as const)
      : known.resolve(name),
};

const policy = (document: object): RoutePolicy => {
  const read = readPolicy(document);
  if (read.kind === 'INVALID') throw new Error(`${read.path}: ${read.problem}`);
  return read.policy;
};

const bookOf = (documents: { readonly [name: string]: object }) => {
  const routes = Object.entries(documents).map(
    ([name, document]): Route => ({
      name: asRouteName(name),
      version: 1,
      policy: policy(document),
      origin: 'GRAPH',
      savedAt: new Date(0),
    }),
  );
  return {
    all: () => routes,
    find: (name: string) => routes.find((route) => route.name === name.toLowerCase()),
  };
};

const problemOf = (document: object, others: { readonly [name: string]: object } = {}, name = 'draft') =>
  routeProblem(name, policy(document), { catalogue, routes: bookOf(others) });

const target = (rule: object) => ({ candidates: [rule] });
const within = (...names: readonly string[]) => ({ candidates: names.map((route) => ({ route })) });
const plain = target({ model: 'lab/small' });

describe('names in a route', () => {
  it.each([
    [plain],
    [target({ model: 'lab/large' })],
    [target({ offering: 'host/large' })],
    [target({ filter: { models: ['lab/large'], providers: ['HOST'] } })],
    [{ ...plain, require: { minQuality: { benchmark: 'aider-polyglot', score: 99 } } }],
    [{ ...plain, strategy: 'QUALITY_FLOOR', qualityFloor: { benchmark: 'aider-polyglot', score: 1 } }],
  ])('%j means what is there, on or off', (document) => {
    expect(problemOf(document)).toBeUndefined();
  });

  it.each<[object, string, RegExp]>([
    [target({ model: 'lab/smal' }), 'candidates[0].model', /No model is called "lab\/smal"/],
    [target({ model: 'twofold' }), 'candidates[0].model', /fits several models: lab\/small, lab\/large/],
    [target({ offering: 'host/gpt-4o-mni' }), 'candidates[0].offering', /Nearest: host\/gpt-4o-mini/],
    [
      target({ filter: { models: ['lab/none'] } }),
      'candidates[0].filter.models',
      /No model is called "lab\/none"/,
    ],
    [
      target({ filter: { providers: ['hots'] } }),
      'candidates[0].filter.providers',
      /No provider has the id "hots". Nearest: host/,
    ],
    [{ ...plain, require: { providers: ['nobody-at-all'] } }, 'require.providers', /No provider/],
    [
      { ...plain, require: { minQuality: { benchmark: 'aider-polyglott', score: 9 } } },
      'require.minQuality.benchmark',
      /No model has a known score at "aider-polyglott". Nearest: aider-polyglot/,
    ],
    [
      { ...plain, strategy: 'RACE', order: 'QUALITY_FLOOR', qualityFloor: { benchmark: 'zzz', score: 9 } },
      'qualityFloor.benchmark',
      /There are: aider-polyglot/,
    ],
    [
      { ...plain, fallback: { candidates: [{ model: 'lab/small' }, { model: 'lab/none' }] } },
      'fallback.candidates[1].model',
      /No model/,
    ],
    [within('suport'), 'candidates[0].route', /No route is called "suport". Nearest: support/],
  ])('%j: is told at %s', (document, path, problem) => {
    expect(problemOf(document, { support: plain })).toEqual({
      path,
      problem: expect.stringMatching(problem),
    });
  });
});

describe('routes within routes', () => {
  it('go in no circle, which is shown', () => {
    expect(problemOf(within('self'), {}, 'self')).toEqual({
      path: 'candidates[0].route',
      problem: 'Routes lie within each other in a circle: self -> self. Leave one of them out.',
    });
    const others = {
      a: within('leaf', 'b'),
      b: { ...plain, fallback: within('draft') },
      leaf: plain,
      draft: plain,
    };
    expect(problemOf(within('leaf', 'a'), others)).toEqual({
      path: 'candidates[1].route',
      problem: 'Routes lie within each other in a circle: draft -> a -> b -> draft. Leave one of them out.',
    });
    expect(problemOf({ ...plain, fallback: within('leaf', 'A') }, others)?.path).toBe(
      'fallback.candidates[1].route',
    );
  });

  it('may meet again below, however many ways lead there', () => {
    // Thirty levels of two ways each would be a thousand million ways; depth is refused, and at once.
    const wide: { [name: string]: object } = { l0: plain };
    for (let level = 1; level <= 30; level += 1)
      wide[`l${level}`] = { candidates: [{ route: `l${level - 1}` }], fallback: within(`l${level - 1}`) };
    expect(problemOf(within('l6', 'l6', 'l5'), { ...wide })?.problem).toMatch(/^More than 8 routes/);
    const few = Object.fromEntries(Object.entries(wide).slice(0, 7));
    expect(problemOf(within('l6', 'l6', 'l5'), few)).toBeUndefined();
  });

  it('are 8 in a chain at most, those that use the route counted', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, n) => [`c${n + 1}`, n === 0 ? plain : within(`c${n}`)] as const),
      );
    expect(problemOf(within('c7'), chain(7))).toBeUndefined();
    expect(problemOf(within('c8'), chain(8))).toEqual({
      path: 'candidates',
      problem:
        'More than 8 routes lie within each other: draft -> c8 -> c7 -> c6 -> c5 -> c4 -> c3 -> c2 -> c1. Name the offerings or models themselves.',
    });
    const above = { ...chain(5), draft: plain, x: within('draft'), y: within('x'), z: within('y') };
    expect(problemOf(within('c4'), above)).toBeUndefined();
    expect(problemOf(within('c5'), above)?.problem).toMatch(/z -> y -> x -> draft -> c5/);
  });
});
