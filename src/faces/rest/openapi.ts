import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { controlSchema } from './control-options.ts';
import type { RestRoute } from './rest-route.ts';
import { sendJson } from './send.ts';

const PATH = '/openapi.json';

type Document = { readonly [key: string]: unknown };

const schemaOf = (schema: z.ZodType): Document => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
  });
  return rest;
};

const CONTROL = { $ref: '#/components/schemas/Modelgraph' };

/** The member that every body may have, for this server itself. */
const withControl = (document: Document): Document =>
  document.type === 'object' && typeof document.properties === 'object'
    ? { ...document, properties: { ...document.properties, modelgraph: CONTROL } }
    : document;

const MEDIA_TYPES = { JSON: 'application/json', FORM: 'multipart/form-data' } as const;

const FAILURE = { $ref: '#/components/responses/Error' };
const ANTHROPIC_FAILURE = { $ref: '#/components/responses/AnthropicError' };

const operationOf = ({ path, family, summary, body, answers }: RestRoute): Document => {
  const schema = body && withControl(schemaOf(body.schema));
  const failure = family === 'ANTHROPIC' ? ANTHROPIC_FAILURE : FAILURE;
  return {
    summary,
    tags: [family === 'ANTHROPIC' ? 'Anthropic' : 'OpenAI'],
    ...(path.endsWith('/*') && {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: Object.fromEntries(body.takes.map((kind) => [MEDIA_TYPES[kind], { schema }])),
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
        content: Object.fromEntries(answers.map((type) => [type, {}])),
      },
      default: failure,
    },
  };
};

const textHeader = (description: string): Document => ({ description, schema: { type: 'string' } });

const errorResponse = (description: string, schema: Document): Document => ({
  description,
  content: { 'application/json': { schema } },
});

/** The reference manual of the REST base, OpenAPI 3.1, made of the schemas that requests are held against. */
const documentOf = (routes: readonly RestRoute[], version: string): Document => {
  const paths: { [path: string]: { [method: string]: Document } } = {};
  for (const route of routes) {
    const path = route.path.replace(/\*$/, '{id}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'modelgraph',
      version,
      description:
        "Any model through OpenAI's and Anthropic's own formats. The graph at /graphql knows more: prices, routes, the ledger.",
    },
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of this server, `mg_…`.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      headers: {
        RequestId: textHeader('Id of the completion or operation in the ledger.'),
        Offering: textHeader(
          'Which offering answered, `provider/model`; percent-encoded where it is not ASCII.',
        ),
        Cost: textHeader(
          'Amount and currency, `free`, or `unpriced`; not on streams, whose last event says it.',
        ),
      },
      schemas: { Modelgraph: schemaOf(controlSchema) },
      responses: {
        Error: errorResponse('Why there is no answer.', {
          type: 'object',
          properties: {
            error: {
              type: 'object',
              properties: {
                message: { type: 'string' },
                type: { type: 'string' },
                param: { type: ['string', 'null'] },
                code: { type: ['string', 'null'] },
              },
            },
          },
        }),
        AnthropicError: errorResponse('Why there is no answer.', {
          type: 'object',
          properties: {
            type: { const: 'error' },
            error: {
              type: 'object',
              properties: { type: { type: 'string' }, message: { type: 'string' } },
            },
          },
        }),
      },
    },
  };
};

/** `GET /openapi.json`. It says nothing that is secret, and needs no key. */
export const createOpenApi = (routes: readonly RestRoute[], version: string) => {
  let text: string | undefined;
  return {
    handle(request: IncomingMessage, response: ServerResponse): boolean {
      const path = (request.url ?? '/').split('?', 1)[0];
      if (path !== PATH || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
      text ??= JSON.stringify(documentOf(routes, version));
      sendJson(response, 200, text, { 'cache-control': 'no-cache' });
      return true;
    },
  };
};
