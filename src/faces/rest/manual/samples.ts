import { createContentFold } from '../../../domain/completion-content.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import { asKeyId, asModelSlug, asOfferingId, asOperationId, asProviderId } from '../../../domain/ids.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { OperationKind, OperationResults } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { usageOf } from '../../../domain/usage.ts';
import type { ClientDialect } from '../../../wire/serve/client-dialect.ts';
import type { OperationBody, OperationReply, ServedOperation } from '../../../wire/serve/served-operation.ts';
import type { ListedModel } from '../models.ts';
import type { WrittenPlan } from '../route-plan.ts';

/** A model that every server has. */
export const SAMPLE_MODEL = 'sandbox/echo';

const OFFERING = { offeringId: asOfferingId(SAMPLE_MODEL), providerId: asProviderId('sandbox') };
const ID = '01a22c9e-6d2d-74ca-8b98-3421dca9c917';
const CREATED_AT = new Date('2026-11-30T13:21:49Z');
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** An image that goes into a request. */
export const SAMPLE_IMAGE = `data:image/png;base64,${PIXEL}`;

export const SAMPLE_LISTED: ListedModel = {
  id: SAMPLE_MODEL,
  name: 'Echo',
  owner: 'sandbox',
  since: CREATED_AT,
};

const FACTS: Omit<OperationRecord, 'id' | 'operation'> = {
  keyId: asKeyId(`key_${ID}`),
  createdAt: CREATED_AT,
  status: 'SUCCEEDED',
  route: {
    requested: SAMPLE_MODEL,
    modelSlug: asModelSlug(SAMPLE_MODEL),
    candidates: [OFFERING.offeringId],
  },
  offeringId: OFFERING.offeringId,
  usage: usageOf({ input: 1 }),
  cost: { kind: 'FREE' },
  attempts: [{ index: 0, ...OFFERING, status: 'SUCCEEDED', startedAt: CREATED_AT, durationMs: 1 }],
  timings: { totalMs: 1 },
  warnings: [],
};

export const SAMPLE_PLAN: WrittenPlan = {
  decision: FACTS.route,
  policy: { strategy: { kind: 'PRIORITY' } },
  dispatch: { kind: 'SERIAL' },
  candidates: [
    {
      offering: { id: OFFERING.offeringId, modelSlug: asModelSlug(SAMPLE_MODEL) },
      rank: 1,
      isFallback: false,
      parts: [],
      estimatedCost: { kind: 'FREE' },
      breaker: 'CLOSED',
      warnings: [],
    },
  ],
  rejected: [],
  expectedTokens: { input: 9, cacheRead: 0, output: 300 },
};

const COMPLETION: OperationRecord = {
  ...FACTS,
  id: asOperationId(`cmp_${ID}`),
  operation: 'COMPLETION',
  usage: usageOf({ input: 1, output: 1 }),
  finishReason: 'STOP',
};

const EVENTS: readonly CompletionEvent[] = [
  { type: 'started', id: COMPLETION.id, createdAt: CREATED_AT, route: FACTS.route },
  { type: 'attemptStarted', index: 0, ...OFFERING, startedAt: CREATED_AT, cause: 'FIRST' },
  { type: 'textDelta', text: 'Hello!' },
  { type: 'finished', record: COMPLETION },
];

/** How a request for a completion is answered, whole and as a stream. */
export const completionReplies = <Options>(
  { read, writeAnswer, streamWriter }: ClientDialect<Options>,
  request: JsonObject,
): readonly OperationReply[] =>
  [false, true].flatMap((stream): readonly OperationReply[] => {
    const asked = read({ ...request, stream });
    if (asked.kind === 'INVALID') return [];
    const { options } = asked;
    if (stream) {
      const writer = streamWriter(options);
      return [{ kind: 'EVENTS', text: EVENTS.map((event) => writer.push(event)).join('') }];
    }
    const fold = createContentFold();
    for (const event of EVENTS) fold.add(event);
    const answer = { content: fold.content(), record: COMPLETION };
    return [{ kind: 'JSON', body: writeAnswer([answer], options) }];
  });

const RESULTS: OperationResults = {
  EMBEDDING: { vectors: [[-0.41, 0, 0.82, 0.41]] },
  IMAGE_GENERATION: {
    images: [{ image: { mediaType: 'image/png', bytes: Buffer.from(PIXEL, 'base64') } }],
  },
  SPEECH: { audio: { mediaType: 'audio/wav', bytes: Buffer.from('RIFF') } },
  TRANSCRIPTION: { text: 'Hello!', segments: [], words: [] },
  RERANK: { ranking: [{ index: 0, score: 1 }] },
  MODERATION: {
    verdicts: [{ flagged: false, categories: [{ name: 'violence', flagged: false, score: 0 }] }],
  },
  TOKEN_COUNT: { inputTokens: 1, method: 'PROVIDER' },
};

/** A file is a name and a content in a form. */
const formOf = (request: JsonObject): OperationBody => ({
  kind: 'FORM',
  fields: Object.entries(request).map(([name, value]) =>
    name === 'file'
      ? { name, fileName: 'speech.wav', mediaType: 'audio/wav', bytes: Buffer.from(String(value)) }
      : { name, value: String(value) },
  ),
});

/** How a request for an operation is answered, and the same request with each of some members more. */
export const operationReplies = <Kind extends OperationKind, Options>(
  { operation, takes, read, write }: ServedOperation<Kind, Options>,
  request: JsonObject,
  members: readonly JsonObject[],
): readonly OperationReply[] =>
  [{}, ...members].flatMap((more) => {
    const body = { ...request, ...more };
    const asked = read(takes.includes('JSON') ? { kind: 'JSON', body } : formOf(body));
    if (asked.kind === 'INVALID') return [];
    const record = { ...FACTS, id: asOperationId(`op_${ID}`), operation };
    return [write({ result: RESULTS[operation], record }, asked.options)];
  });
