import { SpanKind } from '@opentelemetry/api';
import type { Attempt } from '../../../domain/attempt.ts';
import { type ContentFold, createContentFold } from '../../../domain/completion-content.ts';
import type { CompletionError } from '../../../domain/completion-event.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { CompletionStart, CompletionTrace } from '../../../ports/telemetry.ts';
import { createAttemptSpans, type Tools } from './attempt-spans.ts';
import { errorOf, recordAttributes, routeAttributes } from './fact-attributes.ts';
import { inputContent, outputContent } from './message-content.ts';
import { requestAttributes, shortened } from './request-attributes.ts';
import type { SpanError } from './spans.ts';

/** What is said of an outcome is said of the attempt that succeeded, else of the last that failed. */
export const decidingAttempt = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.find(({ status }) => status === 'SUCCEEDED') ??
  attempts.findLast(({ status }) => status === 'FAILED') ??
  attempts.at(-1);

export const spanErrorOf = (error: CompletionError): SpanError =>
  error.kind === 'REFUSED' ? { type: error.refusal.code } : errorOf(error.failure);

export const startCompletionSpan = (tools: Tools, start: CompletionStart): CompletionTrace => {
  const { spans, capturesContent } = tools;
  const span = spans.start({
    name: `chat ${shortened(start.model)}`,
    kind: SpanKind.INTERNAL,
    attributes: { ...requestAttributes(start), ...(capturesContent && inputContent(start.request)) },
    parent: start.parent,
  });
  const attempts = createAttemptSpans(tools, 'chat', span.parent);
  const content: ContentFold | undefined = capturesContent ? createContentFold() : undefined;
  let isOver = false;

  const end = (record: OperationRecord | undefined, error: CompletionError | undefined): void => {
    if (isOver) return;
    isOver = true;
    if (record !== undefined) {
      for (const attempt of record.attempts) attempts.end(attempt);
      const { finishReason, rawFinishReason } = record;
      const reason = rawFinishReason ?? finishReason?.toLowerCase();
      span.set({
        // Ours, where the provider has none.
        'gen_ai.response.id': record.id,
        ...recordAttributes(record, decidingAttempt(record.attempts)),
        ...(reason !== undefined && { 'gen_ai.response.finish_reasons': [reason] }),
        ...(content !== undefined && outputContent(content.content(), reason)),
      });
    }
    if (error !== undefined) span.fail(spanErrorOf(error));
    attempts.close();
    span.end();
  };

  return {
    tell(event) {
      content?.add(event);
      switch (event.type) {
        case 'textDelta':
          return;
        case 'started':
          span.set({ 'modelgraph.completion.id': event.id, ...routeAttributes(event.route) });
          return;
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
