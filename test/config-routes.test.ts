import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { DEFAULT_BREAKER, DEFAULT_FALLBACK, DEFAULT_POLICY } from '../src/domain/route.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

let files = 0;
/** A folder of its own with this modelgraph.yaml. */
const load = (yaml: string, env: { readonly [name: string]: string } = {}) => {
  files += 1;
  const directory = join(folder.path, `${files}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'modelgraph.yaml'), yaml);
  return loadConfig(directory, env);
};

/** What is wrong, a line each, without the folder. */
const problems = (yaml: string): readonly string[] => {
  try {
    load(yaml);
  } catch (error) {
    return String(error instanceof Error ? error.message : error)
      .split('\n')
      .map((line) => line.replace(/^.*modelgraph\.yaml/, 'modelgraph.yaml'));
  }
  return [];
};

const FULL = `
routes:
  support-chat:
    description: \${TEAM} answers
    candidates:
      - model: gpt-4o-mini
        when:
          metadata: { tier: [free] }
          time: { zone: Asia/Shanghai, from: 08:30, to: 18:00, weekdays: [MONDAY] }
      - route: strong
    strategy: CONDITIONAL
    require:
      maxCostPerRequest: { amount: 0.25 }
    preferRegions: [cn, eu]
    fallback:
      candidates:
        - offering: ollama/qwen3
      timeouts:
        firstTokenMs: 1500
      retries:
    breaker:
      slowTtftMs: 1000
      slowRate: 0.05
  strong:
    candidates: [{ filter: { openWeights: true } }]
`;

describe('routes of the config file', () => {
  it('are policies under names, with texts from the environment', () => {
    const [support, strong] = load(FULL, { TEAM: 'Support' }).routes;
    expect(support).toMatchObject({
      name: 'support-chat',
      version: 0,
      origin: 'CONFIG',
      savedAt: expect.any(Date),
      policy: {
        description: 'Support answers',
        candidates: [
          {
            target: { kind: 'MODEL', name: 'gpt-4o-mini' },
            when: {
              metadata: { tier: ['free'] },
              time: { zone: 'Asia/Shanghai', from: '08:30', to: '18:00', weekdays: ['MONDAY'] },
            },
          },
          { target: { kind: 'ROUTE', name: 'strong' } },
        ],
        strategy: { kind: 'CONDITIONAL' },
        preferRegions: ['cn', 'eu'],
        fallback: {
          ...DEFAULT_FALLBACK,
          candidates: [{ target: { kind: 'OFFERING', id: 'ollama/qwen3' } }],
          timeouts: { firstTokenMs: 1_500 },
        },
        breaker: { ...DEFAULT_BREAKER, slowTtftMs: 1_000, slowRate: 0.05 },
      },
    });
    expect(support?.policy.require?.maxCostPerRequest?.amount.toFixed()).toBe('0.25');
    expect(strong?.name).toBe('strong');
    expect(load('providers: []\n').routes).toEqual([]);
    expect(load('routes:\n').routes).toEqual([]);
  });

  it('that make no sense are told with their lines, all at once', () => {
    expect(
      problems(
        [
          'routes:',
          '  Support:',
          '    candidates: [{ model: a }]',
          '  fast:',
          '    candidates:',
          '      - model: a',
          '      - weigth: 2',
          '    strategy: QUICKEST',
          '  empty:',
        ].join('\n'),
      ),
    ).toEqual([
      'modelgraph.yaml:2: routes.Support: takes names of 1 to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first.',
      'modelgraph.yaml:7: routes.fast.candidates[1].weigth: is not known here; known are model, offering, filter, route, weight, ramp, upTo, when.',
      expect.stringMatching(/^modelgraph\.yaml:8: routes\.fast\.strategy: takes one of PRIORITY, /),
      'modelgraph.yaml:9: routes.empty.candidates: is missing; it takes a list.',
    ]);
    expect(problems('routes: [a]\n')).toEqual([
      'modelgraph.yaml:1: routes: takes a mapping of names to policies.',
    ]);
  });

  it('name no route that is not there, and do not go in circles', () => {
    expect(
      problems(
        'routes:\n  a:\n    candidates:\n      - model: m\n      - route: strng\n  strong:\n    candidates: [{ model: m }]\n',
      ),
    ).toEqual([
      'modelgraph.yaml:5: routes.a.candidates[1].route: No route is called "strng". Nearest: strong.',
    ]);
    expect(
      problems(
        'routes:\n  a:\n    candidates: [{ model: m }]\n    fallback:\n      candidates:\n        - route: b\n  b:\n    candidates:\n      - route: a\n',
      ),
    ).toEqual([
      'modelgraph.yaml:6: routes.a.fallback.candidates[0].route: Routes lie within each other in a circle: a -> b -> a. Leave one of them out.',
      'modelgraph.yaml:9: routes.b.candidates[0].route: Routes lie within each other in a circle: b -> a -> b. Leave one of them out.',
    ]);
  });

  it('may name models that no source knows: they come and go', () => {
    expect(load('routes:\n  a:\n    candidates: [{ model: not-out-yet }]\n').routes).toHaveLength(1);
  });
});

describe('how names of models are routed', () => {
  it('is a policy without candidates, the usual one where none is given', () => {
    expect(load('providers: []\n').routing).toEqual(DEFAULT_POLICY);
    expect(load('routing:\n').routing).toEqual(DEFAULT_POLICY);
    expect(load('routing: { strategy: CHEAPEST, fallback: { retries: 2 } }\n').routing).toEqual({
      ...DEFAULT_POLICY,
      strategy: { kind: 'CHEAPEST' },
      fallback: { ...DEFAULT_FALLBACK, retries: 2 },
    });
  });

  it('takes no candidates, and tells mistakes with their lines', () => {
    expect(problems('routing:\n  candidates: [{ model: a }]\n')).toEqual([
      'modelgraph.yaml:2: routing.candidates: is not accepted here: a separate route, under `routes`, has candidates.',
    ]);
    expect(problems('routing:\n  fallback:\n    retries: 9\n  strategy: RACE\n  hedge: {}\n')).toEqual([
      'modelgraph.yaml:3: routing.fallback.retries: takes at most 5.',
    ]);
    expect(problems('routing:\n  strategy: RACE\n  hedge: {}\n')).toEqual([
      'modelgraph.yaml:3: routing.hedge: goes with the strategy HEDGE.',
    ]);
  });
});
