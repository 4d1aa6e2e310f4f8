import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { KeyService } from '../../control/key-service.ts';

const send = (response: ServerResponse, status: number, body: unknown): true => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
  return true;
};

const error = (message: string, type: string, code: string) => ({
  error: { message, type, param: null, code },
});

const bearer = (request: IncomingMessage): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];

/**
 * The REST base, `/v1`, in OpenAI's shapes: `GET /v1/models` lists the offerings that can be called, by their
 * ids, which every `model` input takes. Other paths below it answer 404 and say where to go.
 */
export const createRest = (catalogue: CatalogueReader, keys: KeyService) => ({
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path !== '/v1' && !path.startsWith('/v1/')) return false;
    const secret = bearer(request);
    if (secret === undefined || (await keys.authenticate(secret)) === undefined) {
      response.setHeader('www-authenticate', 'Bearer');
      return send(
        response,
        401,
        error('Send a valid key: `Authorization: Bearer mg_…`.', 'authentication_error', 'invalid_api_key'),
      );
    }
    if (path !== '/v1/models' || request.method !== 'GET') {
      return send(
        response,
        404,
        error(
          `There is no ${request.method} ${path} here. Complete through GraphQL: POST /graphql.`,
          'invalid_request_error',
          'unknown_url',
        ),
      );
    }
    const current = catalogue.current();
    return send(response, 200, {
      object: 'list',
      data: current.offerings
        .filter((offering) => current.isOn(offering))
        .map((offering) => ({
          id: offering.id,
          object: 'model',
          created: Math.floor(offering.provenance.observedAt.getTime() / 1_000),
          owned_by: offering.modelSlug.split('/', 1)[0],
        })),
    });
  },
});
