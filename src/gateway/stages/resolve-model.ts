import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Model, Offering } from '../../domain/model.ts';
import type { Provider } from '../../ports/provider.ts';
import { ok, refused, type Staged } from './stage.ts';

/** An offering whose provider can be called. */
export type Callable = { readonly offering: Offering; readonly provider: Provider };

/** What the name in a request means. */
export type Resolved = {
  readonly model: Model;
  /** In the order of configuration; at least one. */
  readonly callable: readonly [Callable, ...Callable[]];
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

/** The offerings that a name means, as far as calls can be sent to them. */
export const resolveModel = (
  name: string,
  catalogue: Catalogue,
  providers: ReadonlyMap<ProviderId, Provider>,
): Staged<Resolved> => {
  const meaning = meaningOf(name, catalogue);
  if (meaning.kind === 'REFUSED') return meaning;
  const { model, offerings } = meaning.value;
  const [first, ...rest] = offerings.flatMap((offering): Callable[] => {
    const provider = providers.get(offering.providerId);
    return provider === undefined || !catalogue.isOn(offering) ? [] : [{ offering, provider }];
  });
  return first === undefined
    ? refused({
        code: 'NO_PROVIDER_CONFIGURED',
        name,
        modelSlug: model.slug,
        providers: whyOff(offerings, catalogue),
      })
    : ok({ model, callable: [first, ...rest] });
};
