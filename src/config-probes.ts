import { z } from 'zod';
import { settings } from './config-grammar.ts';
import { amount, currencyCode } from './config-values.ts';
import type { ProbeSettings } from './gateway/routing/health/prober.ts';

const MIN_MS = 1_000;
const MAX_MS = 86_400_000;

/** The part `probes` of the config file. Nothing is probed without it. */
export const probesSchema = settings({
  everyMs: z.int().min(MIN_MS).max(MAX_MS).default(30_000),
  maxCostPerDay: amount.refine((each) => each.gt(0), 'takes an amount of money above 0, e.g. 0.50'),
  currency: currencyCode.default('USD'),
  idle: z.boolean().default(false),
}).transform((given): ProbeSettings => given);
