import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import { authenticate, bearerSecret, LOOK_UP_FAILED, type OnFailure } from '../../control/authentication.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { Offering } from '../../domain/model.ts';

const BASE = '/v1';
const MODELS = `${BASE}/models`;

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

const modelOf = (offering: Offering) => ({
  id: offering.id,
  object: 'model',
  created: Math.floor(offering.provenance.observedAt.getTime() / 1_000),
  owned_by: offering.modelSlug.split('/', 1)[0],
});

/** Ids hold slashes, which clients send as they are or encoded. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * The REST base, `/v1`, in OpenAI's shapes: `GET /v1/models` lists the offerings that can be called, by their
 * ids, which every `model` input takes, and `GET /v1/models/<id>` tells of one. Other paths below it answer
 * 404 and say where to go.
 */
export const createRest = (catalogue: CatalogueReader, keys: KeyService, onFailure: OnFailure) => {
  const sendModel = (response: ServerResponse, id: string): true => {
    const current = catalogue.current();
    const offering = current.offerings.find((each) => each.id === id && current.isOn(each));
    if (offering !== undefined) return send(response, 200, modelOf(offering));
    const message = `No offering that can be called has the id "${id}". GET ${MODELS} lists those that have.`;
    return send(response, 404, error(message, 'invalid_request_error', 'model_not_found'));
  };

  return {
    async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      if (path !== BASE && !path.startsWith(`${BASE}/`)) return false;
      const who = await authenticate(keys, bearerSecret(request.headers.authorization), onFailure);
      if (who.kind === 'UNAVAILABLE') {
        response.setHeader('retry-after', '1');
        return send(response, 503, error(LOOK_UP_FAILED, 'server_error', 'unavailable'));
      }
      if (who.kind === 'NOBODY') {
        response.setHeader('www-authenticate', 'Bearer');
        const message = 'Send a valid key: `Authorization: Bearer mg_…`.';
        return send(response, 401, error(message, 'authentication_error', 'invalid_api_key'));
      }
      if (request.method === 'GET' || request.method === 'HEAD') {
        if (path === MODELS) {
          const current = catalogue.current();
          const data = current.offerings.filter((offering) => current.isOn(offering)).map(modelOf);
          return send(response, 200, { object: 'list', data });
        }
        if (path.startsWith(`${MODELS}/`)) return sendModel(response, decoded(path.slice(MODELS.length + 1)));
      }
      const message = `There is no ${request.method} ${path} here. Complete through GraphQL: POST /graphql.`;
      return send(response, 404, error(message, 'invalid_request_error', 'unknown_url'));
    },
  };
};
