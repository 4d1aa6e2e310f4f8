import type { IncomingMessage } from 'node:http';
import { shownPath } from '../shown-path.ts';
import { isAnthropicClient } from './models.ts';

/** Whose clients read an answer. MESSAGE: those of Bedrock and Cohere, which read an object with a message. */
export type Reader = 'OPENAI' | 'ANTHROPIC' | 'GEMINI' | 'OLLAMA' | 'MESSAGE' | 'GRAPH';

/** What a request at an unknown path probably meant, and whose format its client reads. */
export type Meant = {
  readonly reader: Reader;
  readonly message: string;
  /** Methods that the path has, if only the method is wrong. */
  readonly allow?: string;
};

/** A request as far as its address says what it meant. */
export type Asked = {
  readonly headers: IncomingMessage['headers'];
  readonly method: string;
  /** The path, if it may be repeated. */
  readonly shown: string;
  /** Names between slashes, and the same in lower case. */
  readonly names: readonly string[];
  readonly lower: readonly string[];
  /** Where the request reached this server, without a slash at the end. */
  readonly address: string;
};

export const BASE = 'v1';
export const MANUAL = 'GET /openapi.json lists what is served.';

/** Longer paths are of no client of an API. */
const MAX_PATH = 1_000;
const MAX_NAMES = 24;
const PLAIN_NAME = /^[\w\-.:@]{1,100}$/;

/** A name that may be repeated, of a model for example. */
export const isPlainName = (name: string): boolean => PLAIN_NAME.test(name);

export const readAsked = (
  { url = '/', method = 'GET', headers }: Pick<IncomingMessage, 'url' | 'method' | 'headers'>,
  address: string,
): Asked => {
  const path = url.slice(0, MAX_PATH).split('?', 1)[0] ?? '/';
  const names = path
    .split('/')
    .filter((name) => name !== '')
    .slice(0, MAX_NAMES);
  return {
    headers,
    method,
    shown: shownPath(path),
    names,
    lower: names.map((name) => name.toLowerCase()),
    address,
  };
};

/** What a client says of itself, by headers that only clients of one family send. */
export const readerByHeaders = ({ headers }: Pick<Asked, 'headers'>): Reader | undefined => {
  if (isAnthropicClient({ headers })) return 'ANTHROPIC';
  if (headers['x-goog-api-client'] !== undefined || headers['x-goog-api-key'] !== undefined) return 'GEMINI';
  return headers['x-stainless-lang'] !== undefined || headers['openai-beta'] !== undefined
    ? 'OPENAI'
    : undefined;
};

/** As `POST http://localhost:4000/v1/chat/completions`. */
export const writeCall = (method: string, path: string, address: string): string =>
  `${method} ${address}${path}`;
