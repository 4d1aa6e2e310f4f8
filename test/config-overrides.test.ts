import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigError } from '../src/config-file.ts';
import { readOverrides } from '../src/config-overrides.ts';
import type { SourceReading } from '../src/ports/catalogue-source.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const read = (content: string): Promise<SourceReading> => {
  const path = join(folder.path, 'prices.yaml');
  writeFileSync(path, content);
  return readOverrides(path);
};

it('reads prices with every term, and facts', async () => {
  const { offerings, models } = await read(`
offerings:
  - provider: deepseek
    id: deepseek-chat
    model: deepseek/deepseek-chat
    url: https://example.com/contract
    facts: { limits: { contextWindow: 128000 }, capabilities: [COMPLETION, TOOLS] }
    prices:
      - { meter: input, amount: 0.28 }
      - meter: output
        amount: "0.84"
        currency: CNY
        serviceTier: BATCH
        tierMode: GRADUATED
        discount: 0.5
        when:
          promptTokens: { from: 200001 }
          thinking: true
          region: eu
          timeWindow: { from: "00:30", to: "08:30", weekdays: [MONDAY], holidays: { calendar: CN, rule: EXCLUDE }, zone: Asia/Shanghai }
        effectiveFrom: 2026-01-01
        effectiveTo: 2027-01-01
      - { family: IMAGES, direction: OUTPUT, modality: IMAGE, attributes: { quality: high, size: 1024x1024 }, amount: 0.167 }
models:
  - { slug: acme/one, aliases: [one], quality: [{ benchmark: aider-polyglot, score: 61.5, maximum: 100 }] }
`);
  const rest = {
    currency: 'USD',
    serviceTier: 'STANDARD',
    conditions: {},
    tierMode: 'CLIFF',
    billing: 'METERED',
  };
  expect(offerings).toEqual([
    {
      providerId: 'deepseek',
      providerModelId: 'deepseek-chat',
      identity: { slug: 'deepseek/deepseek-chat' },
      facts: { limits: { contextWindow: 128_000 }, capabilities: ['COMPLETION', 'TOOLS'] },
      performance: [],
      sourceUrl: 'https://example.com/contract',
      prices: [
        {
          ...rest,
          meter: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
          amount: '0.28',
          per: 1_000_000,
        },
        {
          meter: { family: 'TOKENS', direction: 'OUTPUT', modality: 'TEXT', tokenType: 'PLAIN' },
          amount: '0.84',
          per: 1_000_000,
          currency: 'CNY',
          serviceTier: 'BATCH',
          tierMode: 'GRADUATED',
          billing: 'METERED',
          discount: '0.5',
          conditions: {
            promptTokens: { from: 200_001 },
            thinking: true,
            region: 'eu',
            timeWindow: {
              from: '00:30',
              to: '08:30',
              weekdays: ['MONDAY'],
              holidays: { calendar: 'CN', rule: 'EXCLUDE' },
              zone: 'Asia/Shanghai',
            },
          },
          effectiveFrom: '2026-01-01T00:00:00.000Z',
          effectiveTo: '2027-01-01T00:00:00.000Z',
        },
        {
          ...rest,
          meter: {
            family: 'IMAGES',
            direction: 'OUTPUT',
            modality: 'IMAGE',
            tokenType: 'PLAIN',
            attributes: { quality: 'high', size: '1024x1024' },
          },
          amount: '0.167',
          per: 1,
        },
      ],
    },
  ]);
  expect(models[0]?.quality).toEqual([{ benchmark: 'aider-polyglot', score: 61.5, maximum: 100 }]);
});

it.each([
  ['{ meter: input }', 'offerings[0].prices[0].amount: takes a number'],
  ['{ meter: input, amount: -1 }', 'offerings[0].prices[0].amount: takes a number that is not negative'],
  ['{ amount: 1 }', 'offerings[0].prices[0]: takes either `meter` or `family`'],
  ['{ meter: input, amount: 1, cents: 3 }', 'offerings[0].prices[0].cents: is not known here'],
  ['{ meter: input, amount: 1, billing: FREE }', 'offerings[0].prices[0]: what is FREE takes the amount 0'],
  [
    '{ meter: input, amount: 1, when: { timeWindow: { from: "08:00", to: "09:00", zone: Mars } } }',
    'offerings[0].prices[0].when.timeWindow.zone: takes a time zone',
  ],
])('says where a mistake is: %s', async (row, message) => {
  const failure = await read(`offerings:\n  - provider: p\n    id: m\n    prices:\n      - ${row}\n`).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toContain(`prices.yaml:5: ${message}`);
});

it('says what it holds where it is no mapping', async () => {
  await expect(read('- provider: p\n')).rejects.toThrow(
    'prices.yaml:1: takes a mapping with `offerings` or `models`.',
  );
});
