import type { ClientErrorKind } from '../../../wire/serve/client-error.ts';
import type { ErrorFormat, ErrorFormats } from '../exchange.ts';
import { type Document, schemaRef } from './to-json-schema.ts';

type Described = { readonly code: string; readonly message: string };

/** An example of each kind of error; its message says what the kind is. */
const KINDS: { readonly [Kind in ClientErrorKind]: Described } = {
  INVALID_REQUEST: { code: 'invalid_value', message: 'temperature: takes 0 to 2.' },
  AUTHENTICATION: {
    code: 'missing_api_key',
    message: 'No API key was sent. Send `Authorization: Bearer mg_...` or `x-api-key: mg_...`.',
  },
  FORBIDDEN: { code: 'forbidden', message: 'The key may not do this.' },
  NOT_FOUND: { code: 'model_not_found', message: 'There is no model of this name.' },
  METHOD_NOT_ALLOWED: { code: 'method_not_allowed', message: 'There is no GET here, only POST.' },
  TOO_LARGE: { code: 'request_too_large', message: 'The request is larger than this server takes.' },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The body must be application/json, but its content-type is text/plain.',
  },
  RATE_LIMITED: { code: 'rate_limit_exceeded', message: 'Too many requests. Try again later.' },
  QUOTA_EXHAUSTED: { code: 'insufficient_quota', message: 'The quota is used up.' },
  CANCELLED: { code: 'cancelled', message: 'The request was cancelled.' },
  INTERNAL: { code: 'internal_error', message: 'The server failed. Its log says why.' },
  UPSTREAM: { code: 'server_error', message: 'The provider failed.' },
  OVERLOADED: { code: 'unavailable', message: 'Nothing can be taken now. Try again later.' },
  TIMEOUT: { code: 'timeout', message: 'The provider did not answer in time.' },
};

const isKind = (name: string): name is ClientErrorKind => name in KINDS;
const ALL: readonly ClientErrorKind[] = Object.keys(KINDS).filter(isKind);

const RETRYABLE: ReadonlySet<ClientErrorKind> = new Set(['RATE_LIMITED', 'OVERLOADED']);

/** What nobody is there to read, or what no caller of a listed operation meets. */
const NEVER: ReadonlySet<ClientErrorKind> = new Set(['CANCELLED', 'METHOD_NOT_ALLOWED']);
/** What reading meets, which has no body and calls no provider. */
const OF_READS: ReadonlySet<ClientErrorKind> = new Set([
  'AUTHENTICATION',
  'NOT_FOUND',
  'INTERNAL',
  'OVERLOADED',
]);

const TITLES: { readonly [status: number]: string } = {
  400: 'The request is not valid, or no candidate can do what it asks for.',
  401: 'The key is missing (`missing_api_key`), malformed (`malformed_api_key`), not known (`invalid_api_key`), revoked (`revoked_api_key`) or expired (`expired_api_key`).',
  402: 'The quota is used up.',
  403: 'The key may not do this.',
  404: 'There is no such model, route or address.',
  413: 'The body is larger than this server takes.',
  415: 'The body is of another media type, or encoded.',
  429: 'Too many requests, or the quota is used up.',
  500: 'This server or the provider failed.',
  502: 'The provider failed.',
  503: 'Nothing can be taken now.',
  504: 'The provider did not answer in time.',
  529: 'Nothing can be taken now.',
};

type Family = 'OPENAI' | 'ANTHROPIC';

const formatOf = ({ openai, anthropic }: ErrorFormats, family: Family): ErrorFormat =>
  family === 'ANTHROPIC' ? anthropic : openai;

const statusOf = (format: ErrorFormat, kind: ClientErrorKind): number =>
  format.statusOf({ kind, ...KINDS[kind] });

const responseName = (family: Family, status: number | 'Default'): string =>
  `${family === 'ANTHROPIC' ? 'Anthropic' : ''}Error${status}`;

const SCHEMA_OF = { OPENAI: 'Error', ANTHROPIC: 'AnthropicError' } as const;

/** References to the errors that an operation may answer with, by their status. */
export const errorReferences = (formats: ErrorFormats, family: Family, method: 'GET' | 'POST'): Document => {
  const kinds = ALL.filter((kind) => (method === 'GET' ? OF_READS.has(kind) : !NEVER.has(kind)));
  const statuses = new Set(kinds.map((kind) => statusOf(formatOf(formats, family), kind)));
  return Object.fromEntries(
    [...statuses, 'Default' as const].map((status) => [
      status === 'Default' ? 'default' : status,
      { $ref: `#/components/responses/${responseName(family, status)}` },
    ]),
  );
};

/** The errors that those references mean. */
export const errorResponses = (formats: ErrorFormats): Document => {
  const responses: { [name: string]: Document } = {};
  for (const family of ['OPENAI', 'ANTHROPIC'] as const) {
    const format = formatOf(formats, family);
    const byStatus = Map.groupBy(
      ALL.filter((kind) => !NEVER.has(kind)),
      (kind) => statusOf(format, kind),
    );
    const schema = schemaRef(SCHEMA_OF[family]);
    for (const [status, kinds] of byStatus) {
      const examples = kinds.map((kind) => [
        KINDS[kind].code,
        { value: format.writeError({ kind, ...KINDS[kind] }) },
      ]);
      responses[responseName(family, status)] = {
        description: TITLES[status] ?? 'Why there is no answer.',
        headers: {
          'x-request-id': { $ref: '#/components/headers/RequestId' },
          ...(kinds.some((kind) => RETRYABLE.has(kind)) && {
            'retry-after': { $ref: '#/components/headers/RetryAfter' },
          }),
        },
        content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
      };
    }
    responses[responseName(family, 'Default')] = {
      description: 'Why there is no answer.',
      content: { 'application/json': { schema } },
    };
  }
  return responses;
};

const object = (required: readonly string[], properties: Document): Document => ({
  type: 'object',
  required,
  properties,
});
const text = { type: 'string' };
const message = { ...text, description: 'What happened, to what, and what to do.' };
const nullable = (description: string): Document => ({ type: ['string', 'null'], description });

export const ERROR_SCHEMAS: Document = {
  Error: object(['error'], {
    error: object(['message', 'type'], {
      message,
      type: text,
      param: nullable('Where in the body.'),
      code: nullable('Stable; in lower case with underscores.'),
    }),
  }),
  AnthropicError: object(['type', 'error'], {
    type: { ...text, const: 'error' },
    error: object(['type', 'message'], {
      type: text,
      message,
      details: {
        type: 'object',
        properties: { error_code: { ...text, description: 'Stable.' }, param: text },
      },
    }),
  }),
};
