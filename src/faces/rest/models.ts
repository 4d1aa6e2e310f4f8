import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RouteBook } from '../../gateway/routing/policy/route-book.ts';
import { type Exchange, RestProblem, sendJson } from './exchange.ts';

export const MODELS_PATH = '/v1/models';

/** Anthropic's clients say which version of its API they speak; no other client does. */
export const isAnthropicClient = ({ headers }: Pick<Exchange['request'], 'headers'>): boolean =>
  headers['anthropic-version'] !== undefined;

export type ModelListDependencies = {
  readonly catalogue: CatalogueReader;
  /** Saved routes. */
  readonly routes: Pick<RouteBook, 'all'>;
};

/** Something that `model` may name. */
type Entry = {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly since: Date;
};

const OURS = 'modelgraph';

const offeringsIn = (catalogue: Catalogue): readonly Entry[] =>
  catalogue.offerings
    .filter((offering) => catalogue.isOn(offering))
    .map(({ id, modelSlug, provenance }) => ({
      id,
      name: catalogue.model(modelSlug)?.name ?? id,
      owner: modelSlug.split('/', 1)[0] ?? '',
      since: provenance.observedAt,
    }));

const entriesOf = ({ catalogue, routes }: ModelListDependencies): readonly Entry[] => [
  ...offeringsIn(catalogue.current()),
  ...routes.all().map(({ name, policy, savedAt }) => ({
    id: `route:${name}`,
    name: policy.description ?? name,
    owner: OURS,
    since: savedAt,
  })),
];

const openAiModel = ({ id, owner, since }: Entry): JsonObject => ({
  id,
  object: 'model',
  created: Math.floor(since.getTime() / 1_000),
  owned_by: owner,
});

const anthropicModel = ({ id, name, since }: Entry): JsonObject => ({
  type: 'model',
  id,
  display_name: name,
  created_at: since.toISOString(),
});

/**
 * `GET /v1/models`: the offerings that can be called and the saved routes, by ids that every `model` takes; in the shape
 * of the client's family.
 */
export const listModels = (exchange: Exchange, deps: ModelListDependencies): void => {
  const entries = entriesOf(deps);
  const body: JsonObject = isAnthropicClient(exchange.request)
    ? {
        data: entries.map(anthropicModel),
        has_more: false,
        first_id: entries[0]?.id ?? null,
        last_id: entries.at(-1)?.id ?? null,
      }
    : { object: 'list', data: entries.map(openAiModel) };
  sendJson(exchange.response, 200, body);
};

/** `GET /v1/models/<id>`. Throws RestProblem where it is not there. */
export const sendModel = (exchange: Exchange, id: string, deps: ModelListDependencies): void => {
  const entry = entriesOf(deps).find((each) => each.id === id);
  if (entry === undefined)
    throw new RestProblem({
      kind: 'NOT_FOUND',
      code: 'model_not_found',
      message: `Nothing that can be called has the id "${id.slice(0, 200)}". GET ${MODELS_PATH} lists what can be.`,
      param: 'model',
    });
  const model = isAnthropicClient(exchange.request) ? anthropicModel(entry) : openAiModel(entry);
  sendJson(exchange.response, 200, model);
};
