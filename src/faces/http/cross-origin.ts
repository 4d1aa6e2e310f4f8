import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

export type CrossOriginOptions = {
  /** Web pages of these origins may call from a browser; `*` stands for all. The server's own page always may. */
  readonly allowedOrigins: readonly string[];
  /** Origin of the server's own page, if clients reach it by another address than it sees. */
  readonly ownOrigin?: string;
  /** Headers of answers that such pages may read. */
  readonly exposedHeaders: readonly string[];
  /** Told of an origin that was refused: once in ten minutes, and of up to 20 origins in that time. */
  readonly onRefusedOrigin?: (origin: string) => void;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
};

const QUIET_MS = 600_000;
/** Origins are the client's own text: without a limit, other origins each time would fill the log. */
const MAX_REPORTED = 20;
const PLAIN_ORIGIN = /^[\w.+:/[\]-]{1,200}$/;

const shownOrigin = (origin: string): string => (PLAIN_ORIGIN.test(origin) ? origin : 'an unreadable origin');

/** Reports an origin once in a while. */
const createReporter = (report: (origin: string) => void, nowMs: () => number) => {
  const reported = new Set<string>();
  let since = 0;
  return (origin: string): void => {
    const shown = shownOrigin(origin);
    if (reported.size > 0 && nowMs() - since >= QUIET_MS) reported.clear();
    if (reported.has(shown) || reported.size >= MAX_REPORTED) return;
    if (reported.size === 0) since = nowMs();
    reported.add(shown);
    report(shown);
  };
};

const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** Browsers show this in their network tools. */
const refusePreflight = (response: ServerResponse, origin: string): void => {
  const text = `Pages of ${shownOrigin(origin)} may not call this server. To allow them, add the origin to MODELGRAPH_ALLOWED_ORIGINS.\n`;
  response.writeHead(403, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    vary: 'Origin',
  });
  response.end(text);
};

/** Which web pages may call this server. */
export const createCrossOrigin = ({
  allowedOrigins,
  ownOrigin,
  exposedHeaders,
  onRefusedOrigin = () => {},
  nowMs = () => performance.now(),
}: CrossOriginOptions) => {
  const allowed: ReadonlySet<string> = new Set(allowedOrigins);
  const isOpen = allowed.has('*');
  const report = createReporter(onRefusedOrigin, nowMs);
  const answer = cors({
    origin: isOpen ? '*' : [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    exposedHeaders: [...exposedHeaders],
    maxAge: 600,
  });

  /** Whether the request comes from no page, one of this server's own, or one of an allowed origin. */
  const isAllowed = ({ headers: { origin, host } }: IncomingMessage): boolean => {
    if (origin === undefined || isOpen || origin === ownOrigin || allowed.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  };

  return {
    /** Whether a socket may be opened. */
    admits(request: IncomingMessage): boolean {
      const admitted = isAllowed(request);
      if (!admitted) report(request.headers.origin ?? '');
      return admitted;
    },
    /** Sets the headers of an answer and goes on, or answers itself: preflights, and those of other origins with 403. */
    handle(request: IncomingMessage, response: ServerResponse, next: () => void): void {
      const { origin } = request.headers;
      const isRefused = origin !== undefined && !isAllowed(request);
      if (isRefused) report(origin);
      // Requests without an origin do not come from a page; nobody reads for them what pages may.
      if (origin === undefined && request.method !== 'OPTIONS') next();
      else if (isRefused && isPreflight(request)) refusePreflight(response, origin);
      else answer(request, response, next);
    },
  };
};
