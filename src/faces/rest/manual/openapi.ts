import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationReply } from '../../../wire/serve/served-operation.ts';
import { controlSchema } from '../control-options.ts';
import { type ErrorFormats, reads, sendText } from '../exchange.ts';
import type { RestRoute } from '../rest-face.ts';
import { ANSWER_SCHEMAS } from './answer-schemas.ts';
import { errorReferences, errorResponses } from './errors.ts';
import { type Document, schemaRef, toJsonSchemas } from './json-schemas.ts';

const CONTROL = 'Modelgraph';

/** The member that every body may have, for this server itself. */
const withControl = (schema: Document): Document =>
  schema.type === 'object' && typeof schema.properties === 'object'
    ? { ...schema, properties: { ...schema.properties, modelgraph: schemaRef(CONTROL) } }
    : schema;

const MEDIA_TYPES = { JSON: 'application/json', FORM: 'multipart/form-data' } as const;

/** As `CreateChatCompletionRequest`. */
const requestName = (operationId: string): string =>
  `${operationId.slice(0, 1).toUpperCase()}${operationId.slice(1)}Request`;

/** How a route answers in one media type. */
const answerOf = ({ answer, event }: RestRoute, reply: OperationReply): readonly [string, Document] => {
  switch (reply.kind) {
    case 'JSON':
      return [MEDIA_TYPES.JSON, { schema: answer && schemaRef(answer), example: reply.body }];
    case 'BYTES': {
      const [type = '', family] = /^(\w+)\/\w+/.exec(reply.mediaType) ?? [];
      return family === 'text'
        ? [type, { schema: { type: 'string' }, example: Buffer.from(reply.bytes).toString() }]
        : [`${family}/*`, { schema: { type: 'string', format: 'binary' } }];
    }
    case 'EVENTS': {
      const end = reply.text.endsWith('data: [DONE]\n\n') ? ' `[DONE]` is the last.' : '';
      const description = `Server-sent events, if \`stream\` asks for them. The data of each is a ${event}.${end}`;
      return [
        'text/event-stream',
        {
          schema: { type: 'string', description },
          'x-event-schema': event && schemaRef(event),
          example: reply.text,
        },
      ];
    }
  }
};

const operationOf = (route: RestRoute, formats: ErrorFormats): Document => {
  const { operationId, path, method, family, summary, body, example } = route;
  return {
    operationId,
    summary,
    tags: [family === 'ANTHROPIC' ? 'Anthropic' : 'OpenAI'],
    ...(path.endsWith('/*') && {
      parameters: [
        {
          name: 'id',
          in: 'path',
          required: true,
          description: 'An id that `GET /v1/models` lists; its slash as it is or as `%2F`.',
          schema: { type: 'string' },
          example: 'sandbox/echo',
        },
      ],
    }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          body.takes.map((kind) => [
            MEDIA_TYPES[kind],
            { schema: schemaRef(requestName(operationId)), example },
          ]),
        ),
      },
    }),
    responses: {
      200: {
        description: 'The answer, in the format of the family.',
        headers: {
          'x-request-id': { $ref: '#/components/headers/RequestId' },
          ...(body !== undefined && {
            'x-modelgraph-offering': { $ref: '#/components/headers/Offering' },
            'x-modelgraph-cost': { $ref: '#/components/headers/Cost' },
          }),
        },
        content: Object.fromEntries(route.replies().map((reply) => answerOf(route, reply))),
      },
      ...errorReferences(formats, family === 'ANTHROPIC' ? family : 'OPENAI', method),
    },
  };
};

const textHeader = (description: string): Document => ({ description, schema: { type: 'string' } });

/** The reference manual of the REST base, OpenAPI 3.1, made of the schemas that requests are validated with. */
const documentOf = (routes: readonly RestRoute[], formats: ErrorFormats, version: string): Document => {
  const paths = routes.map((route) => [
    route.path.replace(/\*$/, '{id}'),
    { [route.method.toLowerCase()]: operationOf(route, formats) },
  ]);
  const bodies = routes.flatMap(({ operationId, body }) =>
    body === undefined ? [] : [[requestName(operationId), body.schema] as const],
  );
  const requests = Object.entries(toJsonSchemas(Object.fromEntries(bodies), 'input')).map(
    ([name, schema]) => [name, withControl(schema)] as const,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'modelgraph',
      version,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      description:
        "Any model through OpenAI's and Anthropic's own formats. The graph at /graphql knows more: prices, routes, the ledger.",
    },
    servers: SERVERS,
    tags: [
      {
        name: 'OpenAI',
        description: "OpenAI's formats. Their clients take the server's address with `/v1` as base URL.",
      },
      {
        name: 'Anthropic',
        description: "Anthropic's format. Its clients take the server's address as base URL.",
      },
    ],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of this server, `mg_...`.' },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same key, as Anthropic’s clients send it.',
        },
      },
      headers: {
        RequestId: textHeader('Id of the completion or operation in the ledger.'),
        Offering: textHeader(
          'The offering that answered, `provider/model`; percent-encoded if it is not ASCII.',
        ),
        Cost: textHeader(
          'Amount and currency, `free`, or `unpriced`; not on streams, whose last event says it.',
        ),
        RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer' } },
      },
      schemas: {
        ...toJsonSchemas({ [CONTROL]: controlSchema }, 'input'),
        ...Object.fromEntries(requests),
        ...toJsonSchemas(ANSWER_SCHEMAS, 'output'),
      },
      responses: errorResponses(formats),
    },
  };
};

/** Stands for the servers in the text, which is made once: each request may reach this one by another address. */
const SERVERS = 'SERVERS';

/**
 * `GET /openapi.json`. It says nothing that is secret, and needs no key.
 *
 * @param addressOf where a request reached this server, without a slash at the end.
 */
export const createOpenApi = (
  routes: readonly RestRoute[],
  formats: ErrorFormats,
  version: string,
  addressOf: (request: IncomingMessage) => string,
) => {
  let parts: readonly string[] | undefined;
  return {
    handle(request: IncomingMessage, response: ServerResponse): boolean {
      if (!reads(request, '/openapi.json')) return false;
      parts ??= JSON.stringify(documentOf(routes, formats, version)).split(`"servers":"${SERVERS}"`);
      const servers = JSON.stringify([{ url: addressOf(request) }]);
      sendText(response, 200, parts.join(`"servers":${servers}`), {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-cache',
        vary: 'host, x-forwarded-proto, origin',
      });
      return true;
    },
  };
};
