import type { Caller } from '../../domain/caller.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { OperationKind, OperationRequests } from '../../domain/operation.ts';
import type { Modality } from '../../domain/price.ts';
import type { Usage } from '../../domain/usage.ts';
import type { OperationAdapter, Provider } from '../../ports/provider.ts';
import type { OperationCommand } from '../operation-command.ts';
import { attributesAsked } from '../operations/asked-attributes.ts';
import { type Descriptor, descriptorOf } from '../operations/kinds.ts';
import { named } from '../stages/choose-candidates.ts';
import type { Calls } from './choose.ts';
import type { CompiledRoute } from './compiled-route.ts';
import type { RateCard } from './rate-card.ts';
import { type FactsDependencies, RequestFacts } from './request-facts.ts';
import type { OperationCall, RouteAsk } from './route-plan.ts';

/** An operation that is to be routed. */
export type OperationAsk<Kind extends OperationKind> = {
  readonly command: OperationCommand<Kind>;
  readonly caller: Caller;
  /** With all media here. */
  readonly request: OperationRequests[Kind];
  readonly at: Date;
};

/** What an operation will likely use at an offering, as its prices count it; undefined: that shows when it is done. */
export const expectedUsage = <Kind extends OperationKind>(
  { command: { operation, input }, request, at }: Pick<OperationAsk<Kind>, 'command' | 'request' | 'at'>,
  inputTokens: number,
  rates: RateCard,
): Usage | undefined => {
  const { usages, isGuess } = descriptorOf(operation);
  if (isGuess) return undefined;
  const all = usages(request, inputTokens);
  const attributes = attributesAsked(input, []);
  return all.find((usage) => !Number.isNaN(rates.billOf(usage, at, attributes))) ?? all[0];
};

const askOf = <Kind extends OperationKind>(
  { command, caller, at }: OperationAsk<Kind>,
  prompt: Pick<CompletionRequest, 'messages'>,
): RouteAsk => {
  const { model, unsupported, routing, metadata, user, headers } = command;
  const request: CompletionRequest = {
    ...prompt,
    tools: [],
    maxOutputTokens: 0,
    ...(metadata !== undefined && { metadata }),
    ...(user !== undefined && { user }),
  };
  return {
    command: {
      model,
      request,
      unsupported,
      ...(routing !== undefined && { routing }),
      ...(headers !== undefined && { headers }),
    },
    caller,
    request,
    at,
  };
};

/** What strategies may know of an operation. Its parts are each as long as they are: no window has to hold them all. */
export class OperationFacts<Kind extends OperationKind> extends RequestFacts {
  readonly #given: OperationAsk<Kind>;
  readonly #descriptor: Descriptor<Kind>;

  constructor(given: OperationAsk<Kind>, dependencies: FactsDependencies) {
    const descriptor = descriptorOf(given.command.operation);
    super(askOf(given, descriptor.prompt(given.request)), dependencies);
    this.#given = given;
    this.#descriptor = descriptor;
  }

  /** That a provider does it is all that is asked. */
  override get needs(): number {
    return 0;
  }

  override get operation(): Kind {
    return this.#given.command.operation;
  }

  override inputModalities(): readonly Modality[] {
    return this.#descriptor.modalities?.(this.#given.request) ?? super.inputModalities();
  }

  override mayExceed(): boolean {
    return false;
  }

  protected override costsAt({ candidates }: CompiledRoute): Float64Array {
    const { command, request, at } = this.#given;
    const attributes = attributesAsked(command.input, []);
    return Float64Array.from(candidates, ({ offering, rates }) => {
      for (const usage of this.#descriptor.usages(request, Math.round(this.inputTokens(offering)))) {
        const cost = rates.billOf(usage, at, attributes);
        if (!Number.isNaN(cost)) return cost;
      }
      return Number.NaN;
    });
  }
}

export const operationCalls = <Kind extends OperationKind>(
  ask: OperationAsk<Kind>,
): Calls<OperationCall<Kind>> => {
  const { operation, unsupported } = ask.command;
  const descriptor = descriptorOf(operation);
  const adapterOf = ({ id, operations }: Provider): OperationAdapter<Kind> => {
    const adapter: OperationAdapter<Kind> | undefined = operations[operation];
    if (adapter === undefined) throw new Error(`${id} has lost an operation`);
    return adapter;
  };
  return {
    mode: unsupported,
    key() {
      const parameters = descriptor.parameters?.(ask.request);
      return parameters && `${unsupported} ${JSON.stringify(parameters)}`;
    },
    again: ({ provider }) => ({ adapter: adapterOf(provider), request: ask.request }),
    to({ provider, offering }) {
      const adapter = adapterOf(provider);
      const { request, warnings } = descriptor.prepared?.(provider.id, ask.request) ?? {
        request: ask.request,
        warnings: [],
      };
      const parameters = named(adapter.unsupported(offering.providerModelId, request));
      return { kind: 'CALL', call: { adapter, request }, warnings, parameters };
    },
  };
};
