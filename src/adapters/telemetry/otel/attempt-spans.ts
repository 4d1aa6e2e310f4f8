import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { Attempt } from '../../../domain/attempt.ts';
import type { ProviderId } from '../../../domain/ids.ts';
import type { TraceParent } from '../../../domain/trace.ts';
import type { AttemptStart } from '../../../ports/telemetry.ts';
import { attemptAttributes, errorOf } from './fact-attributes.ts';
import type { Meters } from './meters.ts';
import { providerModel, providerName, serverAttributes } from './provider-attributes.ts';
import type { OpenSpan, Spans } from './spans.ts';

/** What spans of all kinds are made with. */
export type Tools = {
  readonly spans: Spans;
  readonly meters: Meters | undefined;
  readonly hostOf: (provider: ProviderId) => string | undefined;
  /** Providers are told of the trace. */
  readonly propagates: boolean;
  readonly capturesContent: boolean;
};

/** The attempts of one completion or operation. */
export type AttemptSpans = {
  begin(start: AttemptStart): void;
  /** Ends it; does nothing where it has ended before. */
  end(attempt: Attempt): void;
  /** What the provider is told. */
  parentOf(index: number): TraceParent | undefined;
  /** None is left open. */
  close(): void;
};

type OpenAttempt = { readonly span: OpenSpan; readonly labels: Attributes };

export const createAttemptSpans = (
  { spans, meters, hostOf, propagates }: Tools,
  operation: string,
  parent: TraceParent | undefined,
): AttemptSpans => {
  const open = new Map<number, OpenAttempt>();

  return {
    begin({ index, offeringId, providerId, cause }) {
      const model = providerModel(offeringId);
      const labels: Attributes = {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': providerName(providerId),
        'gen_ai.request.model': model,
        ...serverAttributes(hostOf(providerId)),
      };
      const span = spans.start({
        name: `${operation} ${model}`,
        kind: SpanKind.CLIENT,
        attributes: {
          ...labels,
          'modelgraph.offering.id': offeringId,
          'modelgraph.attempt.index': index,
          ...(cause !== undefined && { 'modelgraph.attempt.cause': cause }),
        },
        parent,
      });
      open.set(index, { span, labels });
    },
    end(attempt) {
      const found = open.get(attempt.index);
      if (found === undefined) return;
      open.delete(attempt.index);
      const { span, labels } = found;
      span.set(attemptAttributes(attempt));
      if (attempt.failure !== undefined) span.fail(errorOf(attempt.failure));
      span.end(span.startedMs + attempt.durationMs);
      meters?.attempt(attempt, labels);
    },
    parentOf: (index) => (propagates ? open.get(index)?.span.parent : undefined),
    close() {
      for (const { span } of open.values()) span.end();
      open.clear();
    },
  };
};
