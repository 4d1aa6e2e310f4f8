import { v7 as uuidv7 } from 'uuid';
import type { Attempt, RouteDecision } from '../../src/domain/attempt.ts';
import type { CostLine } from '../../src/domain/cost.ts';
import {
  asKeyId,
  asModelSlug,
  asOfferingId,
  asOperationId,
  asPriceId,
  asProviderId,
} from '../../src/domain/ids.ts';
import { METERS } from '../../src/domain/meters.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { OperationRecord } from '../../src/domain/operation-record.ts';
import { usageOf } from '../../src/domain/usage.ts';

let made = 0;
const EPOCH = Date.UTC(2026, 0, 1);

/** A record with only what every record has; each is newer than the one made before. */
export const smallRecord = (changes: Partial<OperationRecord> = {}): OperationRecord => {
  made += 1;
  const createdAt = changes.createdAt ?? new Date(EPOCH + made);
  return {
    operation: 'COMPLETION',
    id: asOperationId(`cmp_${uuidv7({ msecs: createdAt.getTime() })}`),
    keyId: asKeyId('key_1'),
    createdAt,
    status: 'SUCCEEDED',
    route: { requested: 'lorem', modelSlug: asModelSlug('sandbox/lorem'), candidates: [] },
    cost: { kind: 'FREE' },
    attempts: [],
    timings: { totalMs: 1.25 },
    warnings: [],
    ...changes,
  };
};

const provider = asProviderId('my-relay');
const offering = asOfferingId('my-relay/vendor/gpt-4o-mini');
const failure = {
  code: 'RATE_LIMITED',
  message: 'Slow down; "quotes", back\\slash, {braces}, línea\nand 中文 🎈',
  retry: 'HERE',
  retryAfterMs: 1500,
  status: 429,
  providerCode: 'rate_limit_exceeded',
  providerMessage: 'Too many requests',
  providerRequestId: 'req_1',
  providerId: provider,
  offeringId: offering,
} as const;
const usage = usageOf({
  input: 12,
  cacheRead: 3,
  output: 45,
  reasoning: 6,
  audioInput: 7,
  seconds: 1.25,
  images: 2,
});
const priced = {
  kind: 'PRICED',
  lines: [
    {
      meter: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'CACHE_READ' },
      quantity: 3,
      unitPrice: new Decimal('0.075'),
      per: 1_000_000,
      amount: new Decimal('0.000000000225123456789012345678901234567890'),
      priceId: asPriceId('price-1'),
    },
  ],
  total: new Decimal('12345678901234567890.000000000225'),
  currency: 'CNY',
} as const;

/** A record with everything that a record can have. */
export const fullRecord = (): OperationRecord =>
  smallRecord({
    status: 'FAILED',
    route: {
      requested: 'gpt-4o-mini',
      modelSlug: asModelSlug('openai/gpt-4o-mini'),
      candidates: [offering, asOfferingId('openai/gpt-4o-mini')],
    },
    offeringId: offering,
    finishReason: 'LENGTH',
    rawFinishReason: "it's {the,end} NULL \\N",
    usage,
    cost: priced,
    attempts: [
      {
        index: 0,
        offeringId: offering,
        providerId: provider,
        status: 'FAILED',
        startedAt: new Date(EPOCH + 123),
        durationMs: 1234.5678,
        failure,
      },
      {
        index: 1,
        offeringId: offering,
        providerId: provider,
        status: 'SUCCEEDED',
        startedAt: new Date(EPOCH + 999),
        durationMs: 0.1,
        ttftMs: 0.05,
        usage,
        cost: priced,
        providerResponseId: 'chatcmpl-1',
        providerModel: 'gpt-4o-mini-2024-07-18',
        serviceTier: 'FLEX',
        billing: {
          units: [{ meter: { ...METERS.toolCalls, attributes: { tool: 'web_search' } }, quantity: 3 }],
          calls: [{ usage }, { model: 'gpt-4o', usage: usageOf({ input: 1, imageCacheRead: 2 }) }],
          charge: { total: new Decimal('0.1234'), currency: 'USD' },
        },
        computedCost: {
          ...priced,
          lines: priced.lines.map(({ priceId: _none, ...line }) => ({ ...line, offeringId: offering })),
        },
      },
    ],
    timings: { totalMs: 2000.125, ttftMs: 0, outputTps: 123.456 },
    warnings: [
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'seed', message: 'left out' },
      { code: 'PROVIDER_WARNING', message: '' },
      { code: 'ESTIMATED', message: 'about' },
    ],
    failure,
    metadata: { team: 'blue, "green"', '': 'empty key', 日本: '{}' },
    user: '',
  });

/** Records as most are, each with one thing that no other has. */
export const alikeRecords = (): readonly OperationRecord[] => {
  const [line] = priced.lines;
  const base = (attempt: Partial<Attempt> = {}, changes: Partial<OperationRecord> = {}): OperationRecord => {
    const { usage: counted = usageOf({ input: 12, output: 34 }), cost = { ...priced, total: line.amount } } =
      changes;
    const only: Attempt = {
      index: 0,
      offeringId: offering,
      providerId: provider,
      status: 'SUCCEEDED',
      startedAt: new Date(EPOCH + 5),
      durationMs: 12.5,
      usage: counted,
      cost,
      ...attempt,
    };
    return smallRecord({
      offeringId: offering,
      finishReason: 'STOP',
      usage: counted,
      cost,
      attempts: [only],
      ...changes,
    });
  };
  const billed = (changes: Partial<CostLine>, currency = 'USD'): OperationRecord =>
    base({}, { cost: { ...priced, lines: [{ ...line, ...changes }], total: line.amount, currency } });
  const decided = (changes: Partial<RouteDecision>): OperationRecord => {
    const record = base();
    return { ...record, route: { ...record.route, ...changes } };
  };
  const { usage: _usage, ...uncounted } = base();
  return [
    base(),
    base({ ttftMs: 3 }),
    base({ providerResponseId: 'chatcmpl-\t\\"1"' }),
    base({ providerModel: 'gpt-4o-mini-2024-07-18' }),
    base({ providerModel: 'gpt-4o-mini-2024-07-18', serviceTier: 'FLEX' }),
    base({ region: 'eu' }),
    base({ cause: 'FIRST' }),
    base({ cause: 'RETRY' }),
    base({ usageEstimated: true }),
    base({ index: 1 }),
    base({ cost: { kind: 'FREE' } }),
    base({}, { finishReason: 'LENGTH' }),
    base({}, { finishReason: 'LENGTH', rawFinishReason: 'max_tokens' }),
    base({}, { status: 'CANCELLED' }),
    base({}, { usage: usageOf({ input: 12, reasoning: 34 }) }),
    base({}, { usage: usageOf({ input: 12, output: 34, seconds: 0.1 }) }),
    base({}, { usage: usageOf({}) }),
    base({}, { cost: { kind: 'FREE' } }),
    base({}, { cost: { kind: 'UNPRICED', reason: 'PLAN', lines: [], missing: [] } }),
    base({}, { cost: { kind: 'UNPRICED', reason: 'COMMITMENT', lines: [], missing: [] } }),
    base({}, { warnings: [{ code: 'ESTIMATED', message: 'about' }] }),
    base({}, { metadata: { team: 'blue' }, user: 'ann' }),
    base({}, { user: 'ann' }),
    billed({ quantity: 4 }),
    billed({ per: 1_000 }),
    billed({ unitPrice: new Decimal('0.075000000000000000000001') }),
    billed({ priceId: asPriceId('price-2') }),
    billed({ offeringId: asOfferingId('my-relay/other') }),
    billed({ meter: { ...line.meter, attributes: { size: 'large' } } }),
    billed({ amount: new Decimal('0.000000000001') }),
    billed({ amount: new Decimal('9007.199254740993') }),
    billed({}, 'CNY'),
    decided({ requested: 'other' }),
    decided({ candidates: [offering] }),
    decided({ strategy: 'CHEAPEST', considered: [{ offeringId: offering, score: 1, parts: [] }] }),
    decided({ strategy: 'CHEAPEST', considered: [{ offeringId: offering, score: 2, parts: [] }] }),
    { ...uncounted, attempts: [] },
    { ...uncounted, offeringId: asOfferingId('my-relay/\t\\odd\n') },
  ];
};

/** A record whose cost is known only in part. */
export const unpricedRecord = (): OperationRecord =>
  smallRecord({
    status: 'CANCELLED',
    cost: {
      kind: 'UNPRICED',
      reason: 'METER_UNPRICED',
      lines: priced.lines.map((line) => ({ ...line, currency: priced.currency })),
      missing: [{ family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE', tokenType: 'PLAIN' }],
    },
  });

/** The row of an operation that is no completion, with only what every one has. */
export const smallOperation = (changes: Partial<OperationRecord> = {}): OperationRecord => {
  const { id, ...rest } = smallRecord(changes.createdAt && { createdAt: changes.createdAt });
  return { ...rest, id: asOperationId(id.replace('cmp_', 'op_')), operation: 'EMBEDDING', ...changes };
};

/** One with everything that it can have. */
export const fullOperation = (): OperationRecord => {
  const { id, finishReason: _reason, rawFinishReason: _raw, ...rest } = fullRecord();
  return { ...rest, id: asOperationId(id.replace('cmp_', 'op_')), operation: 'IMAGE_GENERATION' };
};
