import { createContentFold } from '../../../../src/domain/completion-content.ts';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { ContentEvent } from '../../../../src/domain/content-event.ts';
import { type FailureCode, failureOf } from '../../../../src/domain/failure.ts';
import {
  asKeyId,
  asModelSlug,
  asOfferingId,
  asOperationId,
  asProviderId,
} from '../../../../src/domain/ids.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import type { OperationRecord } from '../../../../src/domain/operation-record.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import type { FinishedAnswer } from '../../../../src/wire/serve/client-dialect.ts';

export const OFFERING = asOfferingId('acme/tell-1');
const PROVIDER = asProviderId('acme');
export const CREATED = new Date('2026-11-01T12:00:00.500Z');

const route = {
  requested: 'tell',
  modelSlug: asModelSlug('acme/tell-1'),
  candidates: [OFFERING],
};

/** The row of an answer that cost 0.000123 USD. */
export const recordOf = (fields: Partial<OperationRecord> = {}): OperationRecord => ({
  id: asOperationId('cmp_1'),
  operation: 'COMPLETION',
  keyId: asKeyId('key_1'),
  createdAt: CREATED,
  status: 'SUCCEEDED',
  route,
  offeringId: OFFERING,
  usage: usageOf({ input: 10, cacheRead: 4, output: 5, reasoning: 3 }),
  cost: { kind: 'PRICED', lines: [], total: new Decimal('0.000123'), currency: 'USD' },
  attempts: [
    {
      index: 0,
      offeringId: OFFERING,
      providerId: PROVIDER,
      status: 'SUCCEEDED',
      startedAt: CREATED,
      durationMs: 5,
    },
  ],
  timings: { totalMs: 5 },
  warnings: [],
  finishReason: 'STOP',
  ...fields,
});

export const started = (id = 'cmp_1'): readonly CompletionEvent[] => [
  { type: 'started', id: asOperationId(id), createdAt: CREATED, route },
  {
    type: 'attemptStarted',
    index: 0,
    offeringId: OFFERING,
    providerId: PROVIDER,
    startedAt: CREATED,
    cause: 'FIRST',
  },
];

export type Piece = ContentEvent | Extract<CompletionEvent, { type: 'verbatim' | 'usageUpdated' }>;

/** All events of a completion that says these pieces. */
export const answering = (
  pieces: readonly Piece[],
  fields: Partial<OperationRecord> = {},
): readonly CompletionEvent[] => {
  const record = recordOf(fields);
  return [...started(record.id), ...pieces, { type: 'finished', record }];
};

/** A completion that breaks off. */
export const failing = (code: FailureCode, pieces: readonly Piece[] = []): readonly CompletionEvent[] => [
  ...started(),
  ...pieces,
  {
    type: 'failed',
    error: {
      kind: 'UPSTREAM',
      failure: {
        ...failureOf(code, 'The provider said no.'),
        providerId: PROVIDER,
        offeringId: OFFERING,
      },
    },
  },
];

export const text = (...pieces: readonly string[]): readonly ContentEvent[] =>
  pieces.map((piece) => ({ type: 'textDelta', text: piece }));

export const call = (
  index: number,
  name: string,
  pieces: readonly string[],
  signature?: string,
): readonly ContentEvent[] => [
  { type: 'toolCallStarted', index, id: `call_${index}`, name },
  ...pieces.map((argumentsDelta) => ({ type: 'toolCallDelta', index, argumentsDelta }) as const),
  {
    type: 'toolCallEnded',
    index,
    id: `call_${index}`,
    name,
    arguments: pieces.join('') || '{}',
    ...(signature !== undefined && { signature }),
  },
];

/** The same completion, put together. */
export const finishedOf = (events: readonly CompletionEvent[]): FinishedAnswer => {
  const fold = createContentFold();
  for (const event of events) fold.add(event);
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error('The completion does not finish.');
  const verbatim = events.findLast((event) => event.type === 'verbatim');
  return {
    content: fold.content(),
    record: last.record,
    ...(verbatim?.type === 'verbatim' && { verbatim: JSON.parse(verbatim.data) }),
  };
};
