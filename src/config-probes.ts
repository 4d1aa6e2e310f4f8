import { z } from 'zod';
import { settings } from './config-grammar.ts';
import type { Decimal } from './domain/money.ts';
import type { ProbeSettings } from './gateway/health/prober.ts';

const LEAST_MS = 1_000;
const MOST_MS = 86_400_000;

/** The part `probes` of the config file. Nothing is probed without it. */
export const probesSchema = (grammar: { readonly amount: z.ZodType<Decimal> }) =>
  settings({
    everyMs: z.int().min(LEAST_MS).max(MOST_MS).default(30_000),
    maxCostPerDay: grammar.amount.refine(
      (amount) => amount.gt(0),
      'takes an amount of money above 0, e.g. 0.50',
    ),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, e.g. USD')
      .default('USD'),
    idle: z.boolean().default(false),
  }).transform((given): ProbeSettings => given);
