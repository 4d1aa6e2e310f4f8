import { z } from 'zod';
import {
  ANSWER_CHECKS,
  ATTEMPT_CAUSES,
  type Attempt,
  type ConsideredOffering,
  type FailedCheck,
  type MirrorMark,
  REJECTION_REASONS,
  type Rejection,
  type RouteDecision,
  type RouteScorePart,
  type Timings,
} from '../../domain/attempt.ts';
import { SERVICE_TIERS } from '../../domain/completion-request.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import type { Cost, CostLine, UnpricedLine, UnpricedReason } from '../../domain/cost.ts';
import { FAILURE_CODES, type LocatedFailure, type RetryAdvice } from '../../domain/failure.ts';
import {
  asModelSlug,
  asOfferingId,
  asOperationId,
  asPriceId,
  asProviderId,
  asRouteName,
} from '../../domain/ids.ts';
import { Decimal, NO_CURRENCY } from '../../domain/money.ts';
import { OPERATIONS } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { METER_DIRECTIONS, METER_FAMILIES, type Meter, MODALITIES, TOKEN_TYPES } from '../../domain/price.ts';
import type {
  CountedUnit,
  ModelCall,
  ProviderBilling,
  ProviderCharge,
} from '../../domain/provider-billing.ts';
import { STRATEGIES } from '../../domain/route.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';

/**
 * How the JSON of a stored operation is read: domain values out, or an error that names the path. A member
 * that the domain gains and these readers lack does not compile, so that nothing written is lost unseen.
 */
export type Shape<Value> = { readonly [Member in keyof Value]-?: z.ZodType };

/** One of a union of strings; every one of them has to be listed. */
const oneOf = <Word extends string>(words: { readonly [Each in Word]: true }) =>
  z.enum(Object.keys(words) as Word[]);

export const optional = z.exactOptional;
const offeringId = z.string().transform(asOfferingId);
const providerId = z.string().transform(asProviderId);
export const instant = z.iso.datetime().transform((text) => new Date(text));
export const decimal = z.string().transform((text, context) => {
  try {
    return new Decimal(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not a decimal number' });
    return z.NEVER;
  }
});

const scorePart: z.ZodType<RouteScorePart> = z.object({
  criterion: z.string(),
  value: optional(z.number()),
  weight: optional(z.number()),
} satisfies Shape<RouteScorePart>);

const considered: z.ZodType<ConsideredOffering> = z.object({
  offeringId,
  score: optional(z.number()),
  parts: z.array(scorePart),
} satisfies Shape<ConsideredOffering>);

/** Reasons of rows from before filters had one vocabulary: what they said of a fact that is not known, and of others. */
const FORMER_REASONS: { readonly [reason: string]: { readonly unknown: string; readonly known: string } } = {
  CONTEXT: { unknown: 'UNKNOWN_CONTEXT', known: 'CONTEXT_TOO_SMALL' },
  PRICE_UNKNOWN: { unknown: 'UNKNOWN_PRICE', known: 'UNKNOWN_PRICE' },
  PRICE_CEILING: { unknown: 'NO_FX_RATE', known: 'COST_ABOVE' },
  QUALITY: { unknown: 'UNKNOWN_QUALITY', known: 'QUALITY_BELOW' },
  WEIGHTS: { unknown: 'UNKNOWN_WEIGHTS', known: 'CLOSED_WEIGHTS' },
};

const withReasonOfToday = (row: unknown): unknown => {
  if (typeof row !== 'object' || row === null || !('reason' in row) || typeof row.reason !== 'string')
    return row;
  const former = Object.hasOwn(FORMER_REASONS, row.reason) ? FORMER_REASONS[row.reason] : undefined;
  if (former === undefined) return row;
  const detail = 'detail' in row ? String(row.detail) : '';
  if (row.reason === 'WEIGHTS' && detail === 'Its weights are open.')
    return { ...row, reason: 'OPEN_WEIGHTS' };
  return { ...row, reason: /^No /.test(detail) ? former.unknown : former.known };
};

const rejection = z.preprocess(
  withReasonOfToday,
  z.object({
    offeringId,
    reason: z.enum(REJECTION_REASONS),
    detail: z.string(),
    retryAfterMs: optional(z.number()),
  } satisfies Shape<Rejection>),
);

export const storedRoute: z.ZodType<RouteDecision> = z.object({
  requested: z.string(),
  modelSlug: z.string().transform(asModelSlug),
  candidates: z.array(offeringId),
  route: optional(z.object({ name: z.string().transform(asRouteName), version: z.number() })),
  strategy: optional(z.enum(STRATEGIES)),
  savesBudget: optional(z.literal(true)),
  isCanary: optional(z.literal(true)),
  mirror: optional(
    z.object({
      of: z.string().transform(asOperationId),
      sameText: optional(z.boolean()),
    } satisfies Shape<MirrorMark>),
  ),
  judgeOf: optional(z.string().transform(asOperationId)),
  considered: optional(z.array(considered)),
  rejected: optional(z.array(rejection)),
} satisfies Shape<RouteDecision>);

/** What was not used is not written. */
const count = z.number().default(0);

export const storedUsage: z.ZodType<Usage> = z.object({
  input: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
  reasoning: count,
  audioInput: count,
  audioOutput: count,
  imageInput: count,
  imageOutput: count,
  audioCacheRead: count,
  imageCacheRead: count,
  images: count,
  seconds: count,
  characters: count,
  requests: count,
} satisfies Shape<Usage>);

export const meter: z.ZodType<Meter> = z.object({
  family: z.enum(METER_FAMILIES),
  direction: z.enum(METER_DIRECTIONS),
  modality: z.enum(MODALITIES),
  tokenType: z.enum(TOKEN_TYPES),
  attributes: z.record(z.string(), z.string()).exactOptional(),
} satisfies Shape<Meter>);

const lineMembers = {
  meter,
  quantity: z.number(),
  unitPrice: decimal,
  per: z.number(),
  amount: decimal,
  priceId: optional(z.string().transform(asPriceId)),
  offeringId: optional(offeringId),
} satisfies Shape<CostLine>;

const costLine: z.ZodType<CostLine> = z.object(lineMembers);

const unpricedLine: z.ZodType<UnpricedLine> = z.object({
  ...lineMembers,
  currency: z.string().default(NO_CURRENCY),
} satisfies Shape<UnpricedLine>);

type CostOf<Kind extends Cost['kind']> = Shape<Extract<Cost, { kind: Kind }>>;

const costs: { readonly [Kind in Cost['kind']]: z.ZodType<Cost> } = {
  PRICED: z.object({
    kind: z.literal('PRICED'),
    lines: z.array(costLine),
    total: decimal,
    currency: z.string(),
  } satisfies CostOf<'PRICED'>),
  FREE: z.object({ kind: z.literal('FREE') } satisfies CostOf<'FREE'>),
  UNPRICED: z.object({
    kind: z.literal('UNPRICED'),
    reason: oneOf<UnpricedReason>({
      NO_PRICE: true,
      METER_UNPRICED: true,
      NO_USAGE: true,
      MIXED_CURRENCIES: true,
      PLAN: true,
      COMMITMENT: true,
      TIER_UNPRICED: true,
      NO_FX_RATE: true,
    }),
    lines: z.array(unpricedLine),
    missing: z.array(meter),
  } satisfies CostOf<'UNPRICED'>),
};

export const storedCost: z.ZodType<Cost> = z.union(Object.values(costs));

export const storedFailure: z.ZodType<LocatedFailure> = z.object({
  code: z.enum(FAILURE_CODES),
  message: z.string(),
  retry: oneOf<RetryAdvice>({ HERE: true, ELSEWHERE: true, FINAL: true }),
  retryAfterMs: optional(z.number()),
  status: optional(z.number()),
  providerCode: optional(z.string()),
  providerMessage: optional(z.string()),
  providerRequestId: optional(z.string()),
  providerId,
  offeringId,
  // What a caller was told has no other message.
} satisfies Shape<Omit<LocatedFailure, 'adminMessage'>>);

const modelCall: z.ZodType<ModelCall> = z.object({
  model: optional(z.string()),
  usage: storedUsage,
} satisfies Shape<ModelCall>);

const storedBilling: z.ZodType<ProviderBilling> = z.object({
  units: optional(z.array(z.object({ meter, quantity: z.number() } satisfies Shape<CountedUnit>))),
  calls: optional(z.array(modelCall)),
  charge: optional(z.object({ total: decimal, currency: z.string() } satisfies Shape<ProviderCharge>)),
} satisfies Shape<ProviderBilling>);

const failedCheck: z.ZodType<FailedCheck> = z.object({
  check: z.enum(ANSWER_CHECKS),
  detail: z.string(),
} satisfies Shape<FailedCheck>);

/** `billOfRow`: its usage and cost are those of the whole row, and not written a second time. */
type StoredAttempt = Attempt & { readonly billOfRow?: true };

const attempt: z.ZodType<StoredAttempt> = z.object({
  index: z.number(),
  offeringId,
  providerId,
  status: oneOf<Attempt['status']>({ SUCCEEDED: true, FAILED: true, CANCELLED: true }),
  startedAt: instant,
  durationMs: z.number(),
  ttftMs: optional(z.number()),
  usage: optional(storedUsage),
  cost: optional(storedCost),
  billing: optional(storedBilling),
  computedCost: optional(storedCost),
  failure: optional(storedFailure),
  providerResponseId: optional(z.string()),
  providerModel: optional(z.string()),
  serviceTier: optional(z.enum(SERVICE_TIERS)),
  region: optional(z.string()),
  cause: optional(z.enum(ATTEMPT_CAUSES)),
  usageEstimated: optional(z.literal(true)),
  failedCheck: optional(failedCheck),
  billOfRow: optional(z.literal(true)),
} satisfies Shape<StoredAttempt>);

export const storedAttempts: z.ZodType<readonly StoredAttempt[]> = z.array(attempt);

export const storedTimings: z.ZodType<Timings> = z.object({
  totalMs: z.number(),
  ttftMs: optional(z.number()),
  outputTps: optional(z.number()),
} satisfies Shape<Timings>);

const warning: z.ZodType<Warning> = z.object({
  code: oneOf<Warning['code']>({
    UNSUPPORTED_PARAMETER: true,
    ADJUSTED_PARAMETER: true,
    PROVIDER_WARNING: true,
    OFFERING_PASSED_OVER: true,
    QUEUED: true,
    CHECK_FAILED: true,
    ESTIMATED: true,
    UNKNOWN_MODEL_PASSED_THROUGH: true,
  }),
  parameter: optional(z.string()),
  message: z.string(),
} satisfies Shape<Warning>);

export const storedWarnings: z.ZodType<readonly Warning[]> = z.array(warning);

export const storedMetadata = z.record(z.string(), z.string());

export const storedOperation = z.enum(OPERATIONS);

export const storedStatus = oneOf<OperationRecord['status']>({
  SUCCEEDED: true,
  FAILED: true,
  CANCELLED: true,
});

export const storedFinishReason = oneOf<FinishReason>({
  STOP: true,
  LENGTH: true,
  TOOL_CALLS: true,
  CONTENT_FILTER: true,
  REFUSAL: true,
  PAUSED: true,
  UNKNOWN: true,
});
