import { expect, it } from 'vitest';
import { convertPiCatalog } from '../../.ci/seed/pi-catalog.ts';
import { loadShippedList } from '../../src/catalogue/shipped/load-shipped-lists.ts';

const model = (id: string, input: number, more: object = {}) => ({
  id,
  name: id,
  baseUrl: 'https://example.com',
  reasoning: false,
  input: ['text'],
  contextWindow: 1000,
  maxTokens: null,
  cost: { input, output: 2, cacheRead: 0, cacheWrite: 0, ...more },
});

it('keeps hosts that are billed by use, and of a provider in yuan nothing but facts', () => {
  const longContext = { inputThreshold: 200_000, input: 4, output: 12, cacheRead: 1, cacheWrite: 0 };
  const { providers } = convertPiCatalog(
    {
      deepinfra: {
        a: model('a', 1),
        free: { ...model('free', 0), cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
      },
      xai: { b: model('b', 2, { longContext }) },
      'minimax-cn': { c: model('c', 0.3) },
      coreweave: { d: model('d', 1) },
      openrouter: { e: model('e', 1) },
      cursor: { f: model('f', 1) },
    },
    { version: '18.2.11', publishedAt: '2026-09-23T00:00:00.000Z' },
    () => false,
  );
  const listed = providers.filter(({ offerings }) => offerings.length > 0);
  expect(
    listed.map(({ id, offerings }) => [id, offerings.map(({ id: name, prices }) => [name, prices])]),
  ).toEqual([
    ['wandb', [['d', [{ rates: { input: '1', output: '2' } }]]]],
    ['deepinfra', [['a', [{ rates: { input: '1', output: '2' } }]]]],
    ['minimax-cn', [['c', undefined]]],
    [
      'xai',
      [
        [
          'b',
          [
            { promptTokens: [0, 200_001], rates: { input: '2', output: '2' } },
            { promptTokens: [200_001], rates: { input: '4', output: '12', cacheRead: '1' } },
          ],
        ],
      ],
    ],
  ]);
});

it('adds to providers that another list has fresher what that list leaves out', () => {
  const { providers } = convertPiCatalog(
    {
      google: {
        priced: model('priced', 1),
        image: { ...model('gemini-9-image', 0.5), kind: 'image' },
        speech: { ...model('speech', 1), kind: 'stt' },
      },
      'amazon-bedrock': { gov: model('us-gov.anthropic.claude-9', 1), other: model('anthropic.claude-9', 1) },
      fireworks: { short: model('short', 1) },
    },
    { version: '18.2.11', publishedAt: '2026-09-23T00:00:00.000Z' },
    (id) => id === 'google/priced',
  );
  const rows = providers.flatMap(({ id, offerings }) =>
    offerings.map((offering) => [`${id}/${offering.id}`, offering.capabilities, offering.prices?.[0]?.rates]),
  );
  expect(rows).toEqual([
    ['bedrock/anthropic.claude-9', ['COMPLETION', 'TOOLS'], { input: '1', output: '2' }],
    ['google/gemini-9-image', ['IMAGE_GENERATION'], { input: '0.5', imageOutput: '2' }],
  ]);
});

// docs.z.ai/guides/overview/pricing, as the package of 2026-09-23 has it.
it('as shipped has the rates of Z.ai', async () => {
  const { providers } = await loadShippedList('pi-catalog');
  const glm = providers.find(({ id }) => id === 'zai')?.offerings.find(({ id }) => id === 'glm-4.7');
  expect(glm?.prices).toEqual([{ rates: { input: '0.6', output: '2.2', cacheRead: '0.11' } }]);
});
