import { type Attributes, SpanKind } from '@opentelemetry/api';
import { type RequestStart, type RequestTrace, traceParentIn } from '../../../domain/trace.ts';
import type { Meters } from './meters.ts';
import { shortened } from './request-attributes.ts';
import type { SpanClock } from './span-clock.ts';
import type { Spans } from './spans.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export const startRequestSpan = (
  {
    spans,
    meters,
    now,
  }: { readonly spans: Spans; readonly meters: Meters | undefined; readonly now: SpanClock },
  { method, path, route, header }: RequestStart,
): RequestTrace => {
  const known = METHODS.has(method) ? method : undefined;
  const labels: Attributes = {
    'http.request.method': known ?? '_OTHER',
    'url.scheme': 'http',
    ...(route !== undefined && { 'http.route': route }),
  };
  const agent = header('user-agent');
  const span = spans.start({
    name: route === undefined ? (known ?? 'HTTP') : `${known ?? 'HTTP'} ${route}`,
    kind: SpanKind.SERVER,
    attributes: {
      ...labels,
      'url.path': shortened(path),
      ...(agent !== undefined && { 'user_agent.original': shortened(agent) }),
    },
    parent: traceParentIn(header),
  });
  let isOver = false;

  return {
    parent: span.parent,
    end(status, clientHasGone) {
      if (isOver) return;
      isOver = true;
      const outcome: Attributes = {
        ...(status !== undefined && { 'http.response.status_code': status }),
        ...(status !== undefined && status >= 500 && { 'error.type': String(status) }),
      };
      span.set({ ...outcome, ...(clientHasGone && { 'modelgraph.client_has_gone': true }) });
      if (status !== undefined && status >= 500) span.fail({ type: String(status) });
      span.end();
      meters?.request(now() - span.startedMs, { ...labels, ...outcome });
    },
  };
};
