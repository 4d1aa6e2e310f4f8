import type { Caller } from '../../domain/caller.ts';
import type { CompletionRequest, UserPart } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { OperationKind, OperationRequests } from '../../domain/operation.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { OperationAdapter } from '../../ports/provider.ts';
import type { OperationCommand } from '../operation-command.ts';
import { attributesAsked } from '../operations/asked-attributes.ts';
import { unsealedFor } from '../sealed-signature.ts';
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

/** What routing asks of an operation that is no completion. */
type Descriptor<Request> = {
  /** What it says, as the prompt that it would be: by this its size, its language and how hard it is are told. */
  prompt(request: Request): Pick<CompletionRequest, 'messages'>;
  /** What it will likely use, in each way in which providers count it. */
  usages(request: Request, inputTokens: number): readonly [Usage, ...Usage[]];
  /** How much it uses shows only when it is done: what is said before puts prices into an order, and bills nothing. */
  readonly isGuess?: true;
  /** As one provider gets it; absent: all get it as it is. */
  prepared?(
    provider: ProviderId,
    request: Request,
  ): { readonly request: Request; readonly warnings: readonly Warning[] };
};

const said = (...texts: readonly string[]): Pick<CompletionRequest, 'messages'> => ({
  messages: [{ role: 'user', parts: texts.map((text): UserPart => ({ type: 'text', text })) }],
});

const tokensAlone = (_request: unknown, input: number): readonly [Usage] => [usageOf({ input })];

/** Of recordings as they are mostly sent. */
const BYTES_A_SECOND = 16_000;
/** As they are counted of speech, about. */
const HEARD_TOKENS_A_SECOND = 10;
const SPOKEN_TOKENS_A_SECOND = 3;

const DESCRIPTORS: { readonly [Kind in OperationKind]: Descriptor<OperationRequests[Kind]> } = {
  EMBEDDING: { prompt: ({ inputs }) => said(...inputs), usages: tokensAlone },
  IMAGE_GENERATION: {
    prompt: ({ prompt }) => said(prompt),
    usages: ({ count = 1 }) => [usageOf({ images: count })],
  },
  SPEECH: {
    prompt: ({ text }) => said(text),
    usages: ({ text }) => [usageOf({ characters: text.length })],
  },
  TRANSCRIPTION: {
    prompt: ({ prompt = '' }) => said(prompt),
    usages({ audio }) {
      const seconds = Math.ceil(audio.bytes.byteLength / BYTES_A_SECOND);
      const audioInput = seconds * HEARD_TOKENS_A_SECOND;
      return [usageOf({ seconds }), usageOf({ audioInput, output: seconds * SPOKEN_TOKENS_A_SECOND })];
    },
    isGuess: true,
  },
  RERANK: {
    prompt: ({ query, documents }) => said(query, ...documents),
    usages: (_request, input) => [usageOf({ requests: 1 }), usageOf({ input })],
  },
  MODERATION: {
    prompt: ({ inputs }) => said(...inputs.flatMap((each) => (each.kind === 'text' ? [each.text] : []))),
    usages: tokensAlone,
  },
  TOKEN_COUNT: {
    prompt: ({ messages }) => ({ messages }),
    usages: () => [usageOf({})],
    prepared: unsealedFor,
  },
};

const descriptorOf = <Kind extends OperationKind>(operation: Kind): Descriptor<OperationRequests[Kind]> =>
  DESCRIPTORS[operation];

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
  const { model, unsupported, routing, metadata, user } = command;
  const request: CompletionRequest = {
    ...prompt,
    tools: [],
    maxOutputTokens: 0,
    ...(metadata !== undefined && { metadata }),
    ...(user !== undefined && { user }),
  };
  return {
    command: { model, request, unsupported, ...(routing !== undefined && { routing }) },
    caller,
    request,
    at,
  };
};

/** What strategies may know of an operation. Its parts are each as long as they are: no window has to hold them all. */
export class OperationFacts<Kind extends OperationKind> extends RequestFacts {
  readonly #given: OperationAsk<Kind>;
  readonly #descriptor: Descriptor<OperationRequests[Kind]>;

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
  return {
    mode: unsupported,
    // Their providers are asked each time: there are few.
    key: () => undefined,
    again() {
      throw new Error('no plan of an operation stands');
    },
    to({ provider, offering }) {
      const adapter: OperationAdapter<Kind> | undefined = provider.operations[operation];
      if (adapter === undefined) throw new Error(`${provider.id} has lost an operation`);
      const { request, warnings } = descriptor.prepared?.(provider.id, ask.request) ?? {
        request: ask.request,
        warnings: [],
      };
      const parameters = named(adapter.unsupported(offering.providerModelId, request));
      return { kind: 'CALL', call: { adapter, request }, warnings, parameters };
    },
  };
};
