import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Offering } from '../../domain/model.ts';
import { type Exchange, RestProblem } from './exchange.ts';
import { sendJson } from './send.ts';

export const MODELS_PATH = '/v1/models';

/** Anthropic's clients say which version of its API they speak; no other client does. */
export const isAnthropicClient = ({ headers }: Exchange['request']): boolean =>
  headers['anthropic-version'] !== undefined;

const openAiModel = (offering: Offering): JsonObject => ({
  id: offering.id,
  object: 'model',
  created: Math.floor(offering.provenance.observedAt.getTime() / 1_000),
  owned_by: offering.modelSlug.split('/', 1)[0] ?? '',
});

const anthropicModel = (offering: Offering, name: string): JsonObject => ({
  type: 'model',
  id: offering.id,
  display_name: name,
  created_at: offering.provenance.observedAt.toISOString(),
});

/** `GET /v1/models`: what can be called, by ids that every `model` takes; in the shape of the client's family. */
export const listModels = (exchange: Exchange, catalogue: CatalogueReader): void => {
  const current = catalogue.current();
  const offerings = current.offerings.filter((offering) => current.isOn(offering));
  const body: JsonObject = isAnthropicClient(exchange.request)
    ? {
        data: offerings.map((each) => anthropicModel(each, current.model(each.modelSlug)?.name ?? each.id)),
        has_more: false,
        first_id: offerings[0]?.id ?? null,
        last_id: offerings.at(-1)?.id ?? null,
      }
    : { object: 'list', data: offerings.map(openAiModel) };
  sendJson(exchange.response, 200, body);
};

/** `GET /v1/models/<id>`. Throws RestProblem where it is not there. */
export const sendModel = (exchange: Exchange, id: string, catalogue: CatalogueReader): void => {
  const current = catalogue.current();
  const offering = current.offerings.find((each) => each.id === id && current.isOn(each));
  if (offering === undefined)
    throw new RestProblem({
      kind: 'NOT_FOUND',
      code: 'model_not_found',
      message: `No offering that can be called has the id "${id.slice(0, 200)}". GET ${MODELS_PATH} lists those that have.`,
      param: 'model',
    });
  const model = isAnthropicClient(exchange.request)
    ? anthropicModel(offering, current.model(offering.modelSlug)?.name ?? offering.id)
    : openAiModel(offering);
  sendJson(exchange.response, 200, model);
};
