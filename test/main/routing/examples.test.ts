import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { type Json, logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

const PAGE = readFileSync(new URL('../../../docs/routing.md', import.meta.url), 'utf8');
const SECTION = PAGE.split('\n## ').find((section) => section.startsWith('Whole routes in six lines')) ?? '';
/** As the page has them. */
const EXAMPLES = [...SECTION.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text);

type Id = 'first' | 'second' | 'own' | 'lab' | 'china';
let routing: RoutingServer<Id>;
beforeAll(async () => {
  const score = (points: number) => [{ benchmark: 'aider-polyglot', score: points, maximum: 100 }];
  const mini = { id: 'mini', model: 'openai/gpt-4o-mini' };
  routing = await startRoutingServer<Id>({
    providers: {
      first: { region: 'US', models: [{ ...mini, prices: { input: 1, output: 1 } }] },
      second: { region: 'EU', models: [{ ...mini, prices: { input: 2, output: 2 } }] },
      own: {
        region: 'EU',
        models: [{ id: 'llama', model: 'meta/llama-3.3-70b-instruct', prices: { input: 3, output: 3 } }],
      },
      lab: {
        region: 'US',
        models: [{ id: 'sonnet', model: 'anthropic/claude-sonnet-4-5', prices: { input: 20, output: 20 } }],
      },
      china: {
        region: 'CN',
        models: [{ id: 'qwen', model: 'lab/poor', prices: { input: 0.1, output: 0.1 } }],
      },
    },
    overrides: {
      models: [
        { slug: 'openai/gpt-4o-mini', facts: { limits: { contextWindow: 128_000 } }, quality: score(62) },
        {
          slug: 'anthropic/claude-sonnet-4-5',
          facts: { limits: { contextWindow: 200_000 } },
          quality: score(80),
        },
        { slug: 'lab/poor', facts: { limits: { contextWindow: 32_768 } }, quality: score(40) },
      ],
    },
    config: { routes: Object.assign({}, ...EXAMPLES.map((text) => parse(text))) },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

it('each example has at most six lines', () => {
  expect(EXAMPLES).toHaveLength(4);
  for (const text of EXAMPLES) expect(text.trim().split('\n').length).toBeLessThanOrEqual(6);
});

describe('two-worlds', () => {
  const order = (region?: string) =>
    routing.order({ model: 'route:two-worlds', ...(region !== undefined && { routing: { region } }) });

  it('keeps requests from China in China, and all others out of it, the cheapest first', async () => {
    expect(await order('CN')).toEqual(['china']);
    for (const region of ['DE', undefined])
      expect(await order(region)).toEqual(['first', 'second', 'own', 'lab']);
  });

  it('goes by the header of a load balancer', async () => {
    const asked = async (headers: Record<string, string>) => {
      const response = await fetch(`${routing.server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${routing.server.adminKey}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify({ model: 'route:two-worlds', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      return response.headers.get('x-modelgraph-offering');
    };
    expect(await asked({ 'x-country': 'CN' })).toBe('china/qwen');
    expect(await asked({ 'x-country': 'FR' })).toBe('first/mini');
  });
});

describe('enterprise', () => {
  const ask = (input: object = {}): Promise<Json> =>
    routing.complete({ model: 'route:enterprise', ...input });

  it('asks the strong model for what is worth it, one of its own after a filter, and a cheap one late in the month', async () => {
    const first = await ask();
    expect(first.offering.id).toBe('first/mini');
    const gold = { metadata: { tier: 'gold' } };
    expect((await ask(gold)).offering.id).toBe('lab/sonnet');
    expect(
      (await ask({ tools: [{ name: 'search', description: 'x', parameters: { type: 'object' } }] })).offering
        .id,
    ).toBe('lab/sonnet');
    routing.upstreams.lab.behave(fails(400, { code: 'content_filter' }));
    expect(logOf((await ask(gold)).attempts)).toEqual([
      'lab FIRST FAILED CONTENT_FILTERED',
      'own FALLBACK SUCCEEDED',
    ]);
    // 4,500 of the month's 5,000 dollars.
    routing.upstreams.lab.behave(answer({ usage: { input: 200_000_000, output: 25_000_000 } }));
    expect((await ask(gold)).offering.id).toBe('lab/sonnet');
    expect((await ask(gold)).offering.id).toBe('first/mini');
  });
});

// Last, as they leave offerings that are not trusted for a while.
describe('good-enough', () => {
  it('asks the cheapest that scores enough, and a strong one where all fail', async () => {
    const plan = await routing.plan({ model: 'route:good-enough', maxOutputTokens: 100 });
    expect(plan.candidates.map(({ offering }: Json) => offering.id)).toEqual([
      'first/mini',
      'second/mini',
      'lab/sonnet',
    ]);
    expect(plan.rejected).toContainEqual(
      expect.objectContaining({ offeringId: 'china/qwen', reason: 'QUALITY_BELOW' }),
    );
    routing.upstreams.first.behave(fails(500));
    routing.upstreams.second.behave(fails(500));
    expect(await routing.complete({ model: 'route:good-enough', maxOutputTokens: 100 })).toMatchObject({
      offering: { id: 'lab/sonnet' },
    });
    const dear = await routing.plan({
      model: 'route:good-enough',
      maxOutputTokens: 100,
      messages: [{ user: { text: 'word '.repeat(3_000) } }],
    });
    expect(dear.rejected).toContainEqual(
      expect.objectContaining({ offeringId: 'lab/sonnet', reason: 'COST_ABOVE' }),
    );
  });
});

describe('food-delivery', () => {
  const ask = (): Promise<Json> => routing.complete({ model: 'route:food-delivery' });

  it('leaves a provider that fails, and asks the open model where none is well', async () => {
    routing.upstreams.first.behave(fails(500));
    for (let n = 0; n < 5; n += 1) expect((await ask()).offering.id).toBe('second/mini');
    routing.forget();
    expect(logOf((await ask()).attempts)).toEqual(['second FIRST SUCCEEDED']);
    for (const id of ['first', 'second'] as const) routing.upstreams[id].behave(fails(500));
    const log = logOf((await ask()).attempts);
    expect(log[0]).toBe('second FIRST FAILED SERVER_ERROR');
    expect(log.at(-1)).toBe('own FALLBACK SUCCEEDED');
  });
});
