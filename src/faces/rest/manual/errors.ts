import type { ClientErrorKind } from '../../../wire/serve/client-error.ts';
import type { ErrorFormats, Family } from '../exchange.ts';
import { type Document, schemaRef } from './json-schemas.ts';

/** Of a client that has left, which nobody is there to read, and of a method that no listed operation has. */
type Unlisted = 'CANCELLED' | 'METHOD_NOT_ALLOWED';
type Kind = Exclude<ClientErrorKind, Unlisted>;

/** An example of each kind of error. */
const EXAMPLES: { readonly [Each in Kind]: { readonly code: string; readonly message: string } } = {
  INVALID_REQUEST: { code: 'invalid_value', message: 'temperature: takes 0 to 2.' },
  AUTHENTICATION: {
    code: 'missing_api_key',
    message: 'No API key was sent. Send `Authorization: Bearer mg_...` or `x-api-key: mg_...`.',
  },
  FORBIDDEN: { code: 'forbidden', message: 'The key may not do this.' },
  NOT_FOUND: { code: 'model_not_found', message: 'There is no model of this name.' },
  TOO_LARGE: { code: 'request_too_large', message: 'The request is larger than this server takes.' },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The body must be application/json, but its content-type is text/plain.',
  },
  RATE_LIMITED: { code: 'rate_limit_exceeded', message: 'Too many requests. Try again later.' },
  QUOTA_EXHAUSTED: { code: 'insufficient_quota', message: 'The quota is used up.' },
  INTERNAL: { code: 'internal_error', message: 'The server failed. Its log says why.' },
  UPSTREAM: { code: 'server_error', message: 'The provider failed.' },
  OVERLOADED: { code: 'unavailable', message: 'Nothing can be taken now. Try again later.' },
  TIMEOUT: { code: 'timeout', message: 'The provider did not answer in time.' },
};

/** What a status means, where its examples do not say all of it. */
const TITLES: { readonly [status: number]: string } = {
  400: 'The request is not valid, or no candidate can do what it asks for.',
  401: 'The key is missing (`missing_api_key`), malformed (`malformed_api_key`), not known (`invalid_api_key`), revoked (`revoked_api_key`) or expired (`expired_api_key`).',
  404: 'There is no such model, route or address.',
  415: 'The body is of another media type, or encoded.',
};

const RETRYABLE: ReadonlySet<Kind> = new Set(['RATE_LIMITED', 'OVERLOADED']);
/** What reading meets, which has no body and calls no provider. */
const OF_READS: ReadonlySet<Kind> = new Set(['AUTHENTICATION', 'NOT_FOUND', 'INTERNAL', 'OVERLOADED']);

const isKind = (name: string): name is Kind => name in EXAMPLES;

/** The kinds that a family tells by each status. */
const kindsByStatus = (formats: ErrorFormats, family: Family): ReadonlyMap<number, readonly Kind[]> =>
  Map.groupBy(Object.keys(EXAMPLES).filter(isKind), (kind) =>
    formats[family].statusOf({ kind, ...EXAMPLES[kind] }),
  );

/** By their names in the manual's components; the responses begin with the name of the family's schema. */
const SCHEMA_OF = { OPENAI: 'Error', ANTHROPIC: 'AnthropicError' } as const;

/** References to the errors that an operation may answer with, by their status. */
export const errorReferences = (formats: ErrorFormats, family: Family, method: 'GET' | 'POST'): Document => {
  const references: { [status: string]: Document } = {};
  const refer = (status: string | number, name: string): void => {
    references[status] = { $ref: `#/components/responses/${SCHEMA_OF[family]}${name}` };
  };
  for (const [status, kinds] of kindsByStatus(formats, family))
    if (method === 'POST' || kinds.some((kind) => OF_READS.has(kind))) refer(status, String(status));
  refer('default', 'Default');
  return references;
};

/** The errors that those references mean. */
export const errorResponses = (formats: ErrorFormats): Document => {
  const responses: { [name: string]: Document } = {};
  for (const family of ['OPENAI', 'ANTHROPIC'] as const) {
    const name = SCHEMA_OF[family];
    const schema = schemaRef(name);
    for (const [status, kinds] of kindsByStatus(formats, family)) {
      const examples = kinds.map((kind) => {
        const value = formats[family].writeError({ kind, ...EXAMPLES[kind] });
        return [EXAMPLES[kind].code, { value }] as const;
      });
      responses[`${name}${status}`] = {
        description: TITLES[status] ?? kinds.map((kind) => EXAMPLES[kind].message).join(' '),
        headers: {
          'x-request-id': { $ref: '#/components/headers/RequestId' },
          ...(kinds.some((kind) => RETRYABLE.has(kind)) && {
            'retry-after': { $ref: '#/components/headers/RetryAfter' },
          }),
        },
        content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
      };
    }
    responses[`${name}Default`] = {
      description: 'Why there is no answer.',
      content: { 'application/json': { schema } },
    };
  }
  return responses;
};
