import { decidingAttempt } from '../../../domain/attempt.ts';
import type { OperationKind } from '../../../domain/operation.ts';
import type { OperationStart, RunTrace } from '../../../ports/telemetry.ts';
import type { Tools } from './attempt-spans.ts';
import { recordAttributes, routeAttributes } from './fact-attributes.ts';
import { shortened } from './request-attributes.ts';
import { startRunSpan } from './run-span.ts';

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

export const startOperationSpan = (tools: Tools, { operation, model, parent }: OperationStart): RunTrace =>
  startRunSpan(tools, {
    operation: NAMES[operation],
    model,
    attributes: { 'gen_ai.operation.name': NAMES[operation], 'gen_ai.request.model': shortened(model) },
    parent,
    endAttributes: (record) => ({
      'modelgraph.operation.id': record.id,
      ...routeAttributes(record.route),
      ...recordAttributes(record, decidingAttempt(record.attempts)),
    }),
  });
