import type { Dispatcher } from 'undici';
import { createDispatcher } from '../../../../src/adapters/providers/dispatcher.ts';
import type { KnownProvider } from '../../../../src/adapters/providers/known-provider.ts';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import type { OperationKind, OperationRequests } from '../../../../src/domain/operation.ts';
import type { ProviderEvent } from '../../../../src/domain/provider-event.ts';
import type { ProviderSettings } from '../../../../src/domain/provider-settings.ts';
import { Secret } from '../../../../src/domain/secret.ts';
import type { OperationOutcome, Provider } from '../../../../src/ports/provider.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { providerEvents } from '../../../support/provider-events.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';

export const KEY = 'a-key-that-nobody-may-see';

export type Connected = {
  readonly upstream: Upstream;
  readonly provider: Provider;
  readonly clock: FakeClock;
  /** All the events of one call. */
  complete(
    model: string,
    request?: Partial<CompletionRequest>,
    stream?: boolean,
  ): Promise<readonly ProviderEvent[]>;
  perform<Kind extends OperationKind>(
    kind: Kind,
    model: string,
    request: OperationRequests[Kind],
    signal?: AbortSignal,
  ): Promise<OperationOutcome<Kind>>;
  close(): Promise<void>;
};

const REQUEST: CompletionRequest = {
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say something.' }] }],
  tools: [],
};

/** A known provider that is reached through a package, with a local upstream in the provider's place. */
export const connected = async (
  known: KnownProvider,
  settings: Partial<ProviderSettings> & { readonly path?: string } = {},
): Promise<Connected> => {
  const upstream = await startUpstream();
  const dispatcher: Dispatcher = createDispatcher();
  const clock = createFakeClock();
  if (known.api.kind !== 'LIBRARY') throw new Error(`${known.id} is not reached through a package`);
  const { path = '', ...more } = settings;
  const provider = await known.api.connect(
    { id: known.id, baseUrl: upstream.url + path, apiKey: new Secret(KEY), ...more },
    { dispatcher, clock, log: recordedLog() },
  );
  return {
    upstream,
    provider,
    clock,
    async complete(model, request = {}, stream = true) {
      const events: ProviderEvent[] = [];
      const call = {
        providerModelId: model,
        request: { ...REQUEST, ...request },
        stream,
      };
      for await (const event of providerEvents(provider, call, new AbortController().signal))
        events.push(event);
      return events;
    },
    perform(kind, model, request, signal = new AbortController().signal) {
      const adapter = provider.operations[kind];
      if (adapter === undefined) throw new Error(`${known.id} does not do ${kind}`);
      return adapter.perform({ providerModelId: model, request }, signal);
    },
    async close() {
      await dispatcher.destroy();
      await upstream.close();
    },
  };
};
