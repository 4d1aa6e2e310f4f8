import { asProviderId, type ProviderId } from '../../domain/ids.ts';
import { OPERATION_KINDS } from '../../domain/operation.ts';
import type { ProviderInfo, ProviderStatus } from '../../domain/provider.ts';
import type { DeclaredOffering, ProviderEntry } from '../../domain/provider-settings.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Provider } from '../../ports/provider.ts';
import type { KnownProvider, ProviderDependencies } from './known-provider.ts';
import { discoverOllama } from './ollama.ts';
import { connectProvider, KNOWN_PROVIDERS, knownProvider } from './registry.ts';
import { createSandboxProvider, SANDBOX, SANDBOX_OFFERINGS } from './sandbox.ts';

/** A provider as the catalogue lists it. */
export type ListedProvider = {
  readonly info: ProviderInfo;
  readonly seedId?: string;
  readonly declared: readonly DeclaredOffering[];
};

export type ConfiguredProviders = {
  /** In the order of configuration: the operator's, then known ones, the sandbox last. Those that are off too. */
  readonly listed: readonly ListedProvider[];
  /** Those that are on. */
  readonly connected: ReadonlyMap<ProviderId, Provider>;
};

/** Reads a credential from the environment. */
export type ReadSecret = (variable: string) => Secret | undefined;

const ON: ProviderStatus = { kind: 'ON' };
const off = (reason: string): ProviderStatus => ({ kind: 'OFF', reason });

type Found = { readonly listed: ListedProvider; readonly provider?: Provider };

/** An entry that names variables of its own means these, set or not: no other key may go to its address. */
const keyFor = (known: KnownProvider | undefined, entry: ProviderEntry | undefined, read: ReadSecret) =>
  entry !== undefined && entry.missingVariables.length > 0
    ? undefined
    : (entry?.apiKey ?? known?.keyVariables.map(read).find((secret) => secret !== undefined));

/** What is still missing for the provider to be called; undefined if nothing is. */
const whatIsMissing = (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  key: Secret | undefined,
): string | undefined => {
  if (known === undefined && entry?.dialect === undefined) {
    return 'not a known provider: give it a dialect (openai, anthropic or gemini) in the config file';
  }
  if (known === undefined && entry?.baseUrl === undefined) return 'give it a baseUrl in the config file';
  if (key !== undefined) return undefined;
  const missing = entry?.missingVariables ?? [];
  if (missing.length > 0) return `set ${missing.join(' and ')}`;
  const needsKey = known !== undefined && known.keyVariables.length > 0 && entry?.baseUrl === undefined;
  return needsKey ? `set ${known.keyVariables.join(' or ')}` : undefined;
};

/** What can be asked of it: as its adapter says where it is connected, else as is known of it. */
const abilitiesOf = (
  known: KnownProvider | undefined,
  provider: Provider | undefined,
): Pick<ProviderInfo, 'completes' | 'operations'> => {
  const api = known?.api;
  const named = api?.kind === 'LIBRARY' && provider === undefined ? api : undefined;
  const offered = provider?.operations ?? (api?.kind === 'DIALECT' ? api.operations : {});
  return {
    completes: provider?.completes ?? named?.completes ?? true,
    operations: OPERATION_KINDS.filter((kind) => named?.operations.includes(kind) ?? kind in offered),
  };
};

const find = async (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  read: ReadSecret,
  dependencies: ProviderDependencies,
): Promise<Found> => {
  const id = known?.id ?? asProviderId(entry?.id ?? '');
  const key = keyFor(known, entry, read);
  const dialect = entry?.dialect ?? (known?.api.kind === 'DIALECT' ? known.api.dialect : undefined);
  const baseUrl = entry?.baseUrl ?? known?.baseUrl;
  const region = entry?.region ?? known?.region;
  const listed = (
    status: ProviderStatus,
    more: readonly DeclaredOffering[] = [],
    provider?: Provider,
  ): ListedProvider => ({
    info: {
      ...abilitiesOf(known, provider),
      id,
      name: entry?.name ?? known?.name ?? id,
      kind: known?.kind ?? 'RELAY',
      status,
      ...(region !== undefined && { region }),
      ...(known?.docsUrl !== undefined && { docsUrl: known.docsUrl }),
    },
    ...(known?.seedId !== undefined && { seedId: known.seedId }),
    declared: [...more, ...(entry?.models ?? [])],
  });

  const missing = whatIsMissing(known, entry, key);
  if (missing !== undefined || dialect === undefined || baseUrl === undefined) {
    return { listed: listed(off(missing ?? 'give it a dialect and a baseUrl in the config file')) };
  }
  let local: readonly DeclaredOffering[] = [];
  if (known?.id === 'ollama') {
    const names = await discoverOllama(baseUrl, dependencies.dispatcher);
    if (names === undefined) {
      return {
        listed: listed(off(`nothing answers at ${new URL(baseUrl).host}: start Ollama, then this server`)),
      };
    }
    local = names.map((providerModelId) => ({ providerModelId, billing: 'FREE' }));
  }
  const settings = { id, dialect, baseUrl, ...(key !== undefined && { apiKey: key }) };
  const provider = await connectProvider(settings, dependencies);
  return { listed: listed(ON, local, provider), provider };
};

/** Two names of one provider would be two providers of one id. */
const refuseClashes = (entries: readonly ProviderEntry[]): void => {
  const names = new Map<string, string>();
  for (const { id: name } of entries) {
    const id = knownProvider(name)?.id ?? name;
    if (id === SANDBOX.id)
      throw new Error(`providers: "${name}" is built in. Give this provider another id.`);
    const earlier = names.get(id);
    if (earlier !== undefined) {
      throw new Error(`providers: "${earlier}" and "${name}" are one provider. List it once.`);
    }
    names.set(id, name);
  }
};

/**
 * Joins what is known of providers with what the operator set, and connects those that have what they need.
 * Rejects, with a message for a person, where entries clash.
 */
export const configureProviders = async (
  entries: readonly ProviderEntry[],
  read: ReadSecret,
  dependencies: ProviderDependencies,
): Promise<ConfiguredProviders> => {
  refuseClashes(entries);
  const named = new Set(entries.map((entry) => knownProvider(entry.id)?.id));
  const found = await Promise.all([
    ...entries.map((entry) => find(knownProvider(entry.id), entry, read, dependencies)),
    ...KNOWN_PROVIDERS.filter((known) => !named.has(known.id)).map((known) =>
      find(known, undefined, read, dependencies),
    ),
  ]);
  const sandbox = createSandboxProvider(dependencies.clock);
  const providers = found.flatMap(({ provider }) => (provider === undefined ? [] : [provider]));
  return {
    listed: [...found.map(({ listed }) => listed), { info: SANDBOX, declared: SANDBOX_OFFERINGS }],
    connected: new Map([...providers, sandbox].map((provider) => [provider.id, provider])),
  };
};
