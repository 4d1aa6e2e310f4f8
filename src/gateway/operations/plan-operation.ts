import type { RouteDecision } from '../../domain/attempt.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { OperationKind, OperationRequests } from '../../domain/operation.ts';
import type { Warning } from '../../domain/warning.ts';
import type { OperationAdapter } from '../../ports/provider.ts';
import type { OperationCommand } from '../operation-command.ts';
import { sealsIn, unsealedFor } from '../sealed-signature.ts';
import { chooseCandidates } from '../stages/choose-candidates.ts';
import type { Callable, Resolved } from '../stages/resolve-model.ts';
import { ok, type Staged } from '../stages/stage.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';

/** An offering that may be asked, with what it will have to leave out. */
export type OperationCandidate<Kind extends OperationKind> = {
  readonly offering: Offering;
  readonly adapter: OperationAdapter<Kind>;
  /** As this provider gets it. */
  readonly request: OperationRequests[Kind];
  readonly warnings: readonly Warning[];
};

export type OperationPlan<Kind extends OperationKind> = {
  readonly route: RouteDecision;
  /** In the order in which they are tried; at least one. */
  readonly candidates: readonly [OperationCandidate<Kind>, ...OperationCandidate<Kind>[]];
};

/** In the order given, but those of providers that the conversation has signatures of first: they alone can use them. */
export const inOrderOfSeals = (
  callable: readonly Callable[],
  request: Pick<CompletionRequest, 'messages'>,
): readonly Callable[] => {
  const seals = sealsIn(request);
  if (seals.length === 0) return callable;
  const rankOf = ({ provider }: Callable): number => {
    const rank = seals.indexOf(provider.id);
    return rank === -1 ? seals.length : rank;
  };
  return callable.toSorted((one, other) => rankOf(one) - rankOf(other));
};

/** How a request becomes what a provider gets, and which providers are asked first. */
type Preparation<Request> = {
  readonly order: (callable: readonly Callable[], request: Request) => readonly Callable[];
  readonly request: (
    provider: ProviderId,
    request: Request,
  ) => { readonly request: Request; readonly warnings: readonly Warning[] };
};

const asGiven = {
  order: (callable: readonly Callable[]) => callable,
  request: <Request>(_provider: ProviderId, request: Request) => ({ request, warnings: [] }),
};

const PREPARATIONS: { readonly [Kind in OperationKind]: Preparation<OperationRequests[Kind]> } = {
  EMBEDDING: asGiven,
  IMAGE_GENERATION: asGiven,
  SPEECH: asGiven,
  TRANSCRIPTION: asGiven,
  RERANK: asGiven,
  MODERATION: asGiven,
  TOKEN_COUNT: { order: inOrderOfSeals, request: unsealedFor },
};

/** What each operation is to a person. */
const ABILITIES: { readonly [Kind in OperationKind]: string } = {
  EMBEDDING: 'make embeddings',
  IMAGE_GENERATION: 'make images',
  SPEECH: 'speak',
  TRANSCRIPTION: 'transcribe',
  RERANK: 'rerank documents',
  MODERATION: 'moderate',
  TOKEN_COUNT: 'count tokens',
};

/** Says that none of the providers that serve the model does this. */
export const inabilityOf = (operation: OperationKind, { callable }: Resolved): string => {
  const ids = [...new Set(callable.map(({ provider }) => provider.id))];
  return `${ids.join(', ')} ${ids.length === 1 ? 'serves' : 'serve'} it, but cannot ${ABILITIES[operation]}. Choose another model, or turn on another provider that serves it.`;
};

/** The offerings whose provider has the operation. */
export const ableTo = (operation: OperationKind, { callable }: Resolved): readonly Callable[] =>
  callable.filter(({ provider }) => provider.operations[operation] !== undefined);

/** Which of the offerings that the name means are asked, and in which order. `able` has at least one. */
export const planOperation = <Kind extends OperationKind>(
  command: OperationCommand<Kind>,
  request: OperationRequests[Kind],
  resolved: Resolved,
  able: readonly Callable[],
  onDefect: (error: unknown, providerId: ProviderId) => void,
): Staged<OperationPlan<Kind>> => {
  const preparation: Preparation<OperationRequests[Kind]> = PREPARATIONS[command.operation];
  const prospects = preparation.order(able, request).flatMap(({ offering, provider }) => {
    const adapter: OperationAdapter<Kind> | undefined = provider.operations[command.operation];
    if (adapter === undefined) return [];
    const prepared = preparation.request(provider.id, request);
    const unsupported = () => adapter.unsupported(offering.providerModelId, prepared.request);
    const warnings = [...unlistedWarnings(offering), ...prepared.warnings];
    return [{ offering, adapter, request: prepared.request, warnings, unsupported }];
  });
  const chosen = chooseCandidates(prospects, command.unsupported, onDefect);
  if (chosen.kind === 'REFUSED') return chosen;
  const route: RouteDecision = {
    requested: command.model,
    modelSlug: resolved.model.slug,
    candidates: chosen.value.map(({ offering }) => offering.id),
  };
  return ok({ route, candidates: chosen.value });
};
