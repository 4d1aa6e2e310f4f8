/**
 * Where in a trace a piece of work hangs, as W3C Trace Context writes it: both are values of HTTP headers. Whoever did
 * not make one does no more than pass it on.
 */
export type TraceParent = {
  readonly traceparent: string;
  readonly tracestate?: string;
};

/** What a trace is told of an HTTP request. Nothing of it is a secret or content. */
export type RequestStart = {
  readonly method: string;
  /** Path without query and fragment. */
  readonly path: string;
  /** The path as the server knows it, ids left out, e.g. `/v1/models/{id}`; absent where it knows none such. */
  readonly route?: string;
  /** By name, in lower case. */
  readonly header: (name: string) => string | undefined;
};

/** One HTTP request as a trace sees it. */
export type RequestTrace = {
  /** What is done for the request hangs here; absent where nothing is traced. */
  readonly parent: TraceParent | undefined;
  /** The answer has been sent, or its client has gone before; absent status: before there was any. Only the first call counts. */
  end(status: number | undefined, clientHasGone: boolean): void;
};

/** The trace that another server began, where these are its headers; else undefined. */
export const traceParentIn = (header: (name: string) => string | undefined): TraceParent | undefined => {
  const traceparent = header('traceparent')?.trim().toLowerCase();
  if (traceparent === undefined || !isTraceParent(traceparent)) return undefined;
  const tracestate = header('tracestate')?.trim();
  return isTraceState(tracestate) ? { traceparent, tracestate } : { traceparent };
};

const ZEROS = /^0+$/;

const isTraceParent = (text: string): boolean => {
  const [, version, traceId = '', spanId = '', rest = ''] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.{1,200})?$/.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== '')) return false;
  return !ZEROS.test(traceId) && !ZEROS.test(spanId);
};

const isTraceState = (text: string | undefined): text is string =>
  text !== undefined && text.length <= 512 && /^[\x20-\x7e]+$/.test(text);
