import type { RouteDecision } from '../../domain/attempt.ts';
import type { CompletionRequest, Unsupported } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Provider } from '../../ports/provider.ts';
import { sealsIn, unsealedFor } from '../sealed-signature.ts';
import { chooseCandidates } from './choose-candidates.ts';
import type { Loaded } from './load-media.ts';
import type { Callable } from './resolve-model.ts';
import { ok, refused, type Staged } from './stage.ts';

/** An offering that may be tried, with what it will have to leave out. */
export type Candidate = {
  readonly offering: Offering;
  readonly provider: Provider;
  /** As this provider gets it. */
  readonly request: CompletionRequest;
  readonly warnings: readonly Warning[];
};

export type Planned = Omit<Loaded, 'stage'> & {
  readonly stage: 'PLANNED';
  readonly route: RouteDecision;
  /** In the order in which they are tried; at least one. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
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

/** Which of the offerings that the name means are tried, and in which order. */
export const planRoute = (
  loaded: Loaded,
  onDefect: (error: unknown, providerId: ProviderId) => void,
): Staged<Planned> => {
  const { command, resolved, request } = loaded;
  const completing = resolved.callable.filter(({ provider }) => provider.completes);
  if (completing.length === 0) {
    const [{ provider }] = resolved.callable;
    return refused({
      code: 'UNSUPPORTED_OPERATION',
      name: command.model,
      problem: `${provider.id} has no language models. Choose another model, or another operation.`,
    });
  }
  const chosen = chooseCandidates(
    inOrderOfSeals(completing, request).map(({ offering, provider }) => {
      const unsealed = unsealedFor(provider.id, request);
      return {
        offering,
        provider,
        ...unsealed,
        unsupported: (): readonly Unsupported[] =>
          provider.unsupported(offering.providerModelId, unsealed.request),
      };
    }),
    command.unsupported,
    onDefect,
  );
  if (chosen.kind === 'REFUSED') return chosen;
  const route: RouteDecision = {
    requested: command.model,
    modelSlug: resolved.model.slug,
    candidates: chosen.value.map(({ offering }) => offering.id),
  };
  return ok({ ...loaded, stage: 'PLANNED', route, candidates: chosen.value });
};
