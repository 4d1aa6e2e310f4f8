import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { CompletionError, CompletionEvent } from '../../../domain/completion-event.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { TraceParent } from '../../../domain/trace.ts';
import type { RunTrace } from '../../../ports/telemetry.ts';
import { createAttemptSpans, type Tools } from './attempt-spans.ts';
import { errorOf, routeAttributes } from './fact-attributes.ts';
import { shortened } from './request-attributes.ts';
import type { OpenSpan, SpanError } from './spans.ts';

/** A run to be traced, and what is said of its kind alone. */
export type RunSpanStart = {
  /** As the conventions name the operation. */
  readonly operation: string;
  readonly model: string;
  readonly attributes: Attributes;
  readonly parent: TraceParent | undefined;
  /** What its row says at the end. */
  readonly endAttributes: (record: OperationRecord) => Attributes;
  /** Told of each event before anything else is made of it. */
  readonly see?: (event: CompletionEvent) => void;
};

const spanErrorOf = (error: CompletionError): SpanError =>
  error.kind === 'REFUSED' ? { type: error.refusal.code } : errorOf(error.failure);

/** The span of one run, with those of its attempts below it. */
export const startRunSpan = (tools: Tools, start: RunSpanStart): RunTrace => {
  const { operation, model, attributes, parent, endAttributes, see } = start;
  const span: OpenSpan = tools.spans.start({
    name: `${operation} ${shortened(model)}`,
    kind: SpanKind.INTERNAL,
    attributes,
    parent,
  });
  const attempts = createAttemptSpans(tools, operation, span.parent);
  let isOver = false;

  const end = (error: SpanError | undefined, record?: OperationRecord): void => {
    if (isOver) return;
    isOver = true;
    if (record !== undefined) {
      for (const attempt of record.attempts) attempts.end(attempt);
      span.set(endAttributes(record));
    }
    if (error !== undefined) span.fail(error);
    attempts.close();
    span.end();
  };

  return {
    tell(event) {
      see?.(event);
      switch (event.type) {
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
          end(undefined, event.record);
          return;
        case 'failed':
          end(spanErrorOf(event.error), event.record);
          return;
        default:
      }
    },
    parentOf: attempts.parentOf,
    broke: () => end({ type: 'INTERNAL' }),
  };
};
