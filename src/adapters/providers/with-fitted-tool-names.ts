import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { OperationAdapters, Provider, ProviderSink } from '../../ports/provider.ts';
import {
  type FittedToolNames,
  fitToolNames,
  hasUnfitTools,
  type ToolNameForm,
} from '../../wire/tool-names.ts';

const restored = (event: ProviderEvent, names: FittedToolNames): ProviderEvent => {
  switch (event.type) {
    case 'toolCallStarted':
    case 'toolCallEnded':
      return { ...event, name: names.restore(event.name) };
    case 'textDelta': {
      const { frame: _theirs, ...delta } = event;
      return delta;
    }
    default:
      return event;
  }
};

/** Gives the answer in the client's names. What it says verbatim holds the provider's, and is left out. */
class RestoringSink implements ProviderSink {
  readonly #sink: ProviderSink;
  readonly #names: FittedToolNames;

  constructor(sink: ProviderSink, names: FittedToolNames) {
    this.#sink = sink;
    this.#names = names;
  }

  event(event: ProviderEvent): void {
    if (event.type !== 'verbatim') this.#sink.event(restored(event, this.#names));
  }

  alive(): void {
    this.#sink.alive();
  }

  broke(error: unknown): void {
    this.#sink.broke(error);
  }
}

const countingFitted = (operations: OperationAdapters, form: ToolNameForm): OperationAdapters => {
  const { TOKEN_COUNT: count } = operations;
  if (count === undefined) return operations;
  return {
    ...operations,
    TOKEN_COUNT: {
      ...count,
      perform(call, signal) {
        const names = fitToolNames(call.request, form);
        return count.perform(
          names === undefined ? call : { ...call, request: names.request(call.request) },
          signal,
        );
      },
    },
  };
};

/**
 * The provider, told of tools by names that it takes and answering in the client's. Nothing is kept between requests: the
 * same name is always written the same way.
 */
export const withFittedToolNames = (provider: Provider, form: ToolNameForm): Provider => ({
  ...provider,
  operations: countingFitted(provider.operations, form),
  // Only an answer that goes back as it came holds several choices.
  makesChoices: (providerModelId, client) =>
    !hasUnfitTools(client, form) && (provider.makesChoices?.(providerModelId, client) ?? true),
  complete(call, sink) {
    const names = fitToolNames(call.request, form);
    if (names === undefined) return provider.complete(call, sink);
    const { client } = call;
    const fitted = {
      ...call,
      request: names.request(call.request),
      ...(client !== undefined && { client: names.client(client) }),
    };
    return provider.complete(fitted, new RestoringSink(sink, names));
  },
});
