import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SHIPPED_LISTS } from '../../src/catalogue/shipped/load-shipped-lists.ts';
import { meterOfWord } from '../../src/catalogue/shipped/shipped-list.ts';
import { SERVICE_TIERS } from '../../src/domain/completion-request.ts';
import { BILLINGS, CAPABILITIES } from '../../src/domain/model.ts';
import { MODALITIES, ROW_BILLINGS, TOKEN_TYPES, WEEKDAYS } from '../../src/domain/price.ts';

const DATA = resolve(import.meta.dirname, '../../src/catalogue/seed-data');
const read = (file: string): unknown => JSON.parse(readFileSync(join(DATA, file), 'utf8'));

const day = z.iso.date();
const moment = z.union([z.iso.date(), z.iso.datetime()]);
const url = z.url({ protocol: /^https$/ });
const amount = z.string().regex(/^\d+(?:\.\d+)?$/);
const isMeter = (word: string): boolean => {
  try {
    return meterOfWord(word).family !== undefined;
  } catch {
    return false;
  }
};
const rates = z.record(z.string().refine(isMeter, 'names no meter'), amount);
const range = z.union([
  z.tuple([z.int().nonnegative()]),
  z.tuple([z.int().nonnegative(), z.int().positive()]).refine(([from, to]) => from < to, 'is empty'),
]);
const currency = z.enum(['USD', 'CNY']);

const prices = z.strictObject({
  tier: z.enum(SERVICE_TIERS).optional(),
  promptTokens: range.optional(),
  outputTokens: range.optional(),
  thinking: z.boolean().optional(),
  timeWindow: z
    .strictObject({
      from: z.string().optional(),
      to: z.string().optional(),
      zone: z.string(),
      weekdays: z.array(z.enum(WEEKDAYS)).optional(),
    })
    .optional(),
  region: z.string().optional(),
  currency: currency.optional(),
  billing: z.enum(ROW_BILLINGS).optional(),
  effectiveFrom: moment.optional(),
  effectiveTo: moment.optional(),
  checkedAt: day.optional(),
  url: url.optional(),
  rates,
});
const facts = {
  contextWindow: z.int().positive().optional(),
  maxInputTokens: z.int().positive().optional(),
  maxOutputTokens: z.int().positive().optional(),
  inputs: z.array(z.enum(MODALITIES)).optional(),
  outputs: z.array(z.enum(MODALITIES)).optional(),
  capabilities: z.array(z.enum(CAPABILITIES)).optional(),
  lacks: z.array(z.enum(CAPABILITIES)).optional(),
  released: day.optional(),
  cutoff: z
    .string()
    .regex(/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/)
    .optional(),
  retires: day.optional(),
  openWeights: z.boolean().optional(),
  deprecated: z.boolean().optional(),
};
const list = z.strictObject({
  source: z.string(),
  name: z.string(),
  version: z.string(),
  publishedAt: z.iso.datetime(),
  checkedAt: day.optional(),
  licence: z.string(),
  attribution: z.string().optional(),
  pageUrl: url,
  providers: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().optional(),
      baseUrl: z.url().optional(),
      docsUrl: url.optional(),
      currency: currency.optional(),
      url: url.optional(),
      checkedAt: day.optional(),
      lab: z.string().optional(),
      capabilities: z.array(z.enum(CAPABILITIES)).optional(),
      billing: z.enum(BILLINGS).optional(),
      offerings: z.array(
        z.strictObject({
          ...facts,
          id: z.string(),
          name: z.string().optional(),
          model: z.string().includes('/').optional(),
          huggingFaceId: z.string().optional(),
          region: z.string().optional(),
          billing: z.enum(BILLINGS).optional(),
          url: z.url().optional(),
          prices: z.array(prices).min(1).optional(),
        }),
      ),
    }),
  ),
  models: z
    .array(
      z.strictObject({
        ...facts,
        slug: z.string().includes('/'),
        name: z.string().optional(),
        huggingFaceId: z.string().optional(),
        licence: z.string().optional(),
        url: url.optional(),
      }),
    )
    .optional(),
});

const rule = {
  id: z.string(),
  says: z.string(),
  providers: z.array(z.string()).min(1),
  models: z.array(z.string()).min(1),
  except: z.array(z.string()).optional(),
  sourceUrl: url,
  day,
};
const rules = z.strictObject({
  rules: z.array(
    z.union([
      z.strictObject({
        ...rule,
        of: z.strictObject({
          serviceTier: z.enum(SERVICE_TIERS).optional(),
          direction: z.enum(['INPUT', 'OUTPUT']).optional(),
          tokenTypes: z.array(z.enum(TOKEN_TYPES)).optional(),
          modalities: z.array(z.enum(MODALITIES)).optional(),
          lowestPromptTier: z.boolean().optional(),
        }),
        gives: z.strictObject({
          serviceTier: z.enum(SERVICE_TIERS).optional(),
          tokenType: z.enum(TOKEN_TYPES).optional(),
          regions: z.array(z.string()).optional(),
          anyRegion: z.boolean().optional(),
        }),
        factor: amount,
        effectiveFrom: day.optional(),
      }),
      z.strictObject({
        ...rule,
        fees: z
          .array(
            z.strictObject({
              rates,
              currency: currency.optional(),
              effectiveFrom: moment.optional(),
              effectiveTo: moment.optional(),
            }),
          )
          .min(1),
      }),
    ]),
  ),
});

/** Empty where the source knows none; a month where it knows no more. */
const dayOfScore = z.string().regex(/^(?:\d{4}-\d{2}(?:-\d{2})?)?$/);
const quality = z.strictObject({
  source: z.string(),
  name: z.string(),
  url,
  licence: z.string(),
  attribution: z.string().optional(),
  publishedAt: day,
  benchmarks: z.array(
    z.strictObject({
      benchmark: z.string(),
      version: z.string().optional(),
      metric: z.string(),
      unit: z.string().optional(),
      lessIsBetter: z.boolean().optional(),
      maximum: z.number().optional(),
      reportedBy: z.string().optional(),
      url,
      rows: z
        .array(
          z.union([
            z.tuple([z.string(), z.string().includes('/'), z.string(), z.number(), dayOfScore]),
            z.tuple([z.string(), z.string().includes('/'), z.string(), z.number(), dayOfScore, url]),
          ]),
        )
        .min(1),
    }),
  ),
});

const checked = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  checked: z.record(z.string(), z.record(day, z.array(z.string()).min(1))),
});

/** Days on which models first stood in a list, told from its editions. */
const firstListed = z.strictObject({
  source: z.string(),
  licence: z.string(),
  pageUrl: url,
  editions: z.array(z.strictObject({ version: z.string(), day })).min(2),
  first: z.record(z.string(), z.record(z.string(), z.int().nonnegative())),
});

const schemaOf = (file: string): z.ZodType | undefined => {
  if (file.startsWith('quality/')) return quality;
  if (file === 'rules.json') return rules;
  if (file === 'genai-prices-checked.json') return checked;
  if (file === 'first-listed.json') return firstListed;
  return SHIPPED_LISTS.some((name) => file === `${name}.json`) ? list : undefined;
};

const files = readdirSync(DATA, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

describe('the files of shipped data', () => {
  it.each(files)('%s says nothing that its schema does not know, with its source and day', (file) => {
    const schema = schemaOf(file);
    expect(schema, 'no schema').toBeDefined();
    const outcome = schema?.safeParse(read(file));
    expect(outcome?.error?.issues.slice(0, 5)).toBeUndefined();
  });

  it('state for each row of our own the page or list that it was taken from, and the day of that', () => {
    const { providers } = list.parse(read('modelgraph.json'));
    for (const { id, url: page, checkedAt, offerings } of providers)
      for (const offering of offerings) {
        const place = `${id}/${offering.id}`;
        const rows = offering.prices ?? [{ url: undefined, checkedAt: undefined }];
        for (const row of rows) {
          expect(row.url ?? offering.url ?? page, place).toBeDefined();
          expect(row.checkedAt ?? checkedAt, place).toBeDefined();
        }
      }
  });

  it('name each rule once', () => {
    const ids = rules.parse(read('rules.json')).rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
