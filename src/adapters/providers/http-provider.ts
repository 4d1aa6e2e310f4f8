import { failureOf } from '../../domain/failure.ts';
import type { Dialect } from '../../domain/provider.ts';
import type { Provider } from '../../ports/provider.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import type { OperationCodecs } from '../../wire/operation-codec.ts';
import { HttpCompletion } from './http-completion.ts';
import { createHttpConnection, type HttpConnectionOptions } from './http-connection.ts';
import { createModelLister } from './http-models.ts';
import { createHttpOperations } from './http-operation.ts';

export type HttpProviderOptions = HttpConnectionOptions & {
  /**
   * The dialect as it is spoken for a model; `wanted`, where that is spoken for it as well. Errors of operations are the
   * dialect's, too.
   */
  readonly codecFor: (providerModelId: string, wanted?: Dialect) => UpstreamCodec;
  /** What it can do besides completions. Default: nothing. */
  readonly operations?: OperationCodecs;
  /** False: it has no language models. Default true. */
  readonly completes?: boolean;
  /** Path of its list of models under the base URL; absent: that of the dialect. `none`: it has no list. */
  readonly modelsPath?: string | 'none';
};

const NO_MODELS = failureOf('UNSUPPORTED', 'This provider has no language models.');

/**
 * A provider behind HTTP, in the dialect of `codecFor`. Throws only here, if `settings.baseUrl` is no URL.
 */
export const createHttpProvider = (options: HttpProviderOptions): Provider => {
  const { settings, codecFor, log, clock, completes = true } = options;
  const { id } = settings;
  const connection = createHttpConnection(options);
  const completion = { id, connection, codecFor, log };
  const refusal = completes ? undefined : NO_MODELS;
  return {
    id,
    host: connection.host,
    completes,
    unsupported: (providerModelId, request, dialect) =>
      codecFor(providerModelId, dialect).unsupported(providerModelId, request, dialect !== undefined),
    dialectOf: (providerModelId, wanted) => codecFor(providerModelId, wanted).dialect,
    makesChoices: (providerModelId, client) =>
      codecFor(providerModelId, client.dialect).makesChoices?.(providerModelId, client) ?? true,
    operations: createHttpOperations(options.operations ?? {}, { connection, codecFor, log, id }),
    listModels: createModelLister({
      connection,
      dialect: settings.dialect ?? 'openai',
      codec: codecFor(''),
      clock,
      ...(options.modelsPath !== undefined && { path: options.modelsPath }),
    }),
    complete(call, sink) {
      const completing = new HttpCompletion(completion, call, sink);
      queueMicrotask(() => completing.begin(refusal));
      return completing;
    },
  };
};
