import { asProviderId, type ProviderId } from '../../domain/ids.ts';
import { OPERATION_KINDS } from '../../domain/operation.ts';
import {
  DIALECTS,
  type ProviderInfo,
  type ProviderStatus,
  type UnknownModels,
} from '../../domain/provider.ts';
import { regionsAsConfigured, regionsOfProvider } from '../../domain/provider-regions.ts';
import type { DeclaredOffering, ProviderEntry, ProviderSettings } from '../../domain/provider-settings.ts';
import type { ProxyChoice } from '../../domain/proxy.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Provider } from '../../ports/provider.ts';
import type { KnownProvider, ProviderDependencies } from './known-provider.ts';
import { discoverLocalModels } from './local-discovery.ts';
import { fillBaseUrl, type Variables, variablesOf } from './provider-variables.ts';
import { connectProvider, KNOWN_PROVIDERS, knownProvider } from './registry.ts';
import { createSandboxProvider, SANDBOX, SANDBOX_OFFERINGS } from './sandbox.ts';

/** A provider as the catalogue lists it. */
export type ListedProvider = {
  readonly info: ProviderInfo;
  readonly seedId?: string;
  readonly serves?: (providerModelId: string) => boolean;
  readonly declared: readonly DeclaredOffering[];
};

export type ConfiguredProviders = {
  /** In the order of configuration: the operator's, then known ones, the sandbox last. Those that are off too. */
  readonly listed: readonly ListedProvider[];
  /** Ids of those that the configuration names. */
  readonly named: ReadonlySet<ProviderId>;
  /** Those that are on. */
  readonly connected: ReadonlyMap<ProviderId, Provider>;
  /** Where those are called. */
  readonly addresses: ReadonlyMap<ProviderId, URL>;
  /** The proxies of those that are not called as all else is. */
  readonly proxies: ReadonlyMap<ProviderId, ProxyChoice>;
};

/**
 * Whether one is on that work can be given to. The sandbox, which always is, counts where the configuration names no
 * provider: who names some wants them, not made-up answers.
 */
export const hasProvider = ({
  connected,
  named,
}: Pick<ConfiguredProviders, 'connected' | 'named'>): boolean =>
  named.size === 0 || [...connected.keys()].some((id) => id !== SANDBOX.id);

/** The environment: credentials, and values that are none. Undefined where nothing is set. */
export type ReadEnvironment = {
  secret(variable: string): Secret | undefined;
  variable(name: string): string | undefined;
  /** What becomes of unlisted models at providers whose entry does not say; absent: PASS. */
  readonly unknownModels?: UnknownModels;
};

const ON: ProviderStatus = { kind: 'ON' };
const off = (reason: string): ProviderStatus => ({ kind: 'OFF', reason });

type Found = {
  readonly listed: ListedProvider;
  readonly connected?: {
    readonly provider: Provider;
    readonly address: URL;
    readonly proxy: ProxyChoice | undefined;
  };
};

/** An entry that names variables of its own means these, set or not: no other key may go to its address. */
const keyFor = (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  environment: ReadEnvironment,
): Secret | undefined =>
  entry !== undefined && entry.missingVariables.length > 0
    ? undefined
    : (entry?.apiKey ??
      known?.keyVariables.map((name) => environment.secret(name)).find((secret) => secret !== undefined));

type Secrets = { readonly [name: string]: Secret };

/** Credentials in place of a key; as with keys, an entry that names variables of its own means these. */
const secretsFor = (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  environment: ReadEnvironment,
): Secrets | undefined => {
  if (entry !== undefined && entry.missingVariables.length > 0) return undefined;
  for (const { required, optional = [] } of known?.credentialSets ?? []) {
    const found = [...required, ...optional].flatMap((name) => {
      const secret = environment.secret(name);
      return secret === undefined ? [] : [[name, secret] as const];
    });
    const secrets = Object.fromEntries(found);
    if (required.every((name) => secrets[name] !== undefined)) return secrets;
  }
  return undefined;
};

const DIALECT_LIST = `${DIALECTS.slice(0, -1).join(', ')} or ${DIALECTS.at(-1)}`;

/** What has to be set for there to be a key. */
const missingKey = (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  credential: Secret | Secrets | undefined,
): readonly string[] => {
  if (credential !== undefined) return [];
  const named = entry?.missingVariables ?? [];
  if (named.length > 0) return named;
  const needsKey = known !== undefined && known.keyVariables.length > 0 && entry?.baseUrl === undefined;
  const sets = (known?.credentialSets ?? []).map(({ required }) => required.join(' with '));
  return needsKey ? [[...known.keyVariables, ...sets].join(' or ')] : [];
};

/** What is still missing for the provider to be called; undefined if nothing is. */
const whatIsMissing = (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  credential: Secret | Secrets | undefined,
  variables: Variables,
): string | undefined => {
  if (known === undefined && entry?.dialect === undefined) {
    return `not a known provider: give it a dialect (${DIALECT_LIST}) in the config file`;
  }
  if (known === undefined && entry?.baseUrl === undefined) return 'give it a baseUrl in the config file';
  const missing = [
    ...missingKey(known, entry, credential),
    ...(variables.kind === 'MISSING' ? variables.names : []),
  ];
  const isChoice = missing.some((names) => names.includes(' or '));
  if (missing.length > 0) return `set ${missing.join(isChoice ? ', and ' : ' and ')}`;
  return variables.kind === 'REFUSED' ? variables.problem : undefined;
};

/** What can be asked of it: as its adapter says where it is connected, else as is known of it. */
const abilitiesOf = (
  known: KnownProvider | undefined,
  provider: Provider | undefined,
): Pick<ProviderInfo, 'completes' | 'operations'> => {
  if (provider !== undefined) {
    const { completes, operations } = provider;
    return { completes, operations: OPERATION_KINDS.filter((kind) => operations[kind] !== undefined) };
  }
  return {
    completes: known?.api.completes ?? true,
    operations: known === undefined ? [] : operationsOf(known),
  };
};

/** What a known provider can do besides completions, in the order of OPERATION_KINDS. */
export const operationsOf = ({ api }: KnownProvider): readonly (typeof OPERATION_KINDS)[number][] =>
  OPERATION_KINDS.filter((kind) =>
    api.kind === 'LIBRARY' ? api.operations.includes(kind) : api.operations[kind] !== undefined,
  );

/** Undefined if requests may be served in several places, or here. */
const onlyPlace = (regions: readonly string[]): string | undefined => {
  const [only, ...others] = regions;
  return others.length > 0 || only === 'global' || only === 'local' ? undefined : only;
};

/**
 * The proxy that a provider is called through: its own, none for servers of the operator's own network, else undefined:
 * as for all that is called.
 */
const proxyChoiceOf = (
  known: Pick<KnownProvider, 'kind'> | undefined,
  entry: Pick<ProviderEntry, 'proxy'> | undefined,
): ProxyChoice | undefined => entry?.proxy ?? (known?.kind === 'LOCAL' ? 'NONE' : undefined);

const find = async (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  environment: ReadEnvironment,
  shared: ProviderDependencies | undefined,
): Promise<Found> => {
  const proxy = proxyChoiceOf(known, entry);
  const dependencies = shared && {
    ...shared,
    dispatcher: shared.dispatcherFor?.(proxy) ?? shared.dispatcher,
  };
  const id = known?.id ?? asProviderId(entry?.id ?? '');
  const key = keyFor(known, entry, environment);
  const secrets = key === undefined ? secretsFor(known, entry, environment) : undefined;
  const unknownModels = entry?.unknownModels ?? environment.unknownModels;
  const variables = variablesOf(known, entry, (name) => environment.variable(name));
  const values = variables.kind === 'FOUND' ? variables.values : {};
  const baseUrl = entry?.baseUrl ?? fillBaseUrl(known?.baseUrl ?? '', values);
  const regions = regionsAsConfigured(id, { region: entry?.region, baseUrl, variables: values });
  const region = entry?.region ?? onlyPlace(regions) ?? known?.region;
  const regionsUrl = regionsOfProvider(id)?.sourceUrl;
  const listed = (
    status: ProviderStatus,
    local: readonly DeclaredOffering[] = [],
    provider?: Provider,
  ): ListedProvider => ({
    info: {
      ...abilitiesOf(known, provider),
      id,
      name: entry?.name ?? known?.name ?? id,
      kind: known?.kind ?? 'RELAY',
      status,
      ...(region !== undefined && { region }),
      ...(regions.length > 0 && { regions }),
      ...(regionsUrl !== undefined && { regionsUrl }),
      ...(known?.docsUrl !== undefined && { docsUrl: known.docsUrl }),
      ...(unknownModels !== undefined && { unknownModels }),
    },
    ...(known?.seedId !== undefined && { seedId: known.seedId }),
    ...(known?.serves !== undefined && { serves: known.serves }),
    declared: [
      ...[...(known?.offerings ?? []), ...local].map((own) => ({ ...own, isProvidersName: true })),
      ...(entry?.models ?? []),
    ],
  });

  const missing = whatIsMissing(known, entry, key ?? secrets, variables);
  if (missing !== undefined) return { listed: listed(off(missing)) };

  if (dependencies === undefined) {
    const unseen = known?.local !== undefined && entry === undefined;
    return { listed: listed(unseen ? off(`whether ${known.name} runs here was not looked at`) : ON) };
  }

  let local: readonly DeclaredOffering[] = [];
  if (known?.local !== undefined) {
    const names = await discoverLocalModels(
      known.local,
      baseUrl,
      dependencies.dispatcher,
      key === undefined ? {} : { apiKey: key },
    );
    if (names === undefined) {
      const { host } = new URL(baseUrl);
      return {
        listed: listed({
          kind: 'OFF',
          reason: `no ${known.name} answers: start it, then this server`,
          inFull: `no ${known.name} answers at ${host}: start it, then this server`,
        }),
      };
    }
    local = names.map((providerModelId) => ({ providerModelId, billing: 'FREE' }));
  }
  const settings: ProviderSettings = {
    id,
    baseUrl,
    variables: values,
    ...(entry?.dialect !== undefined && { dialect: entry.dialect }),
    ...(entry?.quirks !== undefined && { quirks: entry.quirks }),
    ...(key !== undefined && { apiKey: key }),
    ...(secrets !== undefined && { secrets }),
  };
  const provider = await connectProvider(settings, dependencies);
  return { listed: listed(ON, local, provider), connected: { provider, address: new URL(baseUrl), proxy } };
};

/** The id that an entry's name, which may be an alias, stands for. */
export const idOf = ({ id }: Pick<ProviderEntry, 'id'>): ProviderId =>
  knownProvider(id)?.id ?? asProviderId(id);

/** Two names of one provider would be two providers of one id. */
const refuseClashes = (entries: readonly ProviderEntry[]): void => {
  const names = new Map<string, string>();
  for (const entry of entries) {
    const { id: name } = entry;
    const id = idOf(entry);
    if (id === SANDBOX.id)
      throw new Error(`providers: "${name}" is built in. Give this provider another id.`);
    const earlier = names.get(id);
    if (earlier !== undefined) {
      throw new Error(`providers: "${earlier}" and "${name}" are one provider. List it once.`);
    }
    names.set(id, name);
  }
};

/** A misspelt name would leave a default in force, e.g. another region. */
const refuseStrangeVariables = (entries: readonly ProviderEntry[]): void => {
  for (const { id, variables = {} } of entries) {
    const names = (knownProvider(id)?.variables ?? []).map(({ name }) => name);
    const stranger = Object.keys(variables).find((name) => !names.includes(name));
    if (stranger === undefined) continue;
    const taken = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;
    throw new Error(`providers: "${id}" has no variable ${stranger}; ${taken}.`);
  }
};

/** Of known providers it is known how they differ; other dialects differ in other ways. */
const refuseIdleQuirks = (entries: readonly ProviderEntry[]): void => {
  for (const { id, dialect, quirks } of entries) {
    if (quirks === undefined) continue;
    if (knownProvider(id) !== undefined)
      throw new Error(
        `providers: "${id}" is a known provider: \`quirks\` are for others. Give it another id.`,
      );
    if (dialect !== 'openai')
      throw new Error(`providers: "${id}" has \`quirks\`, which are for the dialect openai alone.`);
  }
};

/** Those that the configuration names, then the other known ones. Without dependencies none is connected or looked for. */
const findAll = async (
  entries: readonly ProviderEntry[],
  environment: ReadEnvironment,
  dependencies: ProviderDependencies | undefined,
): Promise<readonly Found[]> => {
  refuseClashes(entries);
  refuseStrangeVariables(entries);
  refuseIdleQuirks(entries);
  const named = new Set(entries.map(idOf));
  return Promise.all([
    ...entries.map((entry) => find(knownProvider(entry.id), entry, environment, dependencies)),
    ...KNOWN_PROVIDERS.filter((known) => !named.has(known.id)).map((known) =>
      find(known, undefined, environment, dependencies),
    ),
  ]);
};

const listOf = (found: readonly Found[]): readonly ListedProvider[] => [
  ...found.map(({ listed }) => listed),
  { info: SANDBOX, declared: SANDBOX_OFFERINGS },
];

/**
 * What `configureProviders` lists, for commands that call nobody: nothing is connected, and servers on this machine are
 * not looked for. Rejects likewise.
 */
export const listProviders = async (
  entries: readonly ProviderEntry[],
  environment: ReadEnvironment,
): Promise<readonly ListedProvider[]> => listOf(await findAll(entries, environment, undefined));

/**
 * Joins what is known of providers with what the operator set, and connects those that have what they need.
 * Rejects, with a message for a person, where entries clash or set what there is not.
 */
export const configureProviders = async (
  entries: readonly ProviderEntry[],
  environment: ReadEnvironment,
  dependencies: ProviderDependencies,
): Promise<ConfiguredProviders> => {
  const found = await findAll(entries, environment, dependencies);
  const sandbox = createSandboxProvider(dependencies.clock);
  const connected = found.flatMap((each) => each.connected ?? []);
  return {
    listed: listOf(found),
    named: new Set(entries.map(idOf)),
    connected: new Map(
      [...connected.map(({ provider }) => provider), sandbox].map((provider) => [provider.id, provider]),
    ),
    addresses: new Map(connected.map(({ provider, address }) => [provider.id, address])),
    proxies: new Map(
      connected.flatMap(({ provider, proxy }) => (proxy === undefined ? [] : [[provider.id, proxy]])),
    ),
  };
};
