import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound, type Outbound } from '../../../src/adapters/outbound.ts';
import {
  type ConfiguredProviders,
  configureProviders,
} from '../../../src/adapters/providers/configure-providers.ts';
import { KNOWN_PROVIDERS } from '../../../src/adapters/providers/registry.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { noProxy } from '../../../src/domain/no-proxy.ts';
import { parseProxy } from '../../../src/domain/proxy.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { vertexServiceAccount } from '../../fixtures/upstream/vertex.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { startProxy, type TestProxy } from '../../support/proxy.ts';
import { recordedLog } from '../../support/recorded-log.ts';

// Nothing of this leaves the machine: the proxy refuses all that it is asked for.

const REMOTE = KNOWN_PROVIDERS.filter(({ kind }) => kind !== 'LOCAL').map(({ id }) => id);
const LOCAL = KNOWN_PROVIDERS.filter(({ kind }) => kind === 'LOCAL').map(({ id }) => id);

let proxy: TestProxy;
let outbound: Outbound;
let providers: ConfiguredProviders;
beforeAll(async () => {
  proxy = await startProxy({ credentials: { user: 'somebody', password: 'else' } });
  const server = parseProxy(proxy.url, 'ALL_PROXY');
  if (typeof server === 'string') throw new Error(server);
  outbound = createOutbound({ http: server, https: server, except: noProxy([]) });
  providers = await configureProviders(
    // A local server's address that is not this machine's.
    LOCAL.map((id) => ({
      id,
      missingVariables: [],
      models: [],
      baseUrl: `http://${id}.example.test:1/v1`,
    })),
    {
      secret: (name) =>
        new Secret(
          name === 'GOOGLE_SERVICE_ACCOUNT_JSON'
            ? vertexServiceAccount('https://oauth2.googleapis.com/token')
            : 'a-key-of-the-test',
        ),
      variable: (name) => (name.includes('CREDENTIALS') || name.includes('LOCATION') ? undefined : 'name'),
    },
    { ...outbound, log: recordedLog(), clock: createFakeClock() },
  );
});
afterAll(async () => {
  await outbound?.destroy();
  await proxy?.close();
});

/** What one call of whatever the provider can do comes to. */
const failureOf = async (provider: Provider): Promise<Failure | undefined> => {
  const { signal } = new AbortController();
  if (provider.completes) {
    const call = {
      providerModelId: 'a-model',
      request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
      stream: true,
    } as const;
    for await (const event of providerEvents(provider, call, signal))
      if (event.type === 'failed') return event.failure;
    return undefined;
  }
  const { EMBEDDING, SPEECH } = provider.operations;
  const asked = { providerModelId: 'a-model' };
  const outcome =
    EMBEDDING === undefined
      ? await SPEECH?.perform({ ...asked, request: { text: 'Hi', voice: 'a-voice' } }, signal)
      : await EMBEDDING.perform({ ...asked, request: { inputs: ['Hi'] } }, signal);
  return outcome?.kind === 'FAILED' ? outcome.failure : undefined;
};

describe('behind a proxy', () => {
  it.each(REMOTE)('%s is called through it alone, and is not blamed for its refusal', async (id) => {
    const provider = providers.connected.get(id);
    if (provider === undefined) throw new Error(`${id} is off`);
    const before = proxy.tunnels.length;
    expect(await failureOf(provider)).toMatchObject({
      code: 'PROXY_REFUSED',
      adminMessage: expect.stringContaining(`127.0.0.1:${proxy.port} (ALL_PROXY)`),
    });
    expect(proxy.tunnels.length).toBeGreaterThan(before);
  });

  it('servers of the own network are looked for straight, wherever they are', () => {
    expect(
      [...proxy.tunnels, ...proxy.forwarded].filter((asked) => asked.includes('.example.test:1')),
    ).toEqual([]);
  });
});
