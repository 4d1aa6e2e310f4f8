import { type ExecutionResult, GraphQLError } from 'graphql';
import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { withoutHttp } from './without-http.ts';

/**
 * How results are laid out in their parts. PAYLOAD: by Apollo's protocol for subscriptions over multipart HTTP, with
 * heartbeats. PLAIN: a result a part, as incremental delivery has it, for clients that read any multipart answer.
 */
type Layout = 'PAYLOAD' | 'PLAIN';

const BOUNDARY = 'graphql';
/** Shorter than what proxies between allow a silent connection. */
const HEARTBEAT_MS = 5_000;

const mediaTypes = (accept: string): readonly string[] => accept.toLowerCase().replace(/\s/g, '').split(',');
const isMultipart = (mediaType: string): boolean => mediaType.split(';', 1)[0] === 'multipart/mixed';
const isEventStream = (mediaType: string): boolean => mediaType.split(';', 1)[0] === 'text/event-stream';
const isJson = (mediaType: string): boolean =>
  /^(\*\/\*|application\/(\*|json|graphql-response\+json))(;|$)/.test(mediaType);

/** The layout of a stream for a client; undefined: it asks for another kind of stream, or sooner for server-sent events. */
const layoutFor = (asked: readonly string[]): Layout | undefined => {
  const first = asked.find((each) => isMultipart(each) || isEventStream(each));
  if (first === undefined || isEventStream(first)) return undefined;
  return first.includes(';subscriptionspec=') ? 'PAYLOAD' : 'PLAIN';
};

const BROKEN = new GraphQLError('The server failed. Its log says why.', {
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
});

const forClient = (result: ExecutionResult): ExecutionResult =>
  result.errors === undefined ? result : { ...result, errors: result.errors.map(withoutHttp) };

const HEARTBEAT = {};
/** The connection is at its end, not the operation alone. */
const FATAL = { payload: null, errors: [BROKEN] };

/** A part ends with the delimiter of the next one, so that a client need not wait for that to read it. */
const part = (value: object): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(value)}\r\n--${BOUNDARY}`;

async function* only(result: ExecutionResult): AsyncGenerator<ExecutionResult, void> {
  yield result;
}

/** The body of an answer: reads a result when the client has taken the one before. */
export const multipartBody = (
  results: AsyncIterable<ExecutionResult>,
  layout: Layout,
  { ReadableStream, TextEncoder }: Pick<FetchAPI, 'ReadableStream' | 'TextEncoder'>,
  heartbeatMs = HEARTBEAT_MS,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const iterator = results[Symbol.asyncIterator]();
  let timer: ReturnType<typeof setInterval> | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`\r\n--${BOUNDARY}`));
      if (layout === 'PLAIN') return;
      timer = setInterval(() => {
        // What a client has not read yet keeps it busy enough.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(part(HEARTBEAT)));
      }, heartbeatMs);
      timer.unref();
    },
    async pull(controller) {
      const end = (last: string): void => {
        clearInterval(timer);
        controller.enqueue(encoder.encode(`${last}--\r\n`));
        controller.close();
      };
      try {
        const { done, value } = await iterator.next();
        if (done === true) return end(layout === 'PLAIN' ? part({ hasNext: false }) : '');
        const result = forClient(value);
        controller.enqueue(
          encoder.encode(part(layout === 'PLAIN' ? { ...result, hasNext: true } : { payload: result })),
        );
      } catch {
        end(part(layout === 'PLAIN' ? { errors: [BROKEN], hasNext: false } : FATAL));
      }
    },
    async cancel() {
      clearInterval(timer);
      await iterator.return?.();
    },
  });
};

const CONTENT_TYPES: { readonly [Kind in Layout]: string } = {
  PAYLOAD: `multipart/mixed; boundary="${BOUNDARY}"; subscriptionSpec="1.0"`,
  PLAIN: `multipart/mixed; boundary="${BOUNDARY}"`,
};

/**
 * Subscriptions as multipart answers, for clients that ask for them (Apollo Client's HttpLink). The engine has such answers
 * for incremental delivery alone, without payloads or heartbeats.
 */
export const multipartSubscriptions: Plugin = {
  onResultProcess({ request, result, setResultProcessor }) {
    const accept = request.headers.get('accept');
    if (accept === null || !accept.includes('multipart/')) return;
    const asked = mediaTypes(accept);
    const layout = layoutFor(asked);
    // A refusal is plain JSON, unless that is not asked for.
    if (layout === undefined || (!isAsyncIterable(result) && (layout === 'PLAIN' || asked.some(isJson))))
      return;
    setResultProcessor((each, fetchAPI) => {
      const results = Array.isArray(each) ? only({}) : Symbol.asyncIterator in each ? each : only(each);
      return new fetchAPI.Response(multipartBody(results, layout, fetchAPI), {
        status: 200,
        headers: { 'content-type': CONTENT_TYPES[layout], 'cache-control': 'no-cache' },
      });
    }, 'multipart/mixed');
  },
};
