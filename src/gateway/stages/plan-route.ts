import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { RouteDecision } from '../../domain/attempt.ts';
import type { Unsupported } from '../../domain/completion-request.ts';
import type { CompletionWarning } from '../../domain/content-event.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Model, Offering } from '../../domain/model.ts';
import type { Provider } from '../../ports/provider.ts';
import type { Guarded } from './guard-input.ts';
import { ok, refused, type Staged } from './stage.ts';

/** An offering that may be tried, with what it will have to leave out. */
export type Candidate = {
  readonly offering: Offering;
  readonly provider: Provider;
  readonly warnings: readonly CompletionWarning[];
};

export type Planned = Omit<Guarded, 'stage'> & {
  readonly stage: 'PLANNED';
  readonly route: RouteDecision;
  /** In the order in which they are tried; at least one. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
};

export type PlanDependencies = {
  readonly catalogue: Catalogue;
  readonly providers: ReadonlyMap<ProviderId, Provider>;
  /** Takes what a provider threw. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

type Meant = { readonly model: Model; readonly offerings: readonly Offering[] };

const meaningOf = (name: string, catalogue: Catalogue): Staged<Meant> => {
  const resolution = catalogue.resolve(name);
  switch (resolution.kind) {
    case 'OFFERING':
      return ok({ model: resolution.model, offerings: [resolution.offering] });
    case 'MODEL':
      return ok({ model: resolution.model, offerings: catalogue.offeringsOf(resolution.model.slug) });
    case 'AMBIGUOUS':
      return refused({ code: 'AMBIGUOUS_MODEL', name, candidates: resolution.candidates });
    case 'UNKNOWN':
      return refused({ code: 'UNKNOWN_MODEL', name, suggestions: resolution.suggestions });
  }
};

const whyOff = (offerings: readonly Offering[], catalogue: Catalogue) =>
  [...new Set(offerings.map((offering) => offering.providerId))].map((id) => {
    const status = catalogue.provider(id)?.status;
    return { id, reason: status?.kind === 'OFF' ? status.reason : 'not configured' };
  });

/** Kept in the ledger, and passed on only where a provider takes them: no offering is unfit for want of them. */
const KEPT_BY_US: ReadonlySet<Unsupported['name']> = new Set(['metadata', 'user']);

const warningOf = ({ name, problem }: Unsupported): CompletionWarning => ({
  code: 'UNSUPPORTED_PARAMETER',
  parameter: name,
  message: `${name} was left out: ${problem}`,
});

/**
 * The offerings that the name means and that can be called, in the order of configuration. Under
 * `unsupported: ERROR` an offering that cannot honour a parameter is no candidate; one whose provider breaks
 * when asked is none either way.
 */
export const planRoute = (
  guarded: Guarded,
  { catalogue, providers, onDefect }: PlanDependencies,
): Staged<Planned> => {
  const { command } = guarded;
  const meaning = meaningOf(command.model, catalogue);
  if (meaning.kind === 'REFUSED') return meaning;
  const { model, offerings } = meaning.value;

  const candidates: Candidate[] = [];
  let firstUnable: { readonly offering: Offering; readonly parameters: readonly Unsupported[] } | undefined;
  let firstBroken: Offering | undefined;
  for (const offering of offerings) {
    const provider = providers.get(offering.providerId);
    if (provider === undefined || !catalogue.isOn(offering)) continue;
    let parameters: readonly Unsupported[];
    try {
      parameters = provider
        .unsupported(offering.providerModelId, command.request)
        .filter(({ name }) => !KEPT_BY_US.has(name));
    } catch (error) {
      onDefect(error, provider.id);
      firstBroken ??= offering;
      continue;
    }
    if (parameters.length > 0 && command.unsupported === 'ERROR') firstUnable ??= { offering, parameters };
    else candidates.push({ offering, provider, warnings: parameters.map(warningOf) });
  }

  const [first, ...rest] = candidates;
  if (first === undefined) {
    if (firstUnable !== undefined) {
      return refused({
        code: 'UNSUPPORTED_PARAMETER',
        offeringId: firstUnable.offering.id,
        parameters: firstUnable.parameters,
      });
    }
    if (firstBroken !== undefined) {
      return refused({
        code: 'UNAVAILABLE',
        problem: `${firstBroken.id} cannot take the request, for a reason of our own. Choose another offering.`,
      });
    }
    return refused({
      code: 'NO_PROVIDER_CONFIGURED',
      name: command.model,
      modelSlug: model.slug,
      providers: whyOff(offerings, catalogue),
    });
  }
  const route: RouteDecision = {
    requested: command.model,
    modelSlug: model.slug,
    candidates: candidates.map(({ offering }) => offering.id),
  };
  return ok({ ...guarded, stage: 'PLANNED', route, candidates: [first, ...rest] });
};
