import { SpanKind } from '@opentelemetry/api';
import type { OperationKind } from '../../../domain/operation.ts';
import type { OperationStart, OperationTrace } from '../../../ports/telemetry.ts';
import { createAttemptSpans, type Tools } from './attempt-spans.ts';
import { decidingAttempt } from './completion-span.ts';
import { errorOf, recordAttributes, routeAttributes } from './fact-attributes.ts';
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

  return {
    attempt(start) {
      attempts.begin(start);
      return attempts.parentOf(start.index);
    },
    end(how) {
      if (isOver) return;
      isOver = true;
      if (how === undefined) span.fail({ type: 'INTERNAL' });
      else if (how.kind === 'REFUSED') span.fail({ type: how.refusal.code });
      else {
        const { record } = how;
        for (const attempt of record.attempts) attempts.end(attempt);
        span.set({
          'modelgraph.operation.id': record.id,
          ...routeAttributes(record.route),
          ...recordAttributes(record, decidingAttempt(record.attempts)),
        });
        if (record.failure !== undefined) span.fail(errorOf(record.failure));
      }
      attempts.close();
      span.end();
    },
  };
};
