import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressHint } from '../address-hint.ts';
import { isVisit } from '../browser-visit.ts';
import { shownPath } from '../shown-path.ts';
import { sendPage } from './html-page.ts';

export type SiteOptions = {
  /** Where this request reached the server, without a slash at the end. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly version: string;
  /** What a request that no face answers probably meant. */
  readonly hintFor: (request: IncomingMessage) => AddressHint | undefined;
};

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g stroke="#6c69ce" stroke-width="2.5"><path d="M7 8l9 9 10-7M16 17l-4 9" fill="none"/></g><g fill="#d60590"><circle cx="7" cy="8" r="4"/><circle cx="26" cy="10" r="4"/><circle cx="16" cy="17" r="5"/><circle cx="12" cy="27" r="4"/></g></svg>`;
/** Nothing here is for search engines. */
const ROBOTS = 'User-agent: *\nDisallow: /\n';

type StaticFile = { readonly mediaType: string; readonly content: string };

const SVG: StaticFile = { mediaType: 'image/svg+xml', content: ICON };
const FILES: ReadonlyMap<string, StaticFile> = new Map([
  ['/favicon.svg', SVG],
  // Browsers ask for it by this name, and go by the media type.
  ['/favicon.ico', SVG],
  ['/robots.txt', { mediaType: 'text/plain; charset=utf-8', content: ROBOTS }],
]);

const sendFile = (response: ServerResponse, { mediaType, content }: StaticFile, caching: string): void => {
  response.writeHead(200, {
    'content-type': mediaType,
    'content-length': Buffer.byteLength(content),
    'cache-control': caching,
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
};

/** What a server has beside its faces: an icon, a page at the root, and answers for paths that no face knows. */
export const createSite = ({ addressOf, version, hintFor }: SiteOptions) => {
  const links = (address: string) => [
    { href: `${address}/graphql`, text: 'the GraphQL endpoint; in a browser, GraphiQL', isPage: true },
    { href: `${address}/v1`, text: "base URL for OpenAI's clients", isPage: false },
    { href: address, text: "base URL for Anthropic's clients", isPage: false },
    { href: `${address}/openapi.json`, text: 'OpenAPI reference of the REST endpoints', isPage: true },
  ];
  const index = (address: string): string =>
    [`modelgraph ${version}`, ...links(address).map(({ href, text }) => `${href}  ${text}`), ''].join('\n');

  return {
    /** Answers what is there for everybody. */
    handle(request: IncomingMessage, response: ServerResponse): boolean {
      const { method, url = '/' } = request;
      if (method !== 'GET' && method !== 'HEAD') return false;
      const path = url.split('?', 1)[0] ?? '/';
      const file = FILES.get(path);
      if (file !== undefined) sendFile(response, file, 'public, max-age=86400');
      else if (path === '/')
        sendFile(
          response,
          { mediaType: 'text/plain; charset=utf-8', content: index(addressOf(request)) },
          'no-store',
        );
      else return false;
      return true;
    },

    /** Answers what no face knows with 404 and the way to what was probably meant. */
    sendNotFound(request: IncomingMessage, response: ServerResponse): void {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      const address = addressOf(request);
      const hint = hintFor(request);
      const message =
        hint?.message ??
        `There is nothing at ${shownPath(path)}. The graph is at ${address}/graphql, REST at ${address}/v1.`;
      if (isVisit(request)) {
        sendPage(response, { status: 404, title: 'Not found', message, links: links(address) });
        return;
      }
      if (hint !== undefined) {
        hint.send(response);
        return;
      }
      const body = JSON.stringify({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
      response.writeHead(404, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.end(body);
    },
  };
};
