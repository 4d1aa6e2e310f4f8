import { createReadStream, existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isVisit } from '../browser-visit.ts';
import { type Asset, chooseCopy, readAssets } from './assets.ts';

/** Serves the explorer's page to browsers. */
export type Explorer = {
  /**
   * Answers a browser's visit to `/graphql`, sends one to `/` there, and answers everything below `/explorer-assets/`. False, with nothing
   * written, for every other request: GraphQL itself is one of those, over GET too.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
};

const PAGE_PATH = '/graphql';
const ASSETS_PATH = '/explorer-assets/';
/** The licences of the packages that the page is made of lie beside the page. */
const LICENSES = 'THIRD-PARTY-LICENSES.txt';
/** Query parameters that make a GET a GraphQL request, whatever it accepts. */
const OPERATION_PARAMETERS = ['query', 'documentId', 'extensions'];

const NOT_BUILT =
  'The explorer page is not built. It is built from development packages: run `npm ci`, then `npm run build:explorer`, and restart the server. The graph itself is served here all the same.\n';

/** Everything from here and nothing from elsewhere; the editor writes its colours into style elements. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

// Assets carry the policy too: a worker is bound by its own, not by its page's.
const SECURITY_HEADERS: OutgoingHttpHeaders = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

/**
 * Reads the list of built files once, now; what is built later needs a restart.
 *
 * @param directory where `npm run build:explorer` writes. It may be missing: visits are then answered with
 *   503 and a sentence that says so.
 */
export const createExplorer = (directory: URL): Explorer => {
  const path = fileURLToPath(directory);
  const indexPath = join(path, 'index.html');
  const built = existsSync(indexPath);
  const page = built ? readFileSync(indexPath) : undefined;
  const assets: ReadonlyMap<string, Asset> = built ? readAssets(path) : new Map();
  return {
    handle: (request, response) => {
      const { path, parameters } = target(request);
      if (path === '/' && isPageVisit(request, parameters)) {
        response.writeHead(302, { location: PAGE_PATH }).end();
        return true;
      }
      if (path === PAGE_PATH && isPageVisit(request, parameters)) {
        sendPage(request, response, page);
        return true;
      }
      if (path.startsWith(ASSETS_PATH)) {
        const name = path === ASSETS_PATH + LICENSES ? LICENSES : path.slice(1);
        sendAsset(request, response, assets.get(name));
        return true;
      }
      return false;
    },
  };
};

const target = ({ url = '/' }: IncomingMessage): { path: string; parameters: URLSearchParams } => {
  const end = url.indexOf('?');
  return end < 0
    ? { path: url, parameters: new URLSearchParams() }
    : { path: url.slice(0, end), parameters: new URLSearchParams(url.slice(end)) };
};

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

const isPageVisit = (request: IncomingMessage, parameters: URLSearchParams): boolean =>
  isVisit(request) && !OPERATION_PARAMETERS.some((name) => parameters.has(name));

const sendPage = (request: IncomingMessage, response: ServerResponse, page: Buffer | undefined): void => {
  if (page === undefined) {
    sendText(request, response, 503, NOT_BUILT, { vary: 'accept' });
    return;
  }
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-length': page.length,
    // The names of its assets change with every build.
    'cache-control': 'no-cache',
    vary: 'accept',
  });
  response.end(request.method === 'HEAD' ? undefined : page);
};

const sendAsset = (request: IncomingMessage, response: ServerResponse, asset: Asset | undefined): void => {
  if (!isRead(request)) {
    sendText(request, response, 405, 'Assets can only be read.\n', { allow: 'GET, HEAD' });
    return;
  }
  if (asset === undefined) {
    sendText(request, response, 404, 'There is no such asset: reload the page.\n');
    return;
  }
  const accepted = request.headers['accept-encoding'];
  const { file, coding } = chooseCopy(asset, Array.isArray(accepted) ? accepted.join() : accepted);
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': asset.contentType,
    'content-length': file.size,
    ...(coding !== undefined && { 'content-encoding': coding }),
    // Names contain a hash of the content.
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // A failure closes the connection, which is all that can be said once the headers are out.
  pipeline(createReadStream(file.path), response, () => {});
};

const sendText = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...headers,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
};
