import { z } from 'zod';
import { Decimal } from '../../domain/money.ts';

/** Parts of the grammar of policies that several of its members are made of. */

export const MOST_ENTRIES = 200;
const LONGEST_TEXT = 300;

/** A mapping that takes no other names than these, and says so of one that it does not know. */
export const mapping = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not known here; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

export const text = z.string().trim().min(1).max(LONGEST_TEXT);
export const texts = z.array(text).min(1).max(MOST_ENTRIES);

const points = z.number().min(-1_000_000_000).max(1_000_000_000);
export const quality = mapping({ benchmark: text, score: points });

const AMOUNT = 'takes a number that is not negative, e.g. 0.15';
const amount = z
  .union([z.number(), z.string()], { error: AMOUNT })
  .transform((value) => String(value))
  .refine((value) => /^\d{1,12}(\.\d{1,40})?(e-?\d{1,2})?$/i.test(value), { error: AMOUNT, abort: true })
  .transform((value) => new Decimal(value))
  .refine((value) => value.lte(1_000_000_000), 'takes at most 1000000000');

export const money = z.strictObject(
  { amount, currency: z.string().default('USD') },
  { error: 'takes an amount and its currency, e.g. {amount: 0.02, currency: USD}; USD if it is left out' },
);

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

export const date = z
  .string()
  .refine((value) => DATE.test(value) && !Number.isNaN(Date.parse(value)), {
    error: 'takes a date, e.g. "2026-01-31" or "2026-01-31T08:00:00Z"',
    abort: true,
  })
  .transform((value) => new Date(value));
