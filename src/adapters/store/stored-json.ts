import { z } from 'zod';
import type { Attempt, CompletionWarning, RouteDecision, Timings } from '../../domain/completion-event.ts';
import type { Cost, CostLine } from '../../domain/cost.ts';
import { FAILURE_CODES, type LocatedFailure } from '../../domain/failure.ts';
import { asModelSlug, asOfferingId, asPriceId, asProviderId } from '../../domain/ids.ts';
import { Decimal } from '../../domain/money.ts';
import type { Usage } from '../../domain/usage.ts';

/** How the JSON columns of a completion are read: domain values out, or an error that names the path. */

const optional = z.exactOptional;
const count = z.number();
const offeringId = z.string().transform(asOfferingId);
const providerId = z.string().transform(asProviderId);
const instant = z.iso.datetime().transform((text) => new Date(text));
const decimal = z.string().transform((text, context) => {
  try {
    return new Decimal(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not a decimal number' });
    return z.NEVER;
  }
});

export const storedRoute: z.ZodType<RouteDecision> = z.object({
  requested: z.string(),
  modelSlug: z.string().transform(asModelSlug),
  candidates: z.array(offeringId),
});

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
});

const meter = z.object({
  family: z.enum(['TOKENS', 'CHARACTERS', 'SECONDS', 'IMAGES', 'REQUESTS', 'TOOL_CALLS']),
  direction: z.enum(['INPUT', 'OUTPUT', 'NONE']),
  modality: z.enum(['TEXT', 'AUDIO', 'IMAGE', 'VIDEO', 'NONE']),
  tokenType: z.enum(['PLAIN', 'CACHE_READ', 'CACHE_WRITE_5M', 'CACHE_WRITE_1H', 'REASONING']),
});

const costLine: z.ZodType<CostLine> = z.object({
  meter,
  quantity: count,
  unitPrice: decimal,
  per: count,
  amount: decimal,
  priceId: z.string().transform(asPriceId),
});

export const storedCost: z.ZodType<Cost> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('PRICED'), lines: z.array(costLine), total: decimal, currency: z.string() }),
  z.object({ kind: z.literal('FREE') }),
  z.object({
    kind: z.literal('UNPRICED'),
    reason: z.enum(['NO_PRICE', 'METER_UNPRICED', 'NO_USAGE']),
    lines: z.array(costLine),
    missing: z.array(meter),
  }),
]);

export const storedFailure: z.ZodType<LocatedFailure> = z.object({
  code: z.enum(FAILURE_CODES),
  message: z.string(),
  retry: z.enum(['HERE', 'ELSEWHERE', 'FINAL']),
  retryAfterMs: optional(z.number()),
  status: optional(z.number()),
  providerCode: optional(z.string()),
  providerMessage: optional(z.string()),
  providerRequestId: optional(z.string()),
  providerId,
  offeringId,
});

const attempt: z.ZodType<Attempt> = z.object({
  index: count,
  offeringId,
  providerId,
  status: z.enum(['SUCCEEDED', 'FAILED']),
  startedAt: instant,
  durationMs: z.number(),
  ttftMs: optional(z.number()),
  usage: optional(storedUsage),
  failure: optional(storedFailure),
  providerResponseId: optional(z.string()),
  providerModel: optional(z.string()),
});

export const storedAttempts = z.array(attempt);

export const storedTimings: z.ZodType<Timings> = z.object({
  totalMs: z.number(),
  ttftMs: optional(z.number()),
  outputTps: optional(z.number()),
});

const warning: z.ZodType<CompletionWarning> = z.object({
  code: z.enum(['UNSUPPORTED_PARAMETER', 'ADJUSTED_PARAMETER', 'PROVIDER_WARNING']),
  parameter: optional(z.string()),
  message: z.string(),
});

export const storedWarnings = z.array(warning);

export const storedMetadata = z.record(z.string(), z.string());

export const storedStatus = z.enum(['SUCCEEDED', 'FAILED', 'CANCELLED']);

export const storedFinishReason = z.enum([
  'STOP',
  'LENGTH',
  'TOOL_CALLS',
  'CONTENT_FILTER',
  'REFUSAL',
  'PAUSED',
  'UNKNOWN',
]);
