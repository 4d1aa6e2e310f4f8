import { SpanKind } from '@opentelemetry/api';
import type { CompletionError } from '../../../domain/completion-event.ts';
import type { OperationKind } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { OperationStart, OperationTrace } from '../../../ports/telemetry.ts';
import { createAttemptSpans, type Tools } from './attempt-spans.ts';
import { decidingAttempt, spanErrorOf } from './completion-span.ts';
import { recordAttributes, routeAttributes } from './fact-attributes.ts';
import { shortened } from './request-attributes.ts';

/** The conventions have a name for the first alone. */
const NAMES: { readonly [Kind in OperationKind]: string } = {
  EMBEDDING: 'embeddings',
  IMAGE_GENERATION: 'image_generation',
  SPEECH: 'speech',
  TRANSCRIPTION: 'transcription',
  RERANK: 'rerank',
  MODERATION: 'moderation',
  TOKEN_COUNT: 'token_count',
};

export const startOperationSpan = (
  tools: Tools,
  { operation, model, parent }: OperationStart,
): OperationTrace => {
  const name = NAMES[operation];
  const span = tools.spans.start({
    name: `${name} ${shortened(model)}`,
    kind: SpanKind.INTERNAL,
    attributes: { 'gen_ai.operation.name': name, 'gen_ai.request.model': shortened(model) },
    parent,
  });
  const attempts = createAttemptSpans(tools, name, span.parent);
  let isOver = false;

  const end = (record: OperationRecord | undefined, error: CompletionError | undefined): void => {
    if (isOver) return;
    isOver = true;
    if (record !== undefined) {
      for (const attempt of record.attempts) attempts.end(attempt);
      span.set({
        'modelgraph.operation.id': record.id,
        ...routeAttributes(record.route),
        ...recordAttributes(record, decidingAttempt(record.attempts)),
      });
    }
    if (error !== undefined) span.fail(spanErrorOf(error));
    attempts.close();
    span.end();
  };

  return {
    tell(event) {
      switch (event.type) {
        case 'attemptStarted':
          attempts.begin(event);
          return;
        case 'attemptFailed':
        case 'attemptCancelled':
          attempts.end(event.attempt);
          return;
        case 'finished':
          end(event.record, undefined);
          return;
        case 'failed':
          end(event.record, event.error);
          return;
        default:
      }
    },
    parentOf: attempts.parentOf,
    broke() {
      if (isOver) return;
      isOver = true;
      span.fail({ type: 'INTERNAL' });
      attempts.close();
      span.end();
    },
  };
};
