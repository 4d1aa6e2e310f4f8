import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import type { Message } from '../../../src/domain/completion-request.ts';
import type { ContentEvent } from '../../../src/domain/content-event.ts';
import { asKeyId, asModelSlug, asOfferingId, asOperationId, asProviderId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { OperationRecord } from '../../../src/domain/operation-record.ts';
import { usageOf } from '../../../src/domain/usage.ts';

export const ID = asOperationId('cmp_019b0000-0000-7000-8000-0123456789ab');
export const OFFERING = asOfferingId('google/gemini-2.5-pro');

const ROUTE = {
  requested: 'gemini-2.5-pro',
  modelSlug: asModelSlug('google/gemini-2.5-pro'),
  candidates: [OFFERING],
};
const BEGUN = new Date('2026-11-01T12:00:00Z');

export const USAGE = usageOf({
  input: 100,
  cacheRead: 20,
  cacheWrite5m: 3,
  cacheWrite1h: 4,
  output: 30,
  reasoning: 12,
});

/** The row of a completion that went well. */
export const recordOf = (facts: Partial<OperationRecord> = {}): OperationRecord => ({
  id: ID,
  operation: 'COMPLETION',
  keyId: asKeyId('key_1'),
  createdAt: BEGUN,
  status: 'SUCCEEDED',
  route: ROUTE,
  offeringId: OFFERING,
  usage: USAGE,
  cost: { kind: 'PRICED', lines: [], total: new Decimal('0.000123'), currency: 'USD' },
  attempts: [
    {
      index: 0,
      offeringId: OFFERING,
      providerId: asProviderId('google'),
      status: 'SUCCEEDED',
      startedAt: BEGUN,
      durationMs: 10,
    },
  ],
  timings: { totalMs: 12 },
  warnings: [],
  finishReason: 'STOP',
  ...facts,
});

/** A whole completion around its content. */
export const completed = (
  content: readonly ContentEvent[],
  facts: Partial<OperationRecord> = {},
): readonly CompletionEvent[] => [...begun(), ...content, { type: 'finished', record: recordOf(facts) }];

/** How every completion begins. */
export const begun = (): readonly CompletionEvent[] => [
  { type: 'started', id: ID, createdAt: BEGUN, route: ROUTE },
  {
    type: 'attemptStarted',
    index: 0,
    offeringId: OFFERING,
    providerId: asProviderId('google'),
    startedAt: BEGUN,
    cause: 'FIRST',
  },
];

/** Two calls whose pieces come in turns, the first signed by its provider and named anew with each answer. */
export const INTERLEAVED_CALLS: readonly ContentEvent[] = [
  { type: 'toolCallStarted', index: 0, id: 'call_0', name: 'weather' },
  { type: 'toolCallStarted', index: 1, id: 'functions.time:1', name: 'time' },
  { type: 'toolCallDelta', index: 0, argumentsDelta: '{"city":' },
  { type: 'toolCallDelta', index: 1, argumentsDelta: '{"zone":"CE' },
  { type: 'toolCallDelta', index: 0, argumentsDelta: '"Paris"}' },
  {
    type: 'toolCallEnded',
    index: 0,
    id: 'call_0',
    name: 'weather',
    arguments: '{"city":"Paris"}',
    signature: 'mg1.google.c2ln',
  },
  { type: 'toolCallDelta', index: 1, argumentsDelta: 'T"}' },
  { type: 'toolCallEnded', index: 1, id: 'functions.time:1', name: 'time', arguments: '{"zone":"CET"}' },
  { type: 'toolCallStarted', index: 2, id: 'toolu_9', name: 'now' },
  { type: 'toolCallEnded', index: 2, id: 'toolu_9', name: 'now', arguments: '{}' },
];

export const REASONING: readonly ContentEvent[] = [
  { type: 'reasoningDelta', text: 'Let me ' },
  { type: 'reasoningDelta', text: 'think.' },
  { type: 'reasoningDelta', text: '', signature: 'mg1.google.AAAA' },
  { type: 'reasoningDelta', text: '', signature: 'mg1.google.BBBB', redacted: true },
];

/** What a model says that thinks, cites a page and calls tools. */
export const TALK = completed(
  [
    ...REASONING,
    { type: 'textDelta', text: 'So ' },
    { type: 'source', url: 'https://example.org/a', title: 'A' },
    { type: 'textDelta', text: 'it is.' },
    ...INTERLEAVED_CALLS,
  ],
  { finishReason: 'TOOL_CALLS' },
);

/** The same as a message of the next turn. */
export const SAID: Message = {
  role: 'assistant',
  text: 'So it is.',
  reasoning: [
    { text: 'Let me think.', signature: 'mg1.google.AAAA' },
    { text: '', signature: 'mg1.google.BBBB', redacted: true },
  ],
  toolCalls: [
    { id: 'call_0', name: 'weather', arguments: '{"city":"Paris"}', signature: 'mg1.google.c2ln' },
    { id: 'functions.time:1', name: 'time', arguments: '{"zone":"CET"}' },
    { id: 'toolu_9', name: 'now', arguments: '{}' },
  ],
};
