import type { Dispatcher } from 'undici';
import type { ProviderId } from '../../domain/ids.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { Dialect, ProviderKind } from '../../domain/provider.ts';
import type { DeclaredOffering, ProviderSettings } from '../../domain/provider-settings.ts';
import type { ProxyChoice } from '../../domain/proxy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Provider } from '../../ports/provider.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import type { OperationCodecs } from '../../wire/operation-codec.ts';
import type { ToolNameForm } from '../../wire/tool-names.ts';

export type ProviderDependencies = {
  readonly dispatcher: Dispatcher;
  /** The dispatcher of a provider by the proxy that it is to be called through; absent: `dispatcher` for all. */
  readonly dispatcherFor?: (proxy: ProxyChoice | undefined) => Dispatcher;
  readonly log: Log;
  readonly clock: Clock;
};

/** Over HTTP, by codecs of our own. */
export type DialectApi = {
  readonly kind: 'DIALECT';
  readonly dialect: Dialect;
  /** False: it has no language models. Absent: it has. */
  readonly completes?: boolean;
  /** The dialect as this provider speaks it for a model. */
  codec(providerModelId: string): UpstreamCodec;
  /** For providers that `codec` calls in several dialects: the one of a dialect that the operator insists on. */
  readonly codecs?: { readonly [D in Dialect]?: UpstreamCodec };
  /** Whether it takes a client's own request for a model in this other dialect of `codecs`, too. Absent: it does not. */
  alsoSpeaks?(providerModelId: string, dialect: Dialect): boolean;
  /** Which names of tools it takes. Absent: 64 letters, digits, _ and -, which all take. */
  readonly toolNames?: ToolNameForm;
  /** What it can do besides completions. */
  readonly operations: OperationCodecs;
  /** Path of its list of models under the base URL; absent: that of the dialect. `none`: it has no list. */
  readonly modelsPath?: string | 'none';
};

/** Through a library, which is only loaded where the provider is on. */
export type LibraryApi = {
  readonly kind: 'LIBRARY';
  readonly completes: boolean;
  /** Which operations the provider that `connect` gives has. */
  readonly operations: readonly OperationKind[];
  /** Sends nothing yet. */
  connect(settings: ProviderSettings, dependencies: ProviderDependencies): Promise<Provider>;
};

/** A value that is part of a provider's address or account and no secret, e.g. a region. */
export type ProviderVariable = {
  /** The environment variable. */
  readonly name: string;
  /** Used where it is not set; a variable without one must be set. */
  readonly default?: string;
};

/** Credentials in several parts, which stand in for a key where all that are required are set. */
export type CredentialSet = {
  /** Environment variables. */
  readonly required: readonly string[];
  /** Taken along where they are set. */
  readonly optional?: readonly string[];
};

/** How a server on this machine is told from whatever else may listen on its port. */
export type LocalServer = {
  /** Of its list of models, from the server's root. */
  readonly path: string;
  /** Names of the models in an answer of status 200; undefined where the answer is not this server's. */
  modelsIn(body: unknown): readonly string[] | undefined;
};

/** A provider that needs nothing but a key, because all else is known of it. */
export type KnownProvider = {
  readonly id: ProviderId;
  readonly name: string;
  readonly kind: ProviderKind;
  /**
   * What the provider's own SDK takes; no trailing slash. `{NAME}` stands for one of `variables`, which can only be
   * letters, digits, dashes and underscores.
   */
  readonly baseUrl: string;
  readonly variables?: readonly ProviderVariable[];
  /** Environment variables that may hold the key; the first that is set wins. Empty where none is needed. */
  readonly keyVariables: readonly string[];
  /** What may be set in place of a key; the first that is whole wins, and only where there is no key. */
  readonly credentialSets?: readonly CredentialSet[];
  /** Other ids that people know it by. */
  readonly aliases?: readonly string[];
  /** Id of the provider whose lists are taken for this one where a source does not name it; absent: its own. */
  readonly seedId?: string;
  /** Whether it serves a model that lists state of that provider; absent: all of them. */
  readonly serves?: (providerModelId: string) => boolean;
  readonly docsUrl?: string;
  /** ISO 3166 code or the provider's own word for where it serves from; absent where it serves from many places. */
  readonly region?: string;
  /** Models that the price seed does not know and the provider is used for; unpriced unless an operator says more. */
  readonly offerings?: readonly DeclaredOffering[];
  /** On without a key if it answers at `baseUrl`; its list of models is what it serves, free of charge. */
  readonly local?: LocalServer;
  readonly api: DialectApi | LibraryApi;
};
