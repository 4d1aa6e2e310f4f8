import { z } from 'zod';
import { SERVICE_TIERS } from '../../domain/completion-request.ts';
import { asOfferingId, asPriceId } from '../../domain/ids.ts';
import {
  type CountRange,
  HOLIDAY_CALENDARS,
  HOLIDAY_RULES,
  type Price,
  type PriceConditions,
  type PriceDerivation,
  type Provenance,
  ROW_BILLINGS,
  TIER_MODES,
  type TimeWindow,
  WEEKDAYS,
  type WindowHolidays,
} from '../../domain/price.ts';
import { decimal, instant, meter, optional, type Shape } from './stored-json.ts';

/** How the JSON of a price row is read back. */

const range = z.object({ from: z.number(), to: optional(z.number()) } satisfies Shape<CountRange>);

const timeWindow = z.object({
  from: optional(z.string()),
  to: optional(z.string()),
  weekdays: optional(z.array(z.enum(WEEKDAYS))),
  holidays: optional(
    z.object({
      calendar: z.enum(HOLIDAY_CALENDARS),
      rule: z.enum(HOLIDAY_RULES),
    } satisfies Shape<WindowHolidays>),
  ),
  zone: z.string(),
} satisfies Shape<TimeWindow>);

const provenance = z.object({
  source: z.string(),
  sourceUrl: optional(z.string()),
  observedAt: instant,
  checkedAt: optional(instant),
  statedAt: optional(instant),
  readAt: optional(instant),
  explanation: optional(z.string()),
} satisfies Shape<Provenance>);

const derivation = z.object({
  ruleId: z.string(),
  rule: z.string(),
  factor: decimal,
  base: z.object({
    id: z.string().transform(asPriceId),
    amount: decimal,
    source: z.string(),
  } satisfies Shape<PriceDerivation['base']>),
} satisfies Shape<PriceDerivation>);

export const storedPrice: z.ZodType<Price> = z.object({
  id: z.string().transform(asPriceId),
  offeringId: z.string().transform(asOfferingId),
  meter,
  amount: decimal,
  per: z.number(),
  currency: z.string(),
  serviceTier: z.enum(SERVICE_TIERS),
  conditions: z.object({
    promptTokens: optional(range),
    outputTokens: optional(range),
    thinking: optional(z.boolean()),
    timeWindow: optional(timeWindow),
    region: optional(z.string()),
  } satisfies Shape<PriceConditions>),
  tierMode: z.enum(TIER_MODES),
  discount: optional(decimal),
  billing: z.enum(ROW_BILLINGS),
  effectiveFrom: optional(instant),
  effectiveTo: optional(instant),
  provenance,
  derivation: optional(derivation),
} satisfies Shape<Price>);
