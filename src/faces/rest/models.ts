import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RouteBook } from '../../gateway/routing/policy/route-book.ts';
import { type Exchange, type Family, RestProblem, sendJson } from './exchange.ts';

export const MODELS_PATH = '/v1/models';

/** Anthropic's clients say which version of its API they speak; no other client does. */
export const familyOf = ({ headers }: Pick<Exchange['request'], 'headers'>): Family =>
  headers['anthropic-version'] === undefined ? 'OPENAI' : 'ANTHROPIC';

export type ModelListDependencies = {
  readonly catalogue: CatalogueReader;
  /** Saved routes. */
  readonly routes: Pick<RouteBook, 'all'>;
};

/** Something that `model` may name. */
export type ListedModel = {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly since: Date;
};

/** The offerings that can be called and the saved routes. */
const listedModels = (deps: ModelListDependencies): readonly ListedModel[] => {
  const catalogue = deps.catalogue.current();
  const offerings = catalogue.offerings
    .filter((offering) => catalogue.isOn(offering))
    .map(({ id, modelSlug, provenance }) => ({
      id,
      name: catalogue.model(modelSlug)?.name ?? id,
      owner: modelSlug.split('/', 1)[0] ?? '',
      since: provenance.observedAt,
    }));
  const routes = deps.routes.all().map(({ name, policy, savedAt }) => ({
    id: `route:${name}`,
    name: policy.description ?? name,
    owner: 'modelgraph',
    since: savedAt,
  }));
  return [...offerings, ...routes];
};

export const writeModel = ({ id, name, owner, since }: ListedModel, family: Family): JsonObject =>
  family === 'ANTHROPIC'
    ? { type: 'model', id, display_name: name, created_at: since.toISOString() }
    : { id, object: 'model', created: Math.floor(since.getTime() / 1_000), owned_by: owner };

export const writeModels = (models: readonly ListedModel[], family: Family): JsonObject => {
  const data = models.map((model) => writeModel(model, family));
  return family === 'ANTHROPIC'
    ? { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null }
    : { object: 'list', data };
};

/** `GET /v1/models`, by ids that every `model` takes; in the shape of the client's family. */
export const listModels = ({ request, response }: Exchange, deps: ModelListDependencies): void =>
  sendJson(response, 200, writeModels(listedModels(deps), familyOf(request)));

/** `GET /v1/models/<id>`. Throws RestProblem where it is not there. */
export const sendModel = ({ request, response }: Exchange, id: string, deps: ModelListDependencies): void => {
  const model = listedModels(deps).find((each) => each.id === id);
  if (model === undefined)
    throw new RestProblem({
      kind: 'NOT_FOUND',
      code: 'model_not_found',
      message: `Nothing that can be called has the id "${id.slice(0, 200)}". GET ${MODELS_PATH} lists what can be.`,
      param: 'model',
    });
  sendJson(response, 200, writeModel(model, familyOf(request)));
};
