import { type Failure, failureOf } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import type { Dialect } from '../../domain/provider.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ModelList, Provider } from '../../ports/provider.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import { textAt } from '../../wire/json-reading.ts';
import { CANCELLED, createHalt, type Halt } from './halt.ts';
import type { HttpConnection } from './http-connection.ts';
import { askWhole } from './whole-answer.ts';

/** How long a list of models may take, all of its pages together. */
const MODEL_LIST_TIMEOUT_MS = 10_000;
/** Most pages that are read of a list. */
const MOST_PAGES = 5;

type Options = {
  readonly connection: HttpConnection;
  readonly dialect: Dialect;
  /** Under the base URL; absent: that of the dialect. `none`: the provider has no list. */
  readonly path?: string | 'none';
  /** Whose credentials and errors are those of the list. */
  readonly codec: UpstreamCodec;
  readonly clock: Clock;
};

const usualPath = (dialect: Dialect): string => {
  switch (dialect) {
    case 'openai':
    case 'openai-responses':
      return '/models';
    case 'anthropic':
      return '/v1/models?limit=1000';
    case 'gemini':
      return '/v1beta/models?pageSize=1000';
  }
};

const headersOf = (dialect: Dialect): { readonly [name: string]: string } =>
  dialect === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};

const idOf = (model: JsonValue): string | undefined => {
  if (typeof model === 'string') return model;
  if (!isJsonObject(model)) return undefined;
  return textAt(model, 'id') ?? textAt(model, 'name')?.replace(/^models\//, '');
};

/** `{data: […]}`, `{models: […]}`, or the bare list. */
const modelsIn = (page: JsonValue | undefined): readonly JsonValue[] | undefined => {
  const list = isJsonObject(page) ? (page.data ?? page.models) : page;
  return Array.isArray(list) ? list : undefined;
};

/** The parameter that asks for the page after this one; undefined at the end. */
const nextPage = (page: JsonObject): readonly [name: string, value: string] | undefined => {
  const token = textAt(page, 'nextPageToken');
  if (token !== undefined) return ['pageToken', token];
  const last = page.has_more === true ? textAt(page, 'last_id') : undefined;
  return last === undefined ? undefined : ['after_id', last];
};

const withParameter = (path: string, [name, value]: readonly [string, string]): string =>
  `${path}${path.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;

type Page =
  | { readonly kind: 'PAGE'; readonly ids: readonly string[]; readonly next?: readonly [string, string] }
  | { readonly kind: 'FAILED'; readonly failure: Failure };

const pageOf = (text: string): Page | undefined => {
  const page = parseJson(text);
  const models = modelsIn(page);
  if (models === undefined) return undefined;
  const next = isJsonObject(page) ? nextPage(page) : undefined;
  const ids = models.flatMap((model) => idOf(model) ?? []);
  return { kind: 'PAGE', ids, ...(next !== undefined && { next }) };
};

/** Lists what a provider says it serves: in its order, each name once, of at most a few pages. */
export const createModelLister = (options: Options): Provider['listModels'] => {
  const { connection, dialect, codec, clock } = options;
  const path = options.path ?? usualPath(dialect);
  if (path === 'none') return async () => ({ kind: 'NOT_OFFERED' });
  const { host } = connection;
  const failed = (failure: Failure) => ({ kind: 'FAILED', failure: connection.mask(failure) }) as const;

  const readPage = async (address: string, halt: Halt): Promise<Page> => {
    const answer = await askWhole(
      connection,
      { method: 'GET', path: address, headers: headersOf(dialect), accept: 'application/json' },
      codec,
      halt,
    );
    if (answer.kind === 'FAILED') {
      const { status, failure } = answer;
      if (status === 404 || status === 405)
        return failed(
          failureOf('INVALID_REQUEST', `${host} has no list of models at ${address}.`, { status }),
        );
      return failed(
        failure.code === 'TRUNCATED'
          ? failureOf(
              'SERVER_ERROR',
              `${host} sent no list of models.`,
              status === undefined ? {} : { status },
            )
          : failure,
      );
    }
    const page = pageOf(new TextDecoder().decode(answer.bytes));
    return (
      page ?? failed(failureOf('SERVER_ERROR', `${host} sent no list of models.`, { status: answer.status }))
    );
  };

  const readAll = async (halt: Halt): Promise<ModelList> => {
    const ids = new Set<string>();
    let address = path;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page = await readPage(address, halt);
      if (page.kind === 'FAILED') return failed(page.failure);
      for (const id of page.ids) ids.add(id);
      if (page.next === undefined) break;
      address = withParameter(path, page.next);
    }
    return { kind: 'LISTED', ids: [...ids] };
  };

  return async (signal) => {
    const halt = createHalt(signal);
    const cancelTimer = clock.after(MODEL_LIST_TIMEOUT_MS, () =>
      halt.stop(failureOf('TIMEOUT', `${host} sent no list within ${MODEL_LIST_TIMEOUT_MS} ms.`)),
    );
    try {
      return await readAll(halt);
    } finally {
      cancelTimer();
      halt.stop(CANCELLED);
    }
  };
};
