import { createSystemClock } from '../../../src/adapters/clock.ts';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import type { KnownProvider } from '../../../src/adapters/providers/known-provider.ts';
import { fillBaseUrl } from '../../../src/adapters/providers/provider-variables.ts';
import { connectProvider } from '../../../src/adapters/providers/registry.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { vertexServiceAccount, vertexToken } from '../../fixtures/upstream/vertex.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

export type KnownConnections = {
  /** Through its entry in the registry, at its own path of the upstream's address. */
  connect(known: KnownProvider, upstream: Upstream): Promise<Provider>;
  close(): Promise<void>;
};

const valuesOf = (known: KnownProvider) =>
  Object.fromEntries((known.variables ?? []).map((variable) => [variable.name, variable.default ?? 'mine']));

/** The path of a provider's base URL. */
export const basePathOf = (known: KnownProvider): string =>
  new URL(fillBaseUrl(known.baseUrl, valuesOf(known))).pathname.replace(/\/$/, '');

/** Connects known providers, with `key` as their key, or as the token that their credentials are exchanged for. */
export const startConnections = async (key: string): Promise<KnownConnections> => {
  const dispatcher = createDispatcher();
  const tokens = await startUpstream();
  tokens.respond(() => vertexToken(key));
  const account = new Secret(vertexServiceAccount(`${tokens.url}/token`));
  return {
    connect: (known, upstream) =>
      connectProvider(
        {
          id: known.id,
          variables: valuesOf(known),
          baseUrl: `${upstream.url}${basePathOf(known)}`,
          ...(known.id === 'vertex'
            ? { secrets: { GOOGLE_SERVICE_ACCOUNT_JSON: account } }
            : { apiKey: new Secret(key) }),
        },
        { dispatcher, log: recordedLog(), clock: createSystemClock() },
      ),
    async close() {
      await dispatcher.destroy();
      await tokens.close();
    },
  };
};
