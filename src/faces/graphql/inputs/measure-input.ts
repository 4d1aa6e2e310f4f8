import { Decimal } from '../../../domain/money.ts';
import type { MeasureInput } from '../../../gateway/measure/measure-offerings.ts';
import { builder } from '../builder.ts';
import { InvalidInputError } from '../errors.ts';
import { MoneyInput } from '../types/money.ts';
import { OfferingFilterInput, offeringFilterOf } from './offering-filter.ts';

const MAX_NAMES = 200;
const MAX_OFFERINGS = 200;
const MAX_SAMPLES = 10;
const MAX_TIME_LIMIT_MS = 600_000;
const DEFAULT_BUDGET = { amount: new Decimal('0.10'), currency: 'USD' };
const CURRENCY = /^[A-Z]{3}$/;

export const MeasureOfferingsInput = builder.inputType('MeasureOfferingsInput', {
  description: 'Which offerings are measured, how often, and what it may cost.',
  fields: (t) => ({
    models: t.stringList({
      description:
        'Slugs, names or ids of offerings, at most 200; if not given, the newest models of each provider that can be called. What cannot be called, or means nothing, has a result that says so.',
    }),
    providers: t.idList({ description: 'Served by any of these, at most 200; any if not given.' }),
    filter: t.field({
      type: OfferingFilterInput,
      description:
        'What they must hold besides; any if not given. What is deprecated and the sandbox are measured only if they are asked for. `maxCostPerRequest` is not taken: `budget` limits the cost.',
    }),
    budget: t.field({
      type: MoneyInput,
      description:
        'The most that all calls together may cost; 0.10 USD if not given. A call begins only if the most that it can cost is left.',
    }),
    samples: t.int({
      required: true,
      defaultValue: 1,
      description: 'Calls of each offering, one after another, 1 to 10; what is recorded is their median.',
    }),
    limit: t.int({
      required: true,
      defaultValue: 20,
      description: 'The most offerings, 1 to 200.',
    }),
    timeLimitMs: t.int({
      required: true,
      defaultValue: 60_000,
      description: 'Milliseconds after which no further call begins, 1000 to 600000.',
    }),
    allowUnpriced: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'true: offerings without a known price are called too; they count nothing against the budget, and `unpricedCalls` counts them. false: they are skipped as UNPRICED.',
    }),
  }),
});

const problemAt = (path: string, problem: string): InvalidInputError =>
  new InvalidInputError({ code: 'INVALID_INPUT', path, problem });

const within = (path: string, value: number, least: number, most: number): void => {
  if (value < least || value > most) throw problemAt(path, `is ${value}; takes ${least} to ${most}.`);
};

const namesIn = (
  path: string,
  names: readonly string[] | null | undefined,
): readonly string[] | undefined => {
  if (names == null) return undefined;
  if (names.length === 0 || names.length > MAX_NAMES)
    throw problemAt(path, `has ${names.length} names; takes 1 to ${MAX_NAMES}.`);
  return names;
};

export const readMeasurement = (input: typeof MeasureOfferingsInput.$inferInput): MeasureInput => {
  const { samples, limit, timeLimitMs, allowUnpriced } = input;
  within('input.samples', samples, 1, MAX_SAMPLES);
  within('input.limit', limit, 1, MAX_OFFERINGS);
  within('input.timeLimitMs', timeLimitMs, 1_000, MAX_TIME_LIMIT_MS);
  const budget = input.budget ?? DEFAULT_BUDGET;
  if (budget.amount.isNegative()) throw problemAt('input.budget.amount', 'takes 0 or more.');
  if (!CURRENCY.test(budget.currency))
    throw problemAt('input.budget.currency', 'takes an ISO 4217 code, e.g. USD.');
  const models = namesIn('input.models', input.models);
  const providers = namesIn('input.providers', input.providers);
  return {
    samples,
    limit,
    timeLimitMs,
    allowUnpriced,
    budget,
    ...(models !== undefined && { models }),
    ...(providers !== undefined && { providers }),
    ...(input.filter != null && { filter: offeringFilterOf(input.filter) }),
  };
};
