import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent, TraceState } from '@opentelemetry/core';
import { maskAnyKey } from '../../../domain/key-mask.ts';
import type { TraceParent } from '../../../domain/trace.ts';
import type { SpanClock } from './span-clock.ts';

export type SpanError = { readonly type: string; readonly message?: string };

/** A span under way. */
export type OpenSpan = {
  /** What is done for it hangs here. */
  readonly parent: TraceParent | undefined;
  /** In the span clock's milliseconds. */
  readonly startedMs: number;
  set(attributes: Attributes): void;
  fail(error: SpanError): void;
  /** Only the first call counts. */
  end(atMs?: number): void;
};

export type SpanStart = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parent: TraceParent | undefined;
};

export type Spans = { start(start: SpanStart): OpenSpan };

const traceParentOf = ({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceParent => {
  const flags = (traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
  const traceparent = `00-${traceId}-${spanId}-${flags}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
};

const remoteContext = ({ traceparent, tracestate }: TraceParent): Context => {
  const said = parseTraceParent(traceparent);
  if (said === null) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...said,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: new TraceState(tracestate) }),
  });
};

/**
 * Spans of a tracer, each under the parent that it is given. Without a tracer nothing is made, and what was begun by
 * another server goes on as that server has said. `joins`: what it has begun is gone on with.
 */
export const createSpans = (tracer: Tracer | undefined, now: SpanClock, joins: boolean): Spans => {
  const local = new WeakMap<TraceParent, Context>();

  const contextOf = (parent: TraceParent | undefined): Context => {
    if (parent === undefined) return ROOT_CONTEXT;
    return local.get(parent) ?? (joins ? remoteContext(parent) : ROOT_CONTEXT);
  };

  const open = (span: Span, context: Context, startedMs: number): OpenSpan => {
    const parent = traceParentOf(span.spanContext());
    local.set(parent, trace.setSpan(context, span));
    let isOver = false;
    return {
      parent,
      startedMs,
      set: (attributes) => void span.setAttributes(attributes),
      fail({ type, message }) {
        span.setAttribute('error.type', type);
        span.setStatus({
          code: SpanStatusCode.ERROR,
          ...(message !== undefined && { message: maskAnyKey(message) }),
        });
      },
      end(atMs = now()) {
        if (isOver) return;
        isOver = true;
        span.end(Math.max(atMs, startedMs));
      },
    };
  };

  return {
    start({ name, kind, attributes, parent }) {
      const startedMs = now();
      if (tracer === undefined) {
        return { parent: joins ? parent : undefined, startedMs, set() {}, fail() {}, end() {} };
      }
      const context = contextOf(parent);
      return open(
        tracer.startSpan(name, { kind, attributes, startTime: startedMs }, context),
        context,
        startedMs,
      );
    },
  };
};
